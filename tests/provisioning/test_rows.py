"""The rows that new lists start with: made once, in the language of the site, and then the people's own."""

from __future__ import annotations

from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.definitions.names import ProfileKey
from projectlists.farend.batch import Operation
from projectlists.language import Language
from projectlists.provisioning.job import Wish, plan_site, provision
from tests.far_end import FarEnd

WISH = Wish("improvisation", ("StartUpChecklist",))
CHECKLIST = "web/GetList('/sites/demo/Lists/StartUpChecklist')/items"


def rows(far_end: FarEnd, key: str) -> list[dict[str, Any]]:
    path = f"web/GetList('/sites/demo/Lists/{key}')/items"
    (answer,) = far_end.open().run([Operation("GET", path, query={"$top": "100", "$orderby": "Id"})])
    return [dict(entry) for entry in answer.checked().entries]


def by_somebody(far_end: FarEnd, method: str, path: str, body: dict[str, Any] | None = None) -> None:
    (answer,) = far_end.open().run([Operation(method, path, body, etag="*" if method != "POST" else None)])
    answer.checked()


@pytest.fixture
def built(far_end: FarEnd, definitions: Definitions) -> FarEnd:
    far_end.provisioned(definitions, WISH)
    return far_end


def test_a_start_up_has_its_seven_elements(built: FarEnd) -> None:
    found = rows(built, "StartUpChecklist")
    # guide.md §2.13, in its order.
    assert [row["PsuElement"] for row in found] == [
        *("Projectdocumentatie", "Stakeholderanalyse", "Teamopstelling", "Planning en middelen", "Risicoanalyse"),
        *("Communicatieplan", "Projecttools en systemen"),
    ]
    assert found[2]["Title"] == "Rollen, verantwoordelijkheden en overleg"
    assert {row["PsuStatus"] for row in found} == {"Open"}


def test_an_evaluation_has_its_nine_questions(far_end: FarEnd, definitions: Definitions) -> None:
    assert provision(far_end.open(), definitions, Wish("improvisation", ("Evaluations",))).ok
    found = rows(far_end, "Evaluations")
    assert len(found) == 9
    assert {row["EvalKind"] for row in found} == {"Evaluatievraag"}
    assert found[5]["Title"] == "Welke vervolgacties zijn nodig om het resultaat goed te laten werken?"
    assert found[5]["EvalDomain"] == ["Opgeleverd resultaat", "Inhoud"]


@pytest.mark.parametrize(
    ("profile", "language", "titles"),
    [
        # guide.md §3: a starter has the project manager and the supporter only.
        ("starter", "nl", ["Projectmanager", "Ondersteuningsprofessional"]),
        ("routine", "en", ["Project support professional", "Capacity supplier"]),
    ],
)
def test_the_team_starts_with_the_roles_of_its_profile(
    far_end: FarEnd, definitions: Definitions, profile: ProfileKey, language: Language, titles: list[str]
) -> None:
    assert provision(far_end.open(), definitions, Wish(profile, (), language)).ok
    found = rows(far_end, "TeamRoles")
    assert [row["Title"] for row in found] == titles
    assert all(row["CoreTasks"] and row["TeamMemberId"] is None for row in found)


def test_rows_are_in_the_plan_under_their_list(far_end: FarEnd, definitions: Definitions) -> None:
    changes = plan_site(far_end.open(), definitions, WISH).changes
    made = [change.as_json() for change in changes if (change.kind, change.list) == ("row", "StartUpChecklist")]
    assert len(made) == 7
    assert made[0] | {"to": None} == {
        "verb": "create",
        "kind": "row",
        "list": "StartUpChecklist",
        "name": "psu-documentation",
        "attribute": None,
        "from": None,
        "to": None,
    }
    assert str(made[0]["to"]).startswith("Projectdefinitie, doel")


def test_what_people_delete_or_change_stays_so(built: FarEnd, definitions: Definitions) -> None:
    by_somebody(built, "DELETE", f"{CHECKLIST}(1)")
    by_somebody(built, "MERGE", f"{CHECKLIST}(2)", {"Title": "Wie hebben belang bij het plein?"})
    assert plan_site(built.open(), definitions).changes == ()
    assert provision(built.open(), definitions).applied == 0
    assert next(row["Title"] for row in rows(built, "StartUpChecklist")) == "Wie hebben belang bij het plein?"
    assert len(rows(built, "StartUpChecklist")) == 6


def test_a_list_that_people_emptied_stays_empty(built: FarEnd, definitions: Definitions) -> None:
    for number in range(1, 8):
        by_somebody(built, "DELETE", f"{CHECKLIST}({number})")
    assert provision(built.open(), definitions).ok
    assert rows(built, "StartUpChecklist") == []


@pytest.mark.parametrize(
    ("list_name", "what"),
    [
        ("StartUpChecklist", "reset-after"),
        ("StartUpChecklist", "status:503-after"),
        ("ReminderLog", "reset-before"),
        pytest.param("StartUpChecklist", "reset-before", marks=pytest.mark.slow),
        pytest.param("StartUpChecklist", "status:500", marks=pytest.mark.slow),
        pytest.param("ReminderLog", "status:503-after", marks=pytest.mark.slow),
        pytest.param("ReminderLog", "status:500", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_broke_off_leaves_no_doubles(
    far_end: FarEnd, definitions: Definitions, list_name: str, what: str
) -> None:
    # The third row of the list, or the site's memory of having filled it, goes wrong; every time, until it is mended.
    after = 2 if list_name == "StartUpChecklist" else 0
    path = f"{list_name}('|%27)%?.*items"
    far_end.faults({"method": "POST", "path": path, "after": after, "times": 9, "do": what})
    first = provision(far_end.open(), definitions, WISH)
    far_end.control("DELETE", "faults")
    result = provision(far_end.open(), definitions, WISH)
    assert (result.ok, result.error) == (True, None)
    keys = [row["ImportKey"] for row in rows(far_end, "StartUpChecklist")]
    assert len(keys) == len(set(keys)) == 7, first.error
    assert plan_site(far_end.open(), definitions).changes == ()


def test_a_batch_that_was_done_behind_a_503_is_not_sent_again(far_end: FarEnd, definitions: Definitions) -> None:
    # The batch as a whole, from a gateway: the views and rows in it have been made.
    far_end.faults({"method": "POST", "path": r"\$batch$", "after": 2, "do": "status:503-after"})
    result = provision(far_end.open(), definitions, WISH)
    assert (result.ok, result.error) == (True, None)
    keys = [row["ImportKey"] for row in rows(far_end, "StartUpChecklist")]
    assert len(keys) == len(set(keys)) == 7


def test_a_list_in_use_gets_no_rows_of_ours(far_end: FarEnd, definitions: Definitions) -> None:
    # A list from before there were such rows, or one that somebody made and filled.
    without = definitions.model_copy(
        update={"lists": {key: found.model_copy(update={"rows": ()}) for key, found in definitions.lists.items()}}
    )
    assert provision(far_end.open(), without, Wish("routine", ("StartUpChecklist",))).ok
    by_somebody(far_end, "POST", CHECKLIST, {"Title": "Wat spreken we af?", "PsuElement": "Teamopstelling"})
    assert provision(far_end.open(), definitions).ok
    assert [row["Title"] for row in rows(far_end, "StartUpChecklist")] == ["Wat spreken we af?"]
    assert len(rows(far_end, "TeamRoles")) == 2, "that one was empty still"
    assert plan_site(far_end.open(), definitions).changes == ()
