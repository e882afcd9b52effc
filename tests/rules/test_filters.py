"""Server filters never miss a row that a rule would act on, and are written as sharepoint-rest.md §6.5 wants them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.definitions.model import ListDefinition
from projectlists.definitions.names import ProfileKey
from projectlists.item import Item, Person, Value
from projectlists.language import LANGUAGES, Language
from projectlists.rules.calendar import AMSTERDAM, WorkingCalendar
from projectlists.rules.due import is_context, reminders
from projectlists.rules.filters import Period, candidates, searches
from projectlists.rules.odata import depends_on_today
from projectlists.rules.status import flips, sightings, trigger_text
from tests.rows import list_of, profile_of, row, shipped
from tests.service import a_value, selects, wire

CALENDAR = WorkingCalendar()
LISTS = tuple(key for key in shipped().lists if shipped().lists[key].reminders)
TODAY = date(2026, 12, 1)


def period(
    first: date = TODAY,
    last: date | None = None,
    *,
    last_run: date | None = None,
    changed_since: datetime | None = None,
    zone: ZoneInfo = AMSTERDAM,
) -> Period:
    return Period(first, last or first, last_run, changed_since or datetime(2026, 11, 30, 7, tzinfo=UTC), zone)


def texts_of(key: str, wanted: Period, profile: ProfileKey = "project") -> tuple[str, ...]:
    return candidates(list_of(key, profile), period=wanted, calendar=CALENDAR, profile=profile_of(profile))


def found_by(key: str, item: Item, wanted: Period | None = None, language: Language = "nl") -> bool:
    definition = list_of(key)
    wanted = wanted or period(last_run=date(2026, 11, 30))
    return any(selects(text, wire(definition, item, language, wanted.zone)) for text in texts_of(key, wanted))


def test_the_texts_for_the_action_list() -> None:
    # Tuesday 1 December 2026, last run on Monday. Window of D: back 24 working days from 1 December (30 27 26 25 24 23
    # 20 19 18 17 16 13 12 11 10 9 6 5 4 3 2 November, 30 29 28 October) = 28 October; ahead 7 (2 3 4 7 8 9 10) = 10
    # December, so before the 11th. W1: created on or after 27 November. This week ends on Sunday 6 December.
    is_open = (
        "ActionStatus ne 'Afgerond' and ActionStatus ne 'Done' and "
        "ActionStatus ne 'Vervallen' and ActionStatus ne 'Cancelled'"
    )
    dated = (
        "(DueDate ge datetime'2026-10-27T23:00:00Z' and DueDate lt datetime'2026-12-10T23:00:00Z') or "
        "(Created ge datetime'2026-11-26T23:00:00Z' and Created lt datetime'2026-11-30T23:00:00Z' and "
        "((ActionOwnerId eq null and (ExternalOwner eq null or ExternalOwner eq '')) or DueDate eq null)) or "
        "DueDate lt datetime'2026-12-06T23:00:00Z' or (ActionDoneOn ne null or PercentDone gt 90)"
    )
    new = "ActionStatus eq 'Nieuw' or ActionStatus eq 'New'"
    busy = f"{new} or ActionStatus eq 'In behandeling' or ActionStatus eq 'In progress'"
    waiting = f"{busy} or ActionStatus eq 'Wacht op ander' or ActionStatus eq 'Waiting for someone'"
    assert texts_of("Actions", period(last_run=date(2026, 11, 30))) == (
        f"{is_open} and ({dated} or (ActionDoneOn ne null and ({waiting})) or (PercentDone eq 100 and ({busy})) or "
        f"(PercentDone ge 1 and ({new})))",
        f"ActionStatus eq null and ({dated})",
        "ActionDoneOn eq null and (ActionStatus eq 'Afgerond' or ActionStatus eq 'Done')",
        "Modified ge datetime'2026-11-30T07:00:00Z' and (ActionStatus eq 'Afgerond' or ActionStatus eq 'Done' or "
        "ActionStatus eq 'Vervallen' or ActionStatus eq 'Cancelled')",
    )


def test_a_list_without_rules_asks_nothing() -> None:
    assert texts_of("ReminderLog", period()) == ()


@pytest.mark.parametrize("key", LISTS)
@pytest.mark.parametrize("last_run", [None, date(2026, 11, 30)])
def test_every_text_begins_with_one_indexed_column(key: str, last_run: date | None) -> None:
    """Above 5,000 rows nothing else is answered (sharepoint-rest.md §6.5)."""
    definition = list_of(key)
    indexed = {*definition.index, *(field.name for field in definition.fields if field.indexed)}
    found = searches(definition, period=period(last_run=last_run), calendar=CALENDAR, profile=profile_of())
    for text in (text for search in found for text in (search.text, *search.instead)):
        # One test, or alternatives of nothing but `eq` on one column.
        head = re.match(r"\(([^()]+)\)|(\w+ [a-z]+ (?:datetime'[^']+'|'[^']*'|null))(?: and |$)", text)
        assert head, text
        tests = [test.split(" ", 2) for test in (head[1] or head[2]).split(" or ")]
        assert len({column for column, _, _ in tests}) == 1, text
        assert tests[0][0] in indexed, text
        assert len(tests) == 1 or {operator for _, operator, _ in tests} == {"eq"}, text


def test_the_narrower_texts_for_a_large_action_list() -> None:
    is_open = (
        "ActionStatus ne 'Afgerond' and ActionStatus ne 'Done' and "
        "ActionStatus ne 'Vervallen' and ActionStatus ne 'Cancelled'"
    )
    found = searches(
        list_of("Actions"), period=period(last_run=date(2026, 11, 30)), calendar=CALENDAR, profile=profile_of()
    )
    assert [search.optional for search in found] == [False, False, False, True]
    dated, created, context, changed = found[0].instead
    assert (
        dated
        == f"DueDate ge datetime'2026-10-27T23:00:00Z' and DueDate lt datetime'2026-12-10T23:00:00Z' and {is_open}"
    )
    assert created.startswith(
        "Created ge datetime'2026-11-26T23:00:00Z' and Created lt datetime'2026-11-30T23:00:00Z' and "
    )
    assert context == f"DueDate lt datetime'2026-12-06T23:00:00Z' and {is_open}"
    assert changed.startswith("Modified ge datetime'2026-11-30T07:00:00Z' and (")
    assert found[2].instead == (f"Modified ge datetime'2026-11-30T07:00:00Z' and {found[2].text}",)


def test_a_rule_about_a_note_is_asked_by_change() -> None:
    """No filter can name a note, so only rows that changed since the last run are asked for (C-S3)."""
    assert (
        "Modified ge datetime'2026-11-30T07:00:00Z' and (CommStatus eq 'Uitgevoerd' or CommStatus eq 'Carried out')"
    ) in texts_of("CommunicationCalendar", period(last_run=date(2026, 11, 30)))


def test_a_rule_about_today_is_asked_whether_or_not_the_row_changed() -> None:
    # K-S2 (guide.md §2.2) compares two columns, which no filter can; the days alone can make it act.
    stakeholders = list_of("Stakeholders")
    rule = next(rule for rule in stakeholders.status_rules if rule.id == "K-S2")
    alone = stakeholders.model_copy(update={"reminders": (), "due": None, "status_rules": (rule,)})
    assert candidates(alone, period=period(), calendar=CALENDAR, profile=profile_of()) == (
        "StakeholderStatus ne 'Beëindigd' and StakeholderStatus ne 'Ended' and "
        "(NextReviewOn lt datetime'2026-11-30T23:00:00Z')",
        "StakeholderStatus eq null and (NextReviewOn lt datetime'2026-11-30T23:00:00Z')",
    )


class TestWhatIsLeftOut:
    """A run costs what is due, not what exists (architecture.md, decision 7)."""

    @pytest.mark.parametrize(
        ("key", "values"),
        [
            # Open, but due beyond the horizon of D-7 and this week.
            (
                "Actions",
                {"ActionStatus": "new", "DueDate": date(2026, 12, 11), "ActionOwner": Person(1), "PercentDone": 0},
            ),
            # Closed and complete, before the last run.
            (
                "Actions",
                {"ActionStatus": "done", "DueDate": TODAY, "ActionDoneOn": date(2026, 11, 2), "PercentDone": 100},
            ),
            ("Stakeholders", {"StakeholderStatus": "active", "NextReviewOn": date(2027, 2, 1)}),
            # Published outside the ten working days of C-R6.
            ("CommunicationCalendar", {"CommStatus": "published", "PublishedOn": date(2026, 10, 1)}),
            ("CommunicationCalendar", {"CommStatus": "planned", "CommDate": date(2027, 2, 1)}),
            ("TeamRoles", {"TeamStatus": "active", "RoleEnd": None}),
            ("TeamRoles", {"TeamStatus": "left", "RoleEnd": date(2026, 11, 1)}),
        ],
    )
    def test_rows_nothing_can_happen_to(self, key: str, values: dict[str, Value]) -> None:
        assert not found_by(key, row(**values))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_labels_of_both_languages(self, language: Language) -> None:
        assert not found_by("Actions", row(ActionStatus="done", ActionDoneOn=TODAY, DueDate=TODAY), language=language)
        assert found_by("Actions", row(ActionStatus="done", DueDate=TODAY), language=language)
        assert found_by("Actions", row(ActionStatus="new", PercentDone=40), language=language)

    def test_labels_nobody_declared_and_no_status(self) -> None:
        for status in ("Bij de drukker", None):
            assert found_by("Actions", row(ActionStatus=status, DueDate=TODAY))


@st.composite
def a_case(draw: st.DrawFn) -> tuple[ListDefinition, ProfileKey, Item, Period]:
    key = draw(st.sampled_from(LISTS))
    profile: ProfileKey = draw(st.sampled_from(["project", "programme"]))
    definition = list_of(key, profile)
    first = draw(st.dates(date(2026, 10, 1), date(2027, 6, 30)))
    last_run = draw(st.one_of(st.none(), st.integers(0, 20).map(lambda days: first - timedelta(days=days))))
    seen = datetime.combine(last_run or first - timedelta(days=30), time(7), AMSTERDAM)
    created = first - timedelta(days=draw(st.integers(0, 90)))
    item = row(
        created=created,
        modified=min(first, created + timedelta(days=draw(st.integers(0, 90)))),
        since=draw(st.one_of(st.none(), st.just(created))),
        **{field.name: draw(a_value(definition, field.name, first)) for field in definition.fields},
    )
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 5])))
    return definition, profile, item, Period(first, last, last_run, seen, AMSTERDAM)


BY_CHANGE_ONLY = {"C-S1", "C-S3", "E-S1", "PSU-S2", "O-S5", "R-S3", "F-S1", "V-S4"}
"""Rules about a note, a link, a calculated column or a former value, which no filter can name, and those that keep a
column of the tool's own right: found by the change of the row."""


def reasons(
    definition: ListDefinition, profile: ProfileKey, item: Item, wanted: Period, *, narrower: bool = False
) -> list[str]:
    """Everything that happens to the row in the period: what the filters must find it for.

    The narrower texts find it for a status rule about its own values only when it changed since the last run.
    """
    by_change = {rule.id for rule in definition.status_rules if not depends_on_today(rule.when)}
    only = by_change if narrower else BY_CHANGE_ONLY
    changed = item.modified >= wanted.changed_since
    closed = {item.id: frozenset(trigger_text(rule.trigger, item) for rule in definition.status_rules if rule.reopened)}
    # What happened to a row is a change of it.
    signals = {rule.id for rule in definition.reminders if rule.is_event and all(step.days < 1 for step in rule.steps)}
    found: list[str] = []
    last_run = wanted.last_run
    for ahead in range((wanted.last - wanted.first).days + 1):
        today = wanted.first + timedelta(days=ahead)
        due = reminders(
            definition, [item], today=today, calendar=CALENDAR, last_run=last_run, profile=profile_of(profile)
        )
        found.extend(f"{one.rule} {one.stage}" for one in due if changed or one.rule not in signals)
        for memory in ({}, closed):
            acted = flips(definition, [item], today=today, done={}, closed=memory)
            found.extend(flip.rule.id for flip in acted[:1] if changed or flip.rule.id not in only)
        if definition.reminders and is_context(definition, item, today):
            found.append("context")
        last_run = today
    if changed and sightings(definition, [item]):
        found.append("closed")
    return found


@settings(max_examples=200, deadline=None)
@given(a_case(), st.sampled_from(LANGUAGES))
def test_nothing_that_happens_is_missed(
    case: tuple[ListDefinition, ProfileKey, Item, Period], language: Language
) -> None:
    definition, profile, item, wanted = case
    options = {"period": wanted, "calendar": CALENDAR, "profile": profile_of(profile)}
    kept = wire(definition, item, language, wanted.zone)
    found = searches(definition, **options)
    usual = any(selects(search.text, kept) for search in found)
    narrower = any(selects(text, kept) for search in found for text in search.instead or (search.text,))
    assert usual or not (missed := reasons(definition, profile, item, wanted)), missed
    assert narrower or not (missed := reasons(definition, profile, item, wanted, narrower=True)), missed
    assert candidates(definition, **options) == tuple(search.text for search in found)
