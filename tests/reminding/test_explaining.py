"""Why a row does or does not get something today: the answer agrees with what the job then does; nothing is written.

Days are those of tests/rules/test_due.py: 1 December 2026 is a Tuesday.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.errors import NotProvisioned
from projectlists.farend.batch import Operation
from projectlists.reminding.explaining import Explainer, NotThere
from projectlists.reminding.explanation import Explanation
from projectlists.sandbox.main import Options as SandboxOptions
from projectlists.sandbox.main import running
from tests.conftest import FarEnd
from tests.reminded import DAAN, FENNA, MANAGER, SUPPORTER, TODAY, YARA, Project


@pytest.fixture
def project(far_end: FarEnd, definitions: Definitions) -> Project:
    return Project(far_end, definitions, alone=True)


@pytest.fixture(scope="module")
def quiet(definitions: Definitions) -> Iterator[Project]:
    """A project on which no run ever works: every test has rows of its own there."""
    with running(SandboxOptions(seed="none")) as ready:
        yield Project(FarEnd(ready), definitions)


def explained(project: Project, number: int, key: str = "Actions", today: date = TODAY) -> Explanation:
    project.far_end.open(project.url)  # nothing remembered
    explainer = Explainer(project.far_end.config, project.definitions, project.far_end.tenant)
    return explainer.explain(project.site, project.definitions.lists[key], number, today)


def due(explanation: Explanation) -> list[tuple[str, str, str, str]]:
    return [(one.rule, one.stage, one.recipient, one.outcome) for one in explanation.due]


def coming(explanation: Explanation) -> list[tuple[str, str, str]]:
    return [(one.on.isoformat(), one.stage, one.recipient) for one in explanation.coming]


def test_a_row_before_and_after_its_reminder(project: Project) -> None:
    # Three working days late: 27 and 30 November and today. D+6 is 4 December, ESC the fifth working day: the 3rd.
    number = project.add("Actions", Title="Tekening", ActionOwner=project.person(FENNA), DueDate=date(2026, 11, 26))
    project.far_end.control("DELETE", "requests")
    before = explained(project, number)
    assert project.far_end.writes() == []
    assert (before.label, before.title) == ("A-1", "Tekening")
    assert due(before) == [("D", "D+3", FENNA, "preview")]
    assert coming(before) == [("2026-12-03", "ESC", MANAGER), ("2026-12-04", "D+6", FENNA)]
    assert before.coming[0].cc == (SUPPORTER, FENNA)
    assert before.history == ()
    assert (
        "D (Deadline): step D+3 (3 working days after 26 November 2026) is due since 1 December 2026 and was not sent "
        "before." in before.reasons
    )
    assert "No run has looked after this site yet." in before.reasons

    assert [one.outcome for one in project.run().reminders] == ["sent"]
    sent = "D (Deadline): step D+3 (3 working days after 26 November 2026) was sent on 1 December 2026."
    after = explained(project, number)
    assert due(after) == [("D", "D+3", FENNA, "already")]
    assert [(row.day, row.stage, row.recipient, row.state) for row in after.history] == [(TODAY, "D+3", FENNA, "sent")]
    assert sent in after.reasons
    next_day = explained(project, number, today=TODAY + timedelta(days=1))
    assert due(next_day) == []
    assert sent in next_day.reasons


def test_what_the_run_then_does_is_what_was_said(project: Project) -> None:
    rows: list[dict[str, Any]] = [
        {"DueDate": TODAY, "ActionOwner": project.person(FENNA)},
        {"DueDate": TODAY},
        {"DueDate": TODAY, "ExternalOwner": "Aannemer"},
        {"DueDate": date(2026, 11, 24), "ActionOwner": project.person(DAAN)},
        {"DueDate": TODAY, "ActionOwner": project.person(YARA), "ReminderOff": True},
        {"DueDate": TODAY, "ActionOwner": project.person(YARA), "ActionStatus": "cancelled"},
        {"DueDate": TODAY, "ActionOwner": project.person(YARA), "ActionDoneOn": date(2026, 11, 2)},
        {"ActionOwner": project.person(YARA)},
        {"DueDate": date(2027, 3, 1), "ActionOwner": project.person(YARA)},
    ]
    for values in rows:
        project.add("Actions", Title="a", **values)
    said = {number: explained(project, number) for number in range(1, len(rows) + 1)}
    result = project.run()
    for number, explanation in said.items():
        sent = {(one.rule, one.stage, one.recipient) for one in result.reminders if one.item == number}
        assert {(one.rule, one.stage, one.recipient) for one in explanation.due} == sent
        flips = {(flip.rule, flip.field, flip.after) for flip in result.flips if flip.item == number}
        assert {(flip.rule, flip.field, flip.after) for flip in explanation.flips} == flips
    assert {number for number in said if said[number].due} == {1, 2, 3, 4, 8}
    assert {number for number in said if said[number].flips} == {7}


def test_reasons(quiet: Project) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"ReminderOff": True}, "“No reminder” says yes on this row, so nobody is reminded of it."),
        ({"ActionStatus": "cancelled"}, "D (Deadline): the row is closed (Status: Cancelled)."),
        ({"DueDate": None}, "D (Deadline): Deadline is empty, so there is no day to count from."),
        ({"ActionOwner": None}, "Nobody who can be reached owns the row, so it goes to the supporter."),
        (
            {"ActionOwner": None, "ExternalOwner": "Aannemer"},
            "The row is with somebody outside, without an account, so it goes to the supporter.",
        ),
        (
            {"ActionDoneOn": date(2026, 11, 2)},
            'S1 (the date at "Carried out on" was filled in): acts today.',
        ),
        ({"ActionDoneOn": date(2026, 11, 2)}, "D (Deadline): the row is closed (Status: Done)."),
        (
            {"DueDate": date(2027, 3, 1)},  # Back from 1 March: 26 25 24 23 22 19 and 18 February.
            "D (Deadline): the first step is D-7 (7 working days before 1 March 2027) on 18 February 2027.",
        ),
        (
            {},
            "W1 (This action has no owner or no deadline. Fill in what is missing): what it asks for is not so here "
            "(Action owner: Fenna Wilgenhof; Deadline: 1 December 2026).",
        ),
        ({}, "S2 (the progress is 100 %): what it asks for is not so here (Progress (%): 0)."),
        ({"PercentDone": 40, "ActionStatus": "waiting"}, "S4 (progress was filled in): what it asks for is not so"),
    ]
    for values, reason in cases:
        given = {"Title": "a", "DueDate": TODAY, "ActionOwner": quiet.person(FENNA), "PercentDone": 0, **values}
        number = quiet.add("Actions", **{name: value for name, value in given.items() if value is not None})
        found = explained(quiet, number).reasons
        assert any(one.startswith(reason) for one in found), found


def test_a_step_from_before_the_row_and_one_that_a_run_passed(project: Project) -> None:
    # Made on 2 November, the day of CREATED. A deadline of 30 October: D+3 is 4 November, D0 was before the row.
    project.far_end.control("POST", "clock", {"now": "2026-11-30T09:00:00Z"})
    late = project.add("Actions", Title="a", ActionOwner=project.person(FENNA), DueDate=date(2026, 11, 27))
    assert (
        "D (Deadline): step D0 (on 27 November 2026) of 27 November 2026 is skipped, because the row was made "
        "after it, on 30 November 2026."
    ) in explained(project, late).reasons
    project.run()
    # Yesterday's step of a row that was closed until today: 27 November is 2 working days before 1 December.
    closed = project.add("Actions", Title="b", DueDate=date(2026, 12, 1), ActionStatus="cancelled")
    project.run(date(2026, 12, 3))
    project.edit("Actions", closed, ActionStatus="new")
    assert any(
        "step D0 (on 1 December 2026) of 1 December 2026 is not caught up: a run looked after that day "
        "(3 December 2026)" in one
        for one in explained(project, closed, today=date(2026, 12, 3)).reasons
    )


def test_an_absent_owner(quiet: Project) -> None:
    number = quiet.add("Actions", Title="a", DueDate=TODAY, ActionOwner=quiet.person(YARA))
    member: dict[str, Any] = {"TeamMember": quiet.person(YARA), "DeputyUser": quiet.person(DAAN)}
    quiet.add("TeamRoles", Title="Comm", TeamRole="communication", TeamStatus="paused", **member)
    found = explained(quiet, number)
    assert [(one.recipient, one.role, one.info) for one in found.due] == [
        (DAAN, "owner", False),
        (YARA, "absent_owner", True),
    ]
    assert (
        "Yara Heidestein is absent, so Daan Rietland gets it as deputy; Yara Heidestein gets a copy." in found.reasons
    )


def test_a_member_whose_account_is_gone(quiet: Project) -> None:
    # guide.md §2.12 T-R2: account not found
    number = quiet.add("TeamRoles", Title="Civiel", TeamRole="member", TeamMember=quiet.person(DAAN))
    assert not any("no mailbox" in one for one in explained(quiet, number, "TeamRoles").reasons)
    quiet.far_end.faults({"host": "graph.microsoft.com", "path": "/users/daan.rietland", "do": "status:404"})
    assert (
        "T-R2: Daan Rietland has no working account or no mailbox. Reminders for this person go to the supporter, who "
        "hears of it once."
    ) in explained(quiet, number, "TeamRoles").reasons
    quiet.far_end.control("DELETE", "faults")
    quiet.edit("TeamRoles", number, TeamStatus="left")


def test_an_escalation_without_a_manager_is_held(quiet: Project) -> None:
    quiet.edit("TeamRoles", quiet.manager_row, TeamStatus="left")
    number = quiet.add("Actions", Title="a", DueDate=date(2026, 11, 24), ActionOwner=quiet.person(FENNA))
    found = explained(quiet, number)
    assert due(found) == [("D", "D+3", FENNA, "preview"), ("D", "ESC", "", "held")]
    assert any("Project team and roles has 0 active people" in one for one in found.reasons)
    quiet.edit("TeamRoles", quiet.manager_row, TeamStatus="active")


def test_on_a_day_off(quiet: Project) -> None:
    # Saturday 5 December: D0 of Friday the 4th was not sent, and goes on Monday the 7th.
    number = quiet.add("Actions", Title="a", DueDate=date(2026, 12, 4), ActionOwner=quiet.person(FENNA))
    found = explained(quiet, number, today=date(2026, 12, 5))
    assert found.due == ()
    assert coming(found)[0] == ("2026-12-07", "D0", FENNA)
    assert found.reasons[0] == (
        "5 December 2026 is not a working day: reminders go out on 7 December 2026. Status rules act every day."
    )


def test_reminders_that_are_off(quiet: Project) -> None:
    number = quiet.add("Actions", Title="a", DueDate=TODAY, ActionOwner=quiet.person(FENNA))
    (settings,) = quiet.rows("ReminderSettings") or (quiet.add("ReminderSettings", Title="x"),)
    quiet.edit("ReminderSettings", settings, ListsOff=("actions",))
    found = explained(quiet, number)
    assert (found.due, found.coming) == ((), ())
    assert "Reminders are off for this list (list “Reminder settings”)." in found.reasons
    quiet.edit("ReminderSettings", settings, RemindersOn=False)
    assert "Reminders are off for this project (list “Reminder settings”)." in explained(quiet, number).reasons
    quiet.edit("ReminderSettings", settings, RemindersOn=True, ListsOff=())


def test_a_status_rule_that_a_hand_undid(project: Project) -> None:
    # guide.md §2.0.8: not repeated until the trigger field changes. S4 acts on 40 %; put back to new by hand.
    number = project.add("Actions", Title="a", DueDate=date(2027, 3, 1), ActionOwner=project.person(FENNA))
    project.edit("Actions", number, PercentDone=40)
    assert [flip.rule for flip in explained(project, number).flips] == ["S4"]
    project.run()
    project.edit("Actions", number, ActionStatus="new")
    found = explained(project, number, today=date(2026, 12, 2))
    assert found.flips == ()
    assert (
        "S4 (progress was filled in): it acted on these values before and somebody changed the row since. It acts "
        "again when this changes: Progress (%)."
    ) in found.reasons
    assert [(row.kind, row.rule, row.day) for row in found.history] == [("flip", "S4", TODAY)]


def test_what_comes_after_a_moment_that_repeats(project: Project) -> None:
    # guide.md §2.3, Herhaling: a month after 30 November is 30 December, a Wednesday.
    given: dict[str, Any] = {
        "Title": "Nieuwsbrief",
        "CommDate": date(2026, 11, 30),
        "CommOwner": project.person(FENNA),
        "CommStatus": "approved",
        "ApprovedOn": date(2026, 11, 20),
        "CommGoal": "inform",
        "CommAudience": ("residents",),
        "CommChannel": ("newsletter",),
        "KeyMessage": "x",
    }
    monthly = project.add("CommunicationCalendar", CommFrequency="monthly", **given)
    once = project.add("CommunicationCalendar", CommFrequency="once", **given)
    dropped = project.add("CommunicationCalendar", CommFrequency="weekly", **{**given, "CommStatus": "cancelled"})

    def said(number: int, today: date = TODAY) -> tuple[list[str], list[Any], list[Any]]:
        found = explained(project, number, "CommunicationCalendar", today)
        document = found.as_json()
        rows = [[one for one in document[part] if one["kind"] == "row"] for part in ("due", "next")]
        return [reason for reason in found.reasons if reason.startswith("It repeats")], *rows

    entry = {"kind": "row", "on": None, "date": "2026-12-30", "outcome": "preview"}
    assert said(monthly) == (
        ["It repeats (Repeats: Monthly). When it has been carried out, the next row is made, for 30 December 2026."],
        [],
        [entry],
    )
    assert said(once) == ([], [], [])
    assert said(dropped)[0] == [
        "It repeats (Repeats: Weekly). It was closed without being carried out, so no next row is made."
    ]
    project.run()
    project.edit("CommunicationCalendar", monthly, PublishedOn=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert said(monthly, tomorrow) == (
        [
            "It repeats (Repeats: Monthly). It has been carried out, so a run today makes the next row, for "
            "30 December 2026."
        ],
        [{**entry, "on": "2026-12-02"}],
        [],
    )
    (made,) = project.run(tomorrow).made
    after = explained(project, monthly, "CommunicationCalendar", tomorrow)
    assert f"It repeats (Repeats: Monthly). The next row is there: C-{made.made}." in after.reasons
    assert "row" in {entry["kind"] for entry in after.as_json()["history"]}


def test_rules_that_rest(quiet: Project) -> None:
    # The starter profile has no list Decisions, nor its lookup (guide.md §2.0.14).
    number = quiet.add(
        "CommunicationCalendar",
        Title="Nieuwsbrief",
        CommDate=date(2027, 3, 1),
        CommOwner=quiet.person(FENNA),
        CommStatus="idea",
        CommGoal="inform",
        CommAudience=("residents",),
        CommChannel=("newsletter",),
        KeyMessage="x",
    )
    found = explained(quiet, number, "CommunicationCalendar").reasons
    assert any("the row waits for a start (Status: Idea)" in one for one in found)
    assert any("rests, because this project does not have" in one for one in found), found


def test_what_is_not_there(quiet: Project) -> None:
    with pytest.raises(NotThere, match=r"List Actions of .* has no row 99\. .* as in A-99"):
        explained(quiet, 99)
    with pytest.raises(NotThere, match=r"does not have the list Risks\. It has: "):
        explained(quiet, 1, "Risks")
    quiet.far_end.tenant.site(quiet.url).run([Operation("DELETE", "web/GetList('/sites/demo/Lists/ReminderLog')")])
    with pytest.raises(NotProvisioned, match="Run `projectlists provision demo` first"):
        explained(quiet, 1)
