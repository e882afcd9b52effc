"""A site that speaks both languages shows its lists in both; one that does not costs nothing more."""

from __future__ import annotations

import pytest

from projectlists.definitions.model import Definitions
from projectlists.farend import translationwire
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, plan_site, provision
from tests.far_end import FarEnd
from tests.provisioning.provisioned import actions, done, of_list, short


@pytest.fixture
def bilingual(far_end: FarEnd) -> FarEnd:
    """The Dutch demo site with English beside it."""
    done(far_end, Operation("POST", "web/AddSupportedUILanguage(lcid=1033)"))
    return far_end


def english(far_end: FarEnd, path: str) -> str:
    reading = Operation("POST", f"{path}/GetValueForUICulture", {"cultureName": "en-US"})
    (answer,) = far_end.open().run([reading])
    return str(answer.checked().entity["value"])


def test_lists_and_columns_in_both_languages(bilingual: FarEnd, definitions: Definitions) -> None:
    assert provision(bilingual.open(), definitions, Wish("improvisation")).ok
    owner = actions("fields/getbyinternalnameortitle('ActionOwner')")
    # guide.md §2.1
    assert english(bilingual, of_list("Actions", "TitleResource")) == "Action list"
    assert english(bilingual, f"{owner}/TitleResource") == "Action owner"
    (listing,) = bilingual.open().run([Operation("GET", of_list("Actions"))])
    assert listing.entity["Title"] == "Actielijst"
    assert plan_site(bilingual.open(), definitions).changes == ()
    assert bilingual.tenant.traffic.requests == 2

    spoiled = {"cultureName": "en-US", "value": "To do"}
    done(
        bilingual,
        Operation("POST", of_list("Actions", "TitleResource/SetValueForUICulture"), spoiled),
        Operation("POST", f"{owner}/TitleResource/SetValueForUICulture", spoiled),
    )
    plan = plan_site(bilingual.open(), definitions)
    assert [short(change) for change in plan.changes] == [
        ("update", "list", "Actions", "Actions", "translated_title"),
        ("update", "field", "Actions", "ActionOwner", "translated_title"),
    ]
    bilingual.control("DELETE", "requests")
    assert provision(bilingual.open(), definitions).ok
    assert [path for path in bilingual.writes() if "GetValue" not in path] == [
        f"POST /sites/demo/_api/{of_list('Actions', 'TitleResource/SetValueForUICulture')}",
        f"POST /sites/demo/_api/{owner}/TitleResource/SetValueForUICulture",
    ]
    assert english(bilingual, of_list("Actions", "TitleResource")) == "Action list"


def test_a_reader_who_is_answered_in_another_language_is_no_reason_to_write(
    bilingual: FarEnd, definitions: Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert provision(bilingual.open(), definitions, Wish("improvisation")).ok
    # The language of a person's profile goes before the one that is asked for.
    dutch = translationwire.texts_reading
    monkeypatch.setattr(translationwire, "texts_reading", lambda path, _language: dutch(path, "nl"))
    assert plan_site(bilingual.open(), definitions).changes == ()


def test_a_site_of_one_language_is_not_asked(far_end: FarEnd, definitions: Definitions) -> None:
    assert provision(far_end.open(), definitions, Wish("improvisation")).ok
    assert not [entry for entry in far_end.log() if "Resource" in entry["path"]]
    plan_site(far_end.open(), definitions)
    assert far_end.tenant.traffic.requests == 1


def test_a_project_in_the_other_language_leaves_the_site_its_own(bilingual: FarEnd, definitions: Definitions) -> None:
    # On a Dutch site the Dutch text of a list is its title: an English project cannot have both.
    assert provision(bilingual.open(), definitions, Wish("improvisation", language="en")).ok
    assert plan_site(bilingual.open(), definitions).changes == ()
    (listing,) = bilingual.open().run([Operation("GET", of_list("Actions"))])
    assert listing.entity["Title"] == "Action list"
