"""Provisioning through the real clients and a sandbox: build, verify, repair, report, heal, refuse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from projectlists.config.model import Network
from projectlists.definitions.model import Definitions
from projectlists.errors import AccessRefused, Missing, NotConfirmed, PlanChanged, PlanRefused, Unreachable, UsageError
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, plan_site, planned, provision
from projectlists.structure.plan import Change
from tests.conftest import FarEnd

STARTER = Wish("starter")


@pytest.fixture
def built(far_end: FarEnd, definitions: Definitions) -> FarEnd:
    """A site with the starter lists."""
    assert provision(far_end.open(), definitions, STARTER).ok
    far_end.control("DELETE", "requests")
    return far_end


def merge(far_end: FarEnd, path: str, body: dict[str, Any]) -> None:
    """A change that somebody else makes."""
    (answer,) = far_end.open().run([Operation("MERGE", path, body)])
    answer.checked()


def actions(rest: str) -> str:
    return f"web/GetList('/sites/demo/Lists/Actions')/{rest}"


def short(change: Change) -> tuple[str, str, str, str, str | None]:
    return (change.verb, change.kind, change.list, change.name, change.attribute)


def test_first_run_builds_everything_in_few_requests(far_end: FarEnd, definitions: Definitions) -> None:
    result = provision(far_end.open(), definitions, STARTER)
    assert (result.ok, result.error) == (True, None)
    assert result.applied == len(result.plan.work) > 100
    # The starter profile of guide.md §3 is four lists; the log is the tool's own.
    made = [change.list for change in result.plan.changes if change.kind == "list" and change.verb == "create"]
    assert sorted(made) == ["Actions", "CommunicationCalendar", "ReminderLog", "Stakeholders", "TeamRoles"]
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


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (
            actions("fields/getbyinternalnameortitle('DueDate')"),
            {"Indexed": False},
            ("update", "field", "Actions", "DueDate", "indexed"),
        ),
        (
            actions("fields/getbyinternalnameortitle('ActionOwner')"),
            {"Title": "Wie"},
            ("update", "field", "Actions", "ActionOwner", "title"),
        ),
        (
            actions("fields/getbyinternalnameortitle('ActionDoneOn')"),
            {"Title": "Klaar op"},  # its validation names it by title, and must not count as changed
            ("update", "field", "Actions", "ActionDoneOn", "title"),
        ),
        (
            actions("fields/getbyinternalnameortitle('RaisedOn')"),
            {"DefaultValue": ""},
            ("update", "field", "Actions", "RaisedOn", "default"),
        ),
        (
            actions("fields/getbyinternalnameortitle('DueDate')"),
            {"Required": False},
            ("update", "field", "Actions", "DueDate", "required"),
        ),
        (
            actions("fields/getbyinternalnameortitle('Title')"),
            {"Description": "x"},
            ("update", "field", "Actions", "Title", "description"),
        ),
        (
            "web/GetList('/sites/demo/Lists/Actions')",
            {"Title": "Acties"},
            ("update", "list", "Actions", "Actions", "title"),
        ),
        (
            "web/GetList('/sites/demo/Lists/TeamRoles')",
            {"EnableVersioning": False},
            ("update", "list", "TeamRoles", "TeamRoles", "versioning"),
        ),
        (
            "web/GetList('/sites/demo/Lists/TeamRoles')",
            {"ValidationFormula": ""},
            ("update", "list", "TeamRoles", "TeamRoles", "validation"),
        ),
        (actions("views/getbytitle('Te laat')"), {"Title": "Laat"}, ("update", "view", "Actions", "Te laat", "title")),
        (
            actions("views/getbytitle('Te laat')"),
            {"RowLimit": 5},
            ("update", "view", "Actions", "Te laat", "row_limit"),
        ),
        (
            actions("views/getbytitle('Te laat')"),
            {"ViewQuery": "<OrderBy><FieldRef Name='ID'/></OrderBy>"},
            ("update", "view", "Actions", "Te laat", "query"),
        ),
        (
            actions("views/getbytitle('Afgerond')"),
            {"DefaultView": True},
            ("update", "view", "Actions", "Mijn open acties", "default"),
        ),
    ],
)
def test_drift_is_named_exactly_and_repaired_exactly(
    built: FarEnd, definitions: Definitions, path: str, body: dict[str, Any], expected: tuple[str, ...]
) -> None:
    merge(built, path, body)
    plan = plan_site(built.open(), definitions)
    assert [short(change) for change in plan.changes] == [expected]
    built.control("DELETE", "requests")
    result = provision(built.open(), definitions)
    assert (result.ok, result.applied) == (True, 1)
    assert len(built.writes()) == 1
    assert plan_site(built.open(), definitions).changes == ()


def test_columns_of_a_view_are_put_back(built: FarEnd, definitions: Definitions) -> None:
    site = built.open()
    site.run([Operation("POST", actions("views/getbytitle('Te laat')/viewfields/removeviewfield('DueDate')"))])
    (change,) = plan_site(built.open(), definitions).changes
    assert short(change) == ("update", "view", "Actions", "Te laat", "fields")
    assert provision(built.open(), definitions).ok
    assert plan_site(built.open(), definitions).changes == ()


def test_a_column_that_was_deleted_comes_back(built: FarEnd, definitions: Definitions) -> None:
    built.open().run([Operation("DELETE", actions("fields/getbyinternalnameortitle('MeetingName')"))])
    changes = [short(change) for change in plan_site(built.open(), definitions).changes]
    assert ("create", "field", "Actions", "MeetingName", None) in changes
    assert provision(built.open(), definitions).ok
    assert plan_site(built.open(), definitions).changes == ()


def test_hidden_forms_and_choices_are_repaired_and_extra_choices_stay(built: FarEnd, definitions: Definitions) -> None:
    site = built.open()
    path = actions("fields/getbyinternalnameortitle('ActionOrigin')")
    verbose = {"Content-Type": "application/json;odata=verbose"}
    body = {"__metadata": {"type": "SP.FieldChoice"}, "Choices": {"results": ["Overleg", "Eigen keuze"]}}
    for answer in site.run(
        [
            Operation("MERGE", path, body, headers=verbose),
            Operation("POST", actions("fields/getbyinternalnameortitle('ImportKey')/setshowinnewform(true)")),
        ]
    ):
        answer.checked()
    changes = [short(change) for change in plan_site(built.open(), definitions).changes]
    assert changes == [
        ("update", "field", "Actions", "ActionOrigin", "choices"),
        ("report", "field", "Actions", "ActionOrigin", "choices"),
        ("update", "field", "Actions", "ImportKey", "in_forms"),
    ]
    assert provision(built.open(), definitions).ok
    (answer,) = built.open().run([Operation("GET", path)])
    # guide.md §2.1: the labels of ActionOrigin; what users added is kept behind them.
    assert answer.entity["Choices"] == [
        "Overleg",
        "Besluit",
        "Risico",
        "Communicatie",
        "Signaal",
        "Anders",
        "Eigen keuze",
    ]
    (left,) = plan_site(built.open(), definitions).changes
    assert (left.verb, left.before) == ("report", ("Eigen keuze",))


def test_what_people_added_is_reported_and_untouched(built: FarEnd, definitions: Definitions) -> None:
    xml = "<Field Type='Text' Name='Wijk' DisplayName='Wijk' />"
    for answer in built.open().run(
        [
            Operation("POST", "web/lists", {"Title": "Borrels", "BaseTemplate": 100}),
            Operation("POST", actions("fields/createfieldasxml"), {"parameters": {"SchemaXml": xml, "Options": 8}}),
            Operation(
                "POST", actions("views/add"), {"parameters": {"Title": "Mijn kijk", "ViewFields": ["LinkTitle"]}}
            ),
        ]
    ):
        answer.checked()
    built.control("DELETE", "requests")
    result = provision(built.open(), definitions)
    assert result.ok
    assert [short(change) for change in result.plan.changes] == [
        ("report", "field", "Actions", "Wijk", None),
        ("report", "view", "Actions", "Mijn kijk", None),
        ("report", "list", "Borrels", "Borrels", None),
    ]
    assert built.writes() == []


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


@pytest.mark.parametrize(
    "rule",
    [
        # "Conflict, but made" (contract.md §4): the column is there.
        {"method": "POST", "path": "createfieldasxml", "after": 7, "do": "status:409-after"},
        {"method": "POST", "path": "createfieldasxml", "after": 3, "times": 5, "do": "status:409"},
        {"method": "POST", "path": "/web/lists$", "after": 1, "do": "status:409-after"},
        {"method": "POST", "path": "createfieldasxml", "after": 20, "do": "status:504-after"},
        {"method": "POST", "path": "createfieldasxml", "after": 20, "do": "reset-before"},
        {"method": "POST", "path": "createfieldasxml", "after": 20, "do": "reset-after"},
        {"method": "POST", "path": r"ReminderLog'\)/fields/createfieldasxml", "do": "reset-before"},
        {"method": "POST", "path": "views/add", "after": 5, "do": "reset-after"},
        {"method": "POST", "path": "views/add", "after": 5, "do": "status:500"},
        {"method": "POST", "path": r"/items$", "do": "status:504-after"},
        {"method": "POST", "path": r"\$batch", "after": 1, "do": "reset-after"},
    ],
)
def test_half_done_work_is_healed_in_the_same_run(
    far_end: FarEnd, definitions: Definitions, rule: dict[str, Any]
) -> None:
    far_end.faults({"host": "lindervoort.sharepoint.com", **rule})
    result = provision(far_end.open(), definitions, STARTER)
    assert (result.ok, result.error) == (True, None)
    assert plan_site(far_end.open(), definitions).changes == ()
    names = [entry["InternalName"] for entry in far_end.open().run([Operation("GET", actions("fields"))])[0].entries]
    assert len(names) == len(set(names))
    assert not [name for name in names if name.startswith("ActionOwner") and name != "ActionOwner"]


def test_throttling_is_waited_out(far_end: FarEnd, definitions: Definitions) -> None:
    far_end.faults(
        {"method": "POST", "path": "createfieldasxml", "after": 4, "times": 2, "do": "status:429"},
        {"method": "POST", "path": r"\$batch", "after": 1, "do": "status:503"},
    )
    result = provision(far_end.open(), definitions, STARTER)
    assert result.ok
    assert far_end.tenant.traffic.throttled == 3
    assert far_end.tenant.traffic.retried >= 2


def test_what_does_not_stick_is_named(far_end: FarEnd, definitions: Definitions) -> None:
    far_end.faults({"method": "POST", "path": r"Lists/TeamRoles'\)/views/add", "times": 1000, "do": "status:500"})
    result = provision(far_end.open(), definitions, STARTER)
    assert not result.ok
    assert "TeamRoles/" in str(result.error)
    assert result.applied > 80
    far_end.control("DELETE", "faults")
    assert provision(far_end.open(), definitions).ok  # running it again resumes


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


def test_without_a_profile_there_is_nothing_to_go_by(far_end: FarEnd, definitions: Definitions) -> None:
    result = planned(far_end.open(), definitions)
    assert isinstance(result.failure, UsageError)
    assert "--profile" in str(result.error)


def test_an_unknown_list_is_a_usage_error(far_end: FarEnd, definitions: Definitions) -> None:
    result = planned(far_end.open(), definitions, Wish("starter", lists=("Nothing",)))
    assert isinstance(result.failure, UsageError)


def test_failures_are_one_clear_sentence(far_end: FarEnd, definitions: Definitions) -> None:
    unknown = planned(far_end.open(f"{far_end.ready['sharepoint']}/sites/nergens"), definitions, STARTER)
    assert isinstance(unknown.failure, Missing)
    assert "/sites/nergens" in str(unknown.error)

    far_end.faults({"host": "lindervoort.sharepoint.com", "path": r"\$batch", "do": "status:403"})
    forbidden = planned(far_end.open(), definitions, STARTER)
    assert isinstance(forbidden.failure, AccessRefused)
    assert far_end.url in str(forbidden.error)

    network = Network(proxy="http://127.0.0.1:9", ca_bundle=Path(far_end.ready["ca"]))
    config = far_end.config.model_copy(update={"network": network})
    unreachable = planned(far_end.open(config=config), definitions, STARTER)
    assert isinstance(unreachable.failure, Unreachable)
    assert "http://127.0.0.1:9" in str(unreachable.error)
    for result in (unknown, forbidden, unreachable):
        assert "\n" not in str(result.error)
        assert result.as_json()["ok"] is False


def test_a_list_that_cannot_be_read_is_an_error_and_not_missing(built: FarEnd, definitions: Definitions) -> None:
    built.faults({"method": "GET", "path": r"Lists/Actions'\)/fields", "times": 9, "do": "status:423"})
    result = planned(built.open(), definitions)
    assert not result.ok
    assert result.plan.changes == ()
