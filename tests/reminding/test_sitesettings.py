"""What a supporter chooses for one project, as it stands in the list ReminderSettings: read, refused, applied."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from projectlists.config.model import WorkingDays
from projectlists.definitions.model import Definitions
from projectlists.item import Item, Value
from projectlists.reminding.sitesettings import Mistake, SiteSettings, settings_of
from projectlists.rules.calendar import WorkingCalendar


def row(number: int = 1, **values: Value) -> Item:
    moment = datetime(2026, 11, 2, 8, tzinfo=UTC)
    return Item(number, "", moment, moment, moment.date(), moment.date(), values)


def test_no_row_means_as_everybody() -> None:
    assert settings_of([]) == SiteSettings()


def test_an_empty_row_changes_nothing() -> None:
    assert settings_of([row(RemindersOn=True)]) == SiteSettings()


def test_every_choice_is_read() -> None:
    chosen = settings_of(
        [
            row(
                RemindersOn=False,
                ListsOff=("communication_calendar", "Iets anders"),
                DeadlineDays="1; 10, 3",
                RepeatDays=2.0,
                EscalateAfter=10.0,
                SupporterOverview="off",
                ManagerOverview="daily",
                DigestTime="7.30",
                ClosingDays="24-12-2026\nCarnaval\n2027-05-07",
            )
        ]
    )
    assert chosen == SiteSettings(
        reminders_on=False,
        lists_off=frozenset({"CommunicationCalendar", "Iets anders"}),
        deadline_days=(10, 3, 1),
        repeat_days=2,
        escalate_after=10,
        supporter_overview="off",
        manager_overview="daily",
        not_before=time(7, 30),
        days=WorkingDays(carnival=True, closing_days=(date(2026, 12, 24), date(2027, 5, 7))),
    )


@pytest.mark.parametrize(
    ("field", "value", "example"),
    [
        ("DeadlineDays", "een week", "7, 1"),
        ("DeadlineDays", "0", "7, 1"),
        ("DeadlineDays", "7, 99", "7, 1"),
        ("DeadlineDays", "²", "7, 1"),
        ("RepeatDays", 2.5, "3"),
        ("EscalateAfter", 0.0, "5"),
        ("SupporterOverview", "daily", "weekly"),
        ("ManagerOverview", "Soms", "weekly"),
        ("DigestTime", "25:00", "08:00"),
        ("ClosingDays", "31-2-2027", "24-12-2026"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_default_stays(field: str, value: Value, example: str) -> None:
    chosen = settings_of([row(**{field: value})])
    assert chosen.mistakes == (Mistake(field, str(value), example),)
    assert chosen == SiteSettings(mistakes=chosen.mistakes)


def test_only_the_first_row_counts() -> None:
    chosen = settings_of([row(2, DeadlineDays="3"), row(1, DeadlineDays="5")])
    assert (chosen.deadline_days, chosen.several) == ((5,), True)


def test_the_rules_of_a_site_follow_its_choices(definitions: Definitions) -> None:
    actions = definitions.lists["Actions"]
    chosen = SiteSettings(repeat_days=5, escalate_after=10)
    (adapted,) = chosen.lists([actions])
    standard = next(rule for rule in adapted.reminders if rule.id == "D")
    assert [(step.stage, step.days, step.repeat) for step in standard.steps] == [
        ("D-7", -7, None),
        ("D-1", -1, None),
        ("D0", 0, None),
        ("D+5", 5, 5),
        ("ESC", 10, None),
    ]
    assert adapted.status_rules == actions.status_rules
    assert SiteSettings().lists([actions]) == (actions,)


def test_reminders_off_leaves_status_rules_on(definitions: Definitions) -> None:
    both = [definitions.lists[key] for key in ("Actions", "CommunicationCalendar")]
    without = SiteSettings(lists_off=frozenset({"Actions"})).lists(both)
    assert [bool(found.reminders) for found in without] == [False, True]
    silent = SiteSettings(reminders_on=False).lists(both)
    assert [bool(found.reminders) for found in silent] == [False, False]
    assert all(found.status_rules for found in silent)


def test_days_off_of_a_site_come_on_top() -> None:
    everybody = WorkingCalendar(WorkingDays(closing_days=(date(2026, 12, 31),)))
    own = SiteSettings(days=WorkingDays(closing_days=(date(2026, 12, 24),))).calendar(everybody)
    assert not own.is_working_day(date(2026, 12, 24))
    assert not own.is_working_day(date(2026, 12, 31))
    assert everybody.is_working_day(date(2026, 12, 24))
    assert SiteSettings().calendar(everybody) is everybody
