"""Overviews and messages about a whole site, the site's own settings, and the log of runs: through the sandbox."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date, time, timedelta

import pytest

from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from projectlists.reminding.result import RemindResult
from tests.conftest import FarEnd
from tests.reminded import DAAN, FENNA, MANAGER, SUPPORTER, TODAY, Killed, Project, Trap

MONDAY = date(2026, 12, 7)  # week 50


@pytest.fixture
def project(far_end: FarEnd, definitions: Definitions) -> Project:
    return Project(far_end, definitions, alone=True)


def mailed(result: RemindResult) -> set[tuple[str, str, str]]:
    return {(mail.to, mail.kind, mail.outcome) for mail in result.mails}


def test_monday_brings_an_overview_to_supporter_and_manager_once(project: Project) -> None:
    # guide.md §2.0.7 j; §5.3: counts per list, rows without owner; overdue rows for the project manager
    project.add("Actions", Title="Niemand", DueDate=date(2027, 2, 1))
    project.add("Actions", Title="Te laat", DueDate=date(2026, 11, 20), ActionOwner=project.person(FENNA))
    project.add("Actions", Title="Vrijdag", DueDate=date(2026, 12, 11), ActionOwner=project.person(FENNA))
    project.add("Actions", Title="Klaar", DueDate=date(2026, 11, 2), ActionStatus="done")
    project.run(date(2026, 12, 4))
    seen = len(project.mails())
    result = project.run(MONDAY)
    assert result.ok
    assert {(SUPPORTER, "overview", "sent"), (MANAGER, "overview", "sent")} <= mailed(result)
    texts = {mail["to"][0]: mail for mail in project.mails()[seen:]}
    supporter, manager = texts[SUPPORTER], texts[MANAGER]
    assert supporter["subject"] == manager["subject"] == "Marktplein: weekoverzicht"
    assert "- Actielijst: open 3, te laat 1, deze week 1\n" in supporter["text"]
    assert "Actielijst, zonder actiehouder: 1\n- Niemand (A-1), deadline: 1 februari 2027\n" in supporter["text"]
    assert "/Lists/Actions/WithoutOwner.aspx" in supporter["text"]
    assert "omdat je projectondersteuner bent in het project Marktplein." in supporter["text"]
    assert "Actielijst, te laat: 1\n- Te laat (A-2), deadline: 20 november\n" in manager["text"]
    assert "/Lists/ReminderSettings" in manager["text"]
    assert "overview" not in {mail.kind for mail in project.run(MONDAY).mails}
    assert "overview" not in {mail.kind for mail in project.run(MONDAY + timedelta(days=1)).mails}


def test_somebody_whose_account_is_gone_is_told_once_with_everything_that_is_open(project: Project) -> None:
    # guide.md §2.12 T-R2: person left or account not found → supporter: list of open items to reassign
    row = project.add("TeamRoles", Title="Civiel", TeamRole="member", TeamMember=project.person(DAAN))
    project.add("Actions", Title="Ver weg", DueDate=date(2027, 6, 1), ActionOwner=project.person(DAAN))
    project.add(
        "Actions", Title="Klaar", DueDate=date(2027, 6, 1), ActionStatus="done", ActionOwner=project.person(DAAN)
    )
    project.add("Actions", Title="Van Fenna", DueDate=date(2027, 6, 1), ActionOwner=project.person(FENNA))
    gone = {"host": "graph.microsoft.com", "path": "/users/daan.rietland", "times": 99, "do": "status:404"}
    project.run(date(2026, 12, 4))
    project.far_end.faults(gone)
    seen = len(project.mails())
    project.run(MONDAY)
    (told,) = [mail for mail in project.mails()[seen:] if mail["to"] == [SUPPORTER]]
    assert f"Daan Rietland (T-{row}) heeft geen werkend account of geen mailbox meer." in told["text"]
    assert "Verdeel wat nog openstaat onder anderen:\n- Open deze actie: Ver weg (A-1)\n" in told["text"]
    assert "(A-2)" not in told["text"]
    assert "(A-3)" not in told["text"]
    assert "Rietland" not in told["subject"]
    seen = len(project.mails())
    for day in (MONDAY + timedelta(days=1), MONDAY + timedelta(days=7)):
        project.run(day)
    assert all("Rietland" not in mail["text"] for mail in project.mails()[seen:])


def test_without_overviews_a_missing_account_is_told_when_it_comes_to_light(project: Project) -> None:
    (settings,) = project.rows("ReminderSettings") or (project.add("ReminderSettings", Title="x"),)
    project.edit("ReminderSettings", settings, SupporterOverview="off", ManagerOverview="off")
    project.add("TeamRoles", Title="Civiel", TeamRole="member", TeamMember=project.person(DAAN))
    gone = {"host": "graph.microsoft.com", "path": "/users/daan.rietland", "times": 99, "do": "status:404"}
    project.far_end.faults(gone)
    project.run()  # nothing asks for anybody
    assert project.mails() == []
    project.add("Actions", Title="a", DueDate=date(2026, 12, 2), ActionOwner=project.person(DAAN))
    project.run(date(2026, 12, 2))
    (told,) = project.mails()
    assert told["to"] == [SUPPORTER]
    assert "- a (A-1) – zonder actiehouder\n" in told["text"]
    assert "Herinneringen voor deze persoon komen nu bij jou.\nOpen het projectteam:\n" in told["text"]


def test_an_overview_goes_along_with_the_digest_of_the_day(project: Project) -> None:
    project.add("Actions", Title="Van mij", DueDate=MONDAY, ActionOwner=project.person(SUPPORTER))
    project.run(date(2026, 12, 4))
    seen = len(project.mails())
    project.run(MONDAY)
    (mail,) = [mail for mail in project.mails()[seen:] if mail["to"] == [SUPPORTER]]
    assert mail["subject"] == "Marktplein: 1 actie deze week"
    assert mail["text"].index("Van mij (A-1)") < mail["text"].index("Weekoverzicht: Marktplein")


def test_a_week_whose_monday_was_missed_has_its_overview_later(project: Project) -> None:
    project.add("Actions", Title="a", DueDate=date(2027, 2, 1))
    project.run(date(2026, 12, 4))
    assert (SUPPORTER, "overview", "sent") in mailed(project.run(MONDAY + timedelta(days=2)))


def test_a_first_run_in_the_middle_of_a_week_brings_no_overview_and_a_dry_run_shows_the_coming_ones(
    project: Project,
) -> None:
    project.add("Actions", Title="a", DueDate=date(2027, 2, 1), ActionOwner=project.person(FENNA))
    result = project.run(dry_run=True, days=14)
    days = {mail.day.isoformat() for mail in result.mails if mail.kind == "overview" and mail.to == SUPPORTER}
    assert days == {"2026-12-07", "2026-12-14"}
    assert project.run(TODAY).mails == ()  # a Tuesday


def test_the_site_chooses_its_own_days_lists_and_overviews(project: Project) -> None:
    # guide.md §2.0.7 k: all numbers are settings per site; off is possible per list
    project.add(
        "ReminderSettings",
        Title="Afgesproken",
        RemindersOn=True,
        DeadlineDays="3",
        ListsOff=("communication_calendar",),
        SupporterOverview="off",
        ManagerOverview="off",
    )
    # Three working days before Friday 4 December is Tuesday 1 December.
    project.add("Actions", Title="a", DueDate=date(2026, 12, 4), ActionOwner=project.person(FENNA))
    moment = {"Title": "b", "CommDate": TODAY, "CommStatus": "approved", "CommGoal": "inform", "KeyMessage": "x"}
    several = {"CommAudience": ("residents",), "CommChannel": ("newsletter",)}
    project.add("CommunicationCalendar", CommOwner=project.person(DAAN), **moment, **several)
    first = project.run()
    assert {(one.list, one.stage, one.recipient) for one in first.reminders} == {("Actions", "D-3", FENNA)}
    assert "overview" not in {mail.kind for mail in project.run(MONDAY).mails}


def foreseen_for(reader: str, project: Project) -> list[tuple[str, date]]:
    """The mails that a preview of three days promises somebody."""
    mails = project.run(dry_run=True, days=3).mails
    return [(mail.kind, mail.day) for mail in mails if mail.to == reader]


def test_a_wrong_setting_is_told_to_the_supporter_once_and_the_default_is_used(project: Project) -> None:
    number = project.add("ReminderSettings", Title="x", RemindersOn=True, DeadlineDays="een week")
    # Seven working days before 10 December is 1 December.
    project.add("Actions", Title="a", DueDate=date(2026, 12, 10), ActionOwner=project.person(FENNA))
    assert foreseen_for(SUPPORTER, project) == [("overview", TODAY)]
    result = project.run()
    assert [one.stage for one in result.reminders] == ["D-7"]
    assert foreseen_for(SUPPORTER, project) == []
    told = next(mail for mail in project.mails() if mail["to"] == [SUPPORTER])
    assert told["subject"] == "Marktplein: bericht over de herinneringen"
    assert 'De instelling "Hoeveel werkdagen vooraf" kan niet worden gelezen: "een week".' in told["text"]
    assert "Schrijf het zo: 7, 1." in told["text"]
    assert mailed(project.run()) == set()
    project.edit("ReminderSettings", number, DeadlineDays="twee")
    assert mailed(project.run(TODAY + timedelta(days=1))) == {(SUPPORTER, "overview", "sent")}


def test_before_the_hour_that_a_site_chose_nothing_goes_out(project: Project) -> None:
    project.add("ReminderSettings", Title="x", RemindersOn=True, DigestTime="09:00")
    project.add("Actions", Title="a", DueDate=TODAY, ActionOwner=project.person(FENNA))
    early = project.run(moment=time(8, 59))
    assert (early.ok, early.reminders, early.mails) == (True, (), ())
    # A site that was provisioned before there was such a list runs as everybody.
    site = project.far_end.tenant.site(project.url)
    site.run([Operation("DELETE", site.list_path("ReminderSettings"))])[0].checked()
    assert [one.outcome for one in project.run(moment=time(8, 0)).reminders] == ["sent"]


def test_a_run_leaves_numbers_in_the_log_and_no_names(project: Project) -> None:
    project.add("Actions", Title="Geheime titel", DueDate=TODAY, ActionOwner=project.person(FENNA))
    project.run()
    (entry,) = project.ledger("log")
    assert entry["Title"] == (
        "Taak van 1-12-2026. Herinneringen verstuurd: 1, wijzigingen: 0, mislukt: 0, vastgehouden: 0"
    )
    details = json.loads(entry["Details"])
    assert (details["reminders"], details["mails"], details["site_failed"]) == ({"sent": 1}, {"sent": 1}, False)
    (beat,) = project.ledger("run")
    succeeded = json.loads(beat["Details"])["succeeded"]
    assert succeeded.startswith("2026-12-01T07:")
    project.run()
    assert len(project.ledger("log")) == 1  # nothing was done, so nothing is written
    project.far_end.faults({"host": "graph.microsoft.com", "path": "/messages", "times": 99, "do": "status:403"})
    project.add("Actions", Title="b", DueDate=TODAY, ActionOwner=project.person(FENNA))
    assert not project.run().ok
    (beat,) = project.ledger("run")
    assert (beat["LedgerState"], json.loads(beat["Details"])["succeeded"]) == ("failed", succeeded)
    for row in (*project.ledger("log"), beat):
        said = row["Title"] + row["Details"]
        assert not any(word in said for word in ("Geheime", "gemeente.example", "Fenna"))


def test_one_person_gets_no_more_than_allowed_and_the_others_go_on(project: Project) -> None:
    for number in range(3):
        project.add("Actions", Title=f"a{number}", DueDate=TODAY, ActionOwner=project.person(FENNA))
    project.add("Actions", Title="b", DueDate=TODAY, ActionOwner=project.person(DAAN))
    settings = project.far_end.config
    assert settings.mail is not None
    project.far_end.config = settings.model_copy(
        update={"mail": settings.mail.model_copy(update={"maximum_per_person": 2})}
    )
    try:
        held = project.run()
        assert {(one.recipient, one.outcome) for one in held.reminders} == {(FENNA, "held"), (DAAN, "sent")}
        reason = next(mail.reason for mail in held.mails if mail.to == FENNA)
        assert "A-1, A-2, A-3" in str(reason)
        assert {one.outcome for one in project.run(force=True).reminders if one.recipient == FENNA} == {"sent"}
    finally:
        project.far_end.config = settings


def test_a_first_run_on_an_old_list_sends_the_newest_step_in_one_mail_each(project: Project) -> None:
    # guide.md §2.0.7 c, d: steps from before a row existed (2 November) are skipped; of the others only the newest
    # counts.
    for number in range(6):
        late = {"DueDate": date(2026, 9, 1 + number), "ActionOwner": project.person(FENNA)}
        project.add("Actions", Title=f"oud {number}", **late)
    # Eighteen working days after 3 November is 27 November; five is 10 November.
    project.add("Actions", Title="kort", DueDate=date(2026, 11, 3), ActionOwner=project.person(FENNA))
    result = project.run()
    assert [(one.item, one.stage, one.recipient) for one in result.reminders] == [
        (7, "D+18", FENNA),
        (7, "ESC", MANAGER),
    ]
    assert sorted(mail.to for mail in result.mails) == sorted([FENNA, MANAGER])
    (digest,) = [mail for mail in project.mails() if mail["to"] == [FENNA]]
    assert digest["subject"] == "Marktplein: 7 acties te laat"


def test_status_rules_that_would_change_most_of_a_long_list_wait_for_force(project: Project) -> None:
    for number in range(4):
        project.add("Actions", Title=f"a{number}", DueDate=date(2027, 2, 1), ActionDoneOn=date(2026, 11, 2))
    project.add("Actions", Title="open", DueDate=date(2027, 2, 1))
    settings = project.far_end.config
    brake = settings.status_changes.model_copy(update={"minimum": 3})
    project.far_end.config = settings.model_copy(update={"status_changes": brake})
    try:
        held = project.run()
        assert {flip.outcome for flip in held.flips} == {"failed"}
        assert "4 of the 5 rows" in str(held.flips[0].reason)
        assert {row["ActionStatus"] for row in project.rows("Actions").values()} == {"new"}
        assert {flip.outcome for flip in project.run(force=True).flips} == {"done"}
    finally:
        project.far_end.config = settings


def test_an_overview_of_a_run_that_died_is_closed_when_its_week_is_over(project: Project) -> None:
    # A reminder and two overviews; the run dies while they are sent, and the next one comes a month later.
    project.add("Actions", Title="a", DueDate=MONDAY, ActionOwner=project.person(FENNA))

    def stop() -> None:
        raise Killed

    with Trap(20, stop, after=True, fatal=True) as trap, suppress(Killed):
        project.run(MONDAY)
    assert trap.sprung
    assert any(row["LedgerState"] == "claimed" for row in project.ledger("bulletin"))
    project.run(MONDAY + timedelta(days=30))
    assert {row["LedgerState"] for row in project.ledger("bulletin")} <= {"sent", "void"}
    assert {row["LedgerState"] for row in project.ledger("mail")} <= {"sent", "void"}
