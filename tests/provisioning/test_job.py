"""Provisioning through the real clients and a sandbox: build, verify, remember, refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from projectlists.definitions.model import Definitions
from projectlists.errors import NotConfirmed, PlanChanged, PlanRefused
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Alike, SiteResult, Wish, plan_site, provision
from projectlists.structure.plan import Change, Plan
from tests.far_end import FarEnd
from tests.provisioning.provisioned import STARTER, actions, short


def test_first_run_builds_everything_in_few_requests(far_end: FarEnd, definitions: Definitions) -> None:
    result = provision(far_end.open(), definitions, STARTER)
    assert (result.ok, result.error) == (True, None)
    assert result.applied == len(result.plan.work) > 100
    # The starter profile of guide.md §3 is four lists; the log is the tool's own.
    made = [change.list for change in result.plan.changes if change.kind == "list" and change.verb == "create"]
    own = ["ReminderLog", "ReminderSettings"]
    assert sorted(made) == ["Actions", "CommunicationCalendar", *own, "Stakeholders", "TeamRoles"]
    assert far_end.tenant.traffic.requests <= 10


def test_second_run_finds_nothing_and_only_reads(built: FarEnd, definitions: Definitions) -> None:
    result = provision(built.open(), definitions, STARTER)
    assert result.ok
    assert result.plan.changes == ()
    assert result.applied == 0
    assert built.writes() == []
    assert built.tenant.traffic.requests <= 3


def test_second_run_needs_no_profile(built: FarEnd, definitions: Definitions) -> None:
    # contract.md §2: profile, extra lists and language are stored on the site, and later commands read them there.
    assert plan_site(built.open(), definitions).changes == ()
    # What the site table says counts for a new site only.
    assert plan_site(built.open(), definitions, fallback=Wish("routine", language="en")).changes == ()


def test_everything_on_the_site_speaks_its_language(built: FarEnd) -> None:
    answers = built.open().run(
        [
            Operation("GET", "web/GetList('/sites/demo/Lists/Actions')"),
            Operation("GET", actions("fields/getbyinternalnameortitle('ActionStatus')")),
            Operation("GET", actions("fields/getbyinternalnameortitle('Title')")),
            Operation("GET", actions("views"), query={"$expand": "ViewFields"}),
        ]
    )
    listing, status, title, views = (answer.checked() for answer in answers)
    # Labels as in guide.md §2.1.
    assert listing.entity["Title"] == "Actielijst"
    assert (title.entity["Title"], title.entity["Required"]) == ("Actie", True)
    assert status.entity["Choices"] == ["Nieuw", "In behandeling", "Wacht op ander", "Afgerond", "Vervallen"]
    assert (status.entity["DefaultValue"], status.entity["Indexed"]) == ("Nieuw", True)
    urls = {view["Title"]: view["ServerRelativeUrl"] for view in views.entries}
    assert urls["Te laat"] == "/sites/demo/Lists/Actions/Overdue.aspx"
    assert [view["Title"] for view in views.entries if view["DefaultView"]] == ["Mijn open acties"]
    assert "All Items" in urls or "Alle items" in urls or len(urls) == 11  # the service's own view stays


def test_an_english_site(far_end: FarEnd, definitions: Definitions) -> None:
    assert provision(far_end.open(), definitions, Wish("starter", language="en")).ok
    site = far_end.open()
    assert plan_site(site, definitions).changes == ()
    (answer,) = site.run([Operation("GET", actions("fields/getbyinternalnameortitle('ActionStatus')"))])
    assert answer.entity["Choices"] == ["New", "In progress", "Waiting for someone", "Done", "Cancelled"]


def test_lists_added_later_stay(built: FarEnd, definitions: Definitions) -> None:
    # A list that the profile does not have is asked for by name, and remembered.
    other = definitions.model_copy(
        update={
            "profiles": {
                **definitions.profiles,
                "improvisation": definitions.profiles["improvisation"].model_copy(update={"lists": ("Actions",)}),
            }
        }
    )
    assert provision(built.open(), other, Wish("improvisation", lists=("Stakeholders",))).ok
    plan = plan_site(built.open(), other)
    assert plan.settled
    assert {change.name for change in plan.changes} == {"CommunicationCalendar", "TeamRoles"}  # reported, not removed
    assert built.open().settings() == replace(
        built.open().settings(), profile="improvisation", lists=("Stakeholders",), language="nl"
    )


def test_a_changed_type_is_refused_and_the_other_lists_go_on(far_end: FarEnd, definitions: Definitions) -> None:
    xml = "<Field Type='Note' Name='ActionOwner' DisplayName='Wie' />"
    for answer in far_end.open().run(
        [
            Operation("POST", "web/lists", {"Title": "Actions", "BaseTemplate": 100}),
            Operation("POST", actions("fields/createfieldasxml"), {"parameters": {"SchemaXml": xml, "Options": 8}}),
        ]
    ):
        answer.checked()
    result = provision(far_end.open(), definitions, STARTER)
    assert not result.ok
    assert isinstance(result.failure, PlanRefused)
    assert "ActionOwner" in str(result.error)
    assert "Note" in str(result.error)
    assert [short(change) for change in result.plan.refusals] == [("refuse", "field", "Actions", "ActionOwner", "type")]
    after = plan_site(far_end.open(), definitions)
    assert after.work == ()
    assert {change.list for change in after.changes} == {"Actions"}


@pytest.mark.parametrize(("title", "template"), [("Actielijst", 100), ("Actions", 101)])
def test_a_title_that_another_list_has_is_refused(
    far_end: FarEnd, definitions: Definitions, title: str, template: int
) -> None:
    # A library stands at /sites/demo/Actions, not where our list does; its title is in the way all the same.
    (made,) = far_end.open().run([Operation("POST", "web/lists", {"Title": title, "BaseTemplate": template})])
    made.checked()
    result = provision(far_end.open(), definitions, STARTER)
    assert [short(change) for change in result.plan.refusals] == [("refuse", "list", "Actions", "Actions", "title")]
    assert title in str(result.error)
    assert not result.ok


def test_a_plan_that_is_refused_by_a_person_changes_nothing(far_end: FarEnd, definitions: Definitions) -> None:
    shown = []
    result = provision(far_end.open(), definitions, STARTER, confirm=lambda plan: bool(shown.append(plan)))
    assert isinstance(result.failure, NotConfirmed)
    assert shown == [result.plan]
    assert far_end.writes() == []


def test_only_the_approved_plan_is_carried_out(far_end: FarEnd, definitions: Definitions) -> None:
    approved = plan_site(far_end.open(), definitions, STARTER).fingerprint
    changed = provision(far_end.open(), definitions, Wish("starter", language="en"), fingerprint=approved)
    assert isinstance(changed.failure, PlanChanged)
    assert far_end.writes() == []
    assert provision(far_end.open(), definitions, STARTER, fingerprint=approved).ok


def test_another_language_touches_too_much_to_go_unasked(built: FarEnd, definitions: Definitions) -> None:
    result = provision(built.open(), definitions, Wish(language="en"))
    assert isinstance(result.failure, PlanRefused)
    assert "--force" in str(result.error)
    assert built.writes() == []
    assert provision(built.open(), definitions, Wish(language="en"), force=True).ok
    assert plan_site(built.open(), definitions).settled


def test_the_same_plan_of_many_sites_is_kept_once() -> None:
    def result(site: str, title: str) -> SiteResult:
        return SiteResult(
            site, ok=True, plan=Plan((Change("update", "list", "Actions", "Actions", "title", "x", title),))
        )

    alike = Alike()
    first, second, other = (alike.kept(result(*one)) for one in (("a", "Acties"), ("b", "Acties"), ("c", "Actielijst")))
    assert second == result("b", "Acties")
    assert second.plan is first.plan
    assert other == result("c", "Actielijst")
