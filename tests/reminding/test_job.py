"""The scheduled job through the real clients and the sandbox: what is sent, to whom, once; what fails, and how."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from projectlists.config import model as config
from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from projectlists.item import Value
from projectlists.reminding.result import RemindResult
from tests.conftest import FarEnd
from tests.reminded import DAAN, FENNA, MANAGER, MORNING, SUPPORTER, TODAY, YARA, Project


@pytest.fixture
def project(far_end: FarEnd, definitions: Definitions) -> Project:
    return Project(far_end, definitions, alone=True)


def told(result: RemindResult) -> set[tuple[int, str, str, str, str]]:
    return {(one.item, one.rule, one.stage, one.recipient, one.outcome) for one in result.reminders}


def test_everything_due_is_sent_once_and_a_second_run_finds_nothing_new(project: Project) -> None:
    # 26 November: 3 working days late on 1 December; 24 November: 5 (guide.md §5.1, §5.3)
    project.add("Actions", Title="Werk de tekening bij", ActionOwner=project.person(FENNA), DueDate=date(2026, 11, 26))
    project.add("Actions", Title="Kabels", ActionOwner=project.person(DAAN), DueDate=date(2026, 11, 24))
    project.add("Actions", Title="Vandaag", ActionOwner=project.person(DAAN), DueDate=TODAY)
    project.add("Actions", Title="Later", ActionOwner=project.person(YARA), DueDate=date(2027, 3, 1))
    result = project.run()
    assert result.ok
    assert told(result) == {
        (1, "D", "D+3", FENNA, "sent"),
        (2, "D", "D+3", DAAN, "sent"),
        (2, "D", "ESC", MANAGER, "sent"),
        (3, "D", "D0", DAAN, "sent"),
    }
    mails = {(tuple(mail["to"]), tuple(mail["cc"])): mail for mail in project.mails()}
    assert set(mails) == {((FENNA,), ()), ((DAAN,), ()), ((MANAGER,), (SUPPORTER, DAAN))}
    assert mails[(DAAN,), ()]["subject"] == "Marktplein: 1 actie te laat, 1 deze week"
    assert mails[(MANAGER,), (SUPPORTER, DAAN)]["subject"] == "Marktplein: 1 actie 5 werkdagen te laat"
    headers = mails[(FENNA,), ()]["headers"]
    assert (headers["Auto-Submitted"], headers["Reply-To"]) == ("auto-generated", SUPPORTER)
    assert {row["LedgerState"] for row in project.ledger()} == {"sent"}
    assert {row["LedgerState"] for row in project.ledger("mail")} == {"sent"}
    assert [row["DayOn"] for row in project.ledger("run")] == [TODAY]

    again = project.run()
    assert again.ok
    assert {one.outcome for one in again.reminders} == {"already"}
    assert again.mails == ()
    assert len(project.mails()) == 3
    assert project.far_end.tenant.traffic.requests <= 4


def test_the_json_has_the_keys_of_the_contract(project: Project) -> None:
    # contract.md §3
    project.add("Actions", Title="a", ActionOwner=project.person(FENNA), DueDate=TODAY)
    project.add("Actions", Title="b", ActionOwner=project.person(FENNA), DueDate=TODAY, ActionDoneOn=date(2026, 11, 1))
    document = project.run().as_json()
    assert set(document) == {"today", "sites", "flips", "reminders", "mails", "http", "notes", "cards", "made"}
    assert document["today"] == "2026-12-01"
    assert document["sites"] == [{"site": project.url, "ok": True, "error": None}]
    flip, reminder, mail = document["flips"][0], document["reminders"][0], document["mails"][0]
    assert {name: flip[name] for name in ("site", "list", "item", "rule", "field", "from", "to", "outcome")} == {
        "site": project.url,
        "list": "Actions",
        "item": 2,
        "rule": "S1",
        "field": "ActionStatus",
        "from": "new",
        "to": "done",
        "outcome": "done",
    }
    assert len(reminder.pop("key")) == 32
    assert {name: reminder[name] for name in ("list", "item", "rule", "stage", "due", "recipient", "outcome")} == {
        "list": "Actions",
        "item": 1,
        "rule": "D",
        "stage": "D0",
        "due": "2026-12-01",
        "recipient": FENNA,
        "outcome": "sent",
    }
    assert {name: mail[name] for name in ("to", "items", "outcome")} == {"to": FENNA, "items": 1, "outcome": "sent"}
    assert set(document["http"]) == {"requests", "operations", "throttled", "retried"}


def test_dry_run_writes_nothing_and_shows_the_coming_days(project: Project) -> None:
    project.add("Actions", Title="a", ActionOwner=project.person(FENNA), DueDate=date(2026, 12, 3))
    project.add("Actions", Title="b", ActionOwner=project.person(FENNA), DueDate=TODAY, ActionDoneOn=date(2026, 11, 1))
    project.far_end.control("DELETE", "requests")
    result = project.run(dry_run=True, days=7)
    # Thursday 3 December: D-1 on Wednesday, D0 on Thursday, D+3 on Tuesday 8 December, outside the seven days;
    # the newest step on Tuesday 1 December is D-7 of 24 November: 24 November + 7 working days = 3 December.
    assert {(one.stage, one.day.isoformat(), one.outcome) for one in result.reminders} == {
        ("D-7", "2026-12-01", "preview"),
        ("D-1", "2026-12-02", "preview"),
        ("D0", "2026-12-03", "preview"),
    }
    assert {flip.outcome for flip in result.flips} == {"preview"}
    assert project.far_end.writes() == []
    assert project.mails() == []
    assert [entry for entry in project.far_end.log(host="graph") if "/messages" in entry["path"]] == []


def test_a_preview_in_the_weekend_shows_what_monday_will_send(project: Project) -> None:
    # Nothing ran on Thursday 3 and Friday 4 December, so on Monday the reminder of the day itself is still to come.
    project.add("Actions", Title="a", ActionOwner=project.person(FENNA), DueDate=date(2026, 12, 3))
    project.run(date(2026, 12, 2))

    foreseen = project.run(date(2026, 12, 5), dry_run=True, days=3).reminders
    sent = project.run(date(2026, 12, 7)).reminders

    assert [(one.stage, one.recipient, one.day) for one in sent] == [("D0", FENNA, date(2026, 12, 7))]
    assert [(one.stage, one.recipient, one.day) for one in foreseen] == [("D0", FENNA, date(2026, 12, 7))]


def test_a_preview_shows_what_happened_to_a_row_once(far_end: FarEnd, definitions: Definitions) -> None:
    # guide.md §2.5 R-R3, a signal: on Tuesday, and not again on Wednesday
    project = Project(far_end, definitions, extra=("Risks",))
    texts: dict[str, Value] = dict.fromkeys(("RiskCause", "RiskEvent", "RiskEffect"), "x")
    project.far_end.control("POST", "clock", {"now": MORNING.isoformat()})
    high: dict[str, Value] = {"RiskProbability": 5, "RiskImpact": 4, "RiskStatus": "managed", "RiskKind": "threat"}
    project.add("Risks", Title="r", NextReviewOn=date(2027, 6, 1), **high, **texts)

    foreseen = project.run(dry_run=True, days=3).reminders

    assert [(one.rule, one.recipient, one.day) for one in foreseen] == [("R-R3", MANAGER, TODAY)]


def test_a_status_rule_acts_once_and_a_hand_can_undo_it(project: Project) -> None:
    # guide.md §2.0.8: not repeated until the trigger field changes; §2.1 S1, S5
    number = project.add("Actions", Title="a", DueDate=date(2027, 3, 1), ActionOwner=project.person(FENNA))
    project.edit("Actions", number, ActionDoneOn=date(2026, 11, 2))
    assert [(flip.rule, flip.outcome) for flip in project.run().flips] == [("S1", "done")]
    row = project.rows("Actions")[number]
    assert (row["ActionStatus"], row["PercentDone"]) == ("done", 100)
    (memory,) = project.ledger("flip")
    assert memory["Title"] == (
        'Status automatisch gewijzigd (A-1, 1-12-2026): de datum bij "Uitgevoerd op" is ingevuld'
    )
    project.edit("Actions", number, ActionStatus="in_progress")
    assert [(flip.rule, flip.outcome) for flip in project.run(TODAY + timedelta(days=1)).flips] == [("S5", "done")]
    row = project.rows("Actions")[number]
    assert (row["ActionStatus"], row["ActionDoneOn"], row["PercentDone"]) == ("in_progress", None, 90)
    assert project.run(TODAY + timedelta(days=2)).flips == ()


def test_a_row_closed_by_hand_is_recognised_when_it_is_reopened(project: Project) -> None:
    # guide.md §2.1 S5: "the tool closed this row, or saw it closed"
    number = project.add("Actions", Title="a", DueDate=date(2027, 3, 1), ActionOwner=project.person(FENNA))
    project.edit("Actions", number, ActionStatus="done", ActionDoneOn=date(2026, 11, 2), PercentDone=100)
    assert project.run().flips == ()
    project.edit("Actions", number, ActionStatus="in_progress")
    assert [flip.rule for flip in project.run(TODAY + timedelta(days=1)).flips] == ["S5"]


def test_on_a_day_off_nothing_is_sent_but_status_rules_run(project: Project) -> None:
    # guide.md §2.0.7 b; Saturday 5 December 2026. Monday's run still sends what fell on Friday.
    project.add("Actions", Title="a", ActionOwner=project.person(FENNA), DueDate=date(2026, 12, 4))
    project.add("Actions", Title="b", DueDate=date(2027, 3, 1), ActionDoneOn=date(2026, 11, 2))
    saturday = project.run(date(2026, 12, 5))
    assert (saturday.reminders, saturday.mails) == ((), ())
    assert [flip.outcome for flip in saturday.flips] == ["done"]
    monday = project.run(date(2026, 12, 7))
    assert [(one.stage, one.recipient, one.outcome) for one in monday.reminders] == [("D0", FENNA, "sent")]


def test_rows_without_owner_and_of_people_who_left_go_to_the_supporter(project: Project) -> None:
    # guide.md §2.0.7 g, h
    project.add("Actions", Title="Niemand", DueDate=TODAY)
    project.add("Actions", Title="Extern", DueDate=TODAY, ExternalOwner="Aannemer")
    project.add("Actions", Title="Vertrokken", DueDate=TODAY, ActionOwner=project.person(YARA))
    project.add("TeamRoles", Title="Oud", TeamRole="member", TeamMember=project.person(YARA), TeamStatus="left")
    result = project.run()
    assert {(one.item, one.stage, one.recipient) for one in result.reminders if one.rule == "D"} == {
        (1, "D0", SUPPORTER),
        (2, "D0", SUPPORTER),
        (3, "D0", SUPPORTER),
    }
    (mail,) = project.mails()
    assert "- Niemand (A-1) – zonder actiehouder\n" in mail["text"]
    assert "- Extern (A-2) – extern\n" in mail["text"]
    assert "- Vertrokken (A-3) – zonder actiehouder\n" in mail["text"]


def test_an_absent_owner_is_replaced_and_keeps_a_copy(project: Project) -> None:
    # guide.md §2.0.7 h, §2.12
    project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(FENNA))
    member: dict[str, Any] = {"TeamMember": project.person(FENNA), "DeputyUser": project.person(DAAN)}
    project.add("TeamRoles", Title="Comm", TeamRole="communication", TeamStatus="paused", **member)
    result = project.run()
    assert {(one.recipient, one.role) for one in result.reminders} == {(DAAN, "owner"), (FENNA, "absent_owner")}
    texts = {mail["to"][0]: mail["text"] for mail in project.mails()}
    assert "- a (A-1) – als vervanger\n" in texts[DAAN]
    assert "Ter info\n- a (A-1)\n" in texts[FENNA]
    assert {one.outcome for one in project.run().reminders} == {"already"}
    assert len(project.mails()) == 2


def test_without_a_manager_escalations_wait_until_there_is_one(project: Project) -> None:
    # guide.md §2.12: the tool holds escalations back
    project.edit("TeamRoles", project.manager_row, TeamStatus="left")
    project.add("Actions", Title="a", DueDate=date(2026, 11, 24), ActionOwner=project.person(FENNA))
    held = project.run()
    steps = {(one.rule, one.stage, one.outcome) for one in held.reminders}
    assert steps == {("T-R2", "D0", "sent"), ("D", "D+3", "sent"), ("D", "ESC", "held")}
    assert held.ok
    project.add("TeamRoles", Title="PM", TeamRole="project_manager", TeamMember=project.person(YARA))
    later = project.run(TODAY + timedelta(days=1))
    assert (1, "D", "ESC", YARA, "sent") in told(later)
    assert project.mails()[-1]["subject"] == "Marktplein: 1 actie 5 of meer werkdagen te laat"


def test_too_many_mails_are_held_and_sent_with_force(project: Project) -> None:
    for mail in (FENNA, DAAN, YARA):
        project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(mail))
    held = project.run(maximum=2)
    assert {one.outcome for one in held.reminders} == {one.outcome for one in held.mails} == {"held"}
    assert "3 mails" in str(held.mails[0].reason)
    assert project.mails() == []
    assert project.ledger() == []
    assert {one.outcome for one in project.run(maximum=2, force=True).reminders} == {"sent"}
    assert len(project.mails()) == 3


def test_a_mailbox_that_refuses_is_one_sentence_and_the_next_run_sends(project: Project) -> None:
    # identity-mail-teams.md §7.7: 403 ErrorAccessDenied
    for mail in (FENNA, DAAN):
        project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(mail))
    project.far_end.faults({"host": "graph.microsoft.com", "path": "/messages", "times": 99, "do": "status:403"})
    refused = project.run()
    assert not refused.ok
    assert {one.outcome for one in refused.reminders} == {"failed"}
    assert all("projecten@gemeente.example" in str(one.reason) for one in refused.mails)
    attempts = [entry for entry in project.far_end.log(host="graph") if entry["path"].endswith("/messages")]
    assert len(attempts) == 1
    project.far_end.control("DELETE", "faults")
    assert {one.outcome for one in project.run().reminders} == {"sent"}
    assert len(project.mails()) == 2


def test_a_site_without_ledger_is_one_sentence_and_others_go_on(
    project: Project, far_end: FarEnd, definitions: Definitions
) -> None:
    project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(FENNA))
    missing = config.Site(key="none", name="Weg", url=f"{project.url}-weg")
    result = project.run(sites=(missing, project.site))
    assert [site.ok for site in result.sites] == [False, True]
    assert {one.outcome for one in result.reminders} == {"sent"}
    far_end.tenant.site(project.url).run([Operation("DELETE", "web/GetList('/sites/demo/Lists/ReminderLog')")])
    (gone,) = project.run().sites
    assert gone.error == (f"The site {project.url} has no lists yet. Run `projectlists provision demo` first.")


def test_a_deleted_list_is_a_failure_of_the_site(project: Project, far_end: FarEnd) -> None:
    project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(FENNA))
    far_end.tenant.site(project.url).run([Operation("DELETE", "web/GetList('/sites/demo/Lists/Stakeholders')")])
    (site,) = project.run().sites
    assert "Stakeholders" in str(site.error)
    assert project.mails() == []


def test_waiting_for_approval_counts_from_the_day_of_that_status(project: Project) -> None:
    # guide.md §2.3 C-R2: to_approve for 2 working days → approver, the owner for information
    number = project.add(
        "CommunicationCalendar",
        Title="Nieuwsbrief",
        CommDate=date(2027, 3, 1),
        CommOwner=project.person(FENNA),
        CommApprover=project.person(YARA),
        CommStatus="drafting",
        CommGoal="inform",
        CommAudience=("residents",),
        CommChannel=("newsletter",),
        KeyMessage="x",
    )
    project.far_end.control("POST", "clock", {"now": "2026-11-27T10:00:00Z"})  # a Friday
    project.edit("CommunicationCalendar", number, CommStatus="to_approve")
    project.far_end.control("POST", "clock", {"now": "2026-11-30T10:00:00Z"})
    project.edit("CommunicationCalendar", number, KeyMessage="y")
    result = project.run()  # Tuesday: Monday and Tuesday are the two working days
    assert {(one.rule, one.stage, one.due.isoformat(), one.recipient, one.role) for one in result.reminders} == {
        ("C-R2", "W+2", "2026-11-27", YARA, "approver"),
        ("C-R2", "W+2", "2026-11-27", FENNA, "owner"),
    }
    texts = {mail["to"][0]: mail["text"] for mail in project.mails()}
    assert "omdat jouw akkoord wordt gevraagd in het project Marktplein." in texts[YARA]
    assert "Ter info\n- Nieuwsbrief (C-1)" in texts[FENNA]
