"""From the rules of a list to the `$filter` texts that find every row they could concern. Pure.

The texts select more rather than less: what they return is judged again by `due` and `status`.

Why several texts and not one: above 5,000 rows the service answers only a filter that begins with tests of one indexed
column which few enough rows pass, and none that begins with alternatives over several columns (sharepoint-rest.md
§6.5). Each text begins so. All texts of all lists go in one batch, and a row found twice is one row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from projectlists.definitions.condition import All, Any_, Condition, Test
from projectlists.definitions.model import ListDefinition, Profile
from projectlists.definitions.rulemodel import ON_SCHEDULE, Recurrence, ReminderRule, Setting, StatusRule
from projectlists.rules.calendar import WorkingCalendar, last_of_week
from projectlists.rules.due import steps_of
from projectlists.rules.odata import (
    Clause,
    Translator,
    alternatives,
    depends_on_today,
    instant_literal,
    none_of_labels,
    number_literal,
    one_of_labels,
    together,
)
from projectlists.rules.recurrence import FREQUENCIES
from projectlists.rules.schedule import last_occurrence
from projectlists.rules.windows import window

_UNKNOWN = ""
"""Stands for every label that nobody declared; None stands for no status at all."""
States = frozenset[str | None]


@dataclass(frozen=True)
class Period:
    """The days a read must serve, one or several for a preview, and what was seen before.

    `last_run` is the last day on which reminders were looked for to the end (None: never). `changed_since` is an
    instant on the service's own clock, not later than the start of that run: rules about what people did to a row look
    at rows modified since. On a first run the caller chooses how far back it wants to look.
    """

    first: date
    last: date
    last_run: date | None
    changed_since: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Search:
    """One filter text, and what to do in a list so large that the service refuses it (ThresholdExceeded).

    `instead` are narrower texts that do the same work together: they begin with dates, not with the status, and find of
    what people did only what changed since the last run. When they are refused too, or there are none, the list has to
    be read to the end by its numbers; `optional` rows are then better left out.
    """

    text: str
    instead: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class _Need:
    """Rows that something looks at: in which states, and the clauses that must all hold.

    `by_change`: only a change of the row can make a difference, the passing of days cannot.
    """

    states: States
    clauses: tuple[Clause, ...]
    by_change: bool = False


def candidates(
    definition: ListDefinition, *, period: Period, calendar: WorkingCalendar, profile: Profile
) -> tuple[str, ...]:
    """The filter texts of a list, for lists of any usual size; see `searches`."""
    return tuple(search.text for search in searches(definition, period=period, calendar=calendar, profile=profile))


def searches(
    definition: ListDefinition, *, period: Period, calendar: WorkingCalendar, profile: Profile
) -> tuple[Search, ...]:
    """The searches of a list; together they find every row that any rule could concern in the period.

    Also found are the rows a digest shows for context (overdue, or due this ISO week) and, where a rule is about
    reopened rows, the rows that were closed since: these are optional. Empty when the list has no rules.
    """
    composer = _Composer(definition, period)
    needs = [need for rule in definition.reminders for need in composer.reminder(rule, calendar, profile)]
    if definition.due and definition.reminders:
        needs.append(composer.context(definition.due))
    needs.extend(composer.status_rule(rule) for rule in definition.status_rules)
    found = [composer.open(needs), composer.without_status(needs), *(composer.in_closed(need) for need in needs)]
    if any(rule.reopened for rule in definition.status_rules):
        found.append(composer.closed_since())
    if definition.recurrence:
        found.append(composer.recurring(definition.recurrence))
    return tuple({search.text: search for search in found if search is not None}.values())


class _Composer:
    """What the rules of one list need in one period, and the texts that ask for it."""

    def __init__(self, definition: ListDefinition, period: Period) -> None:
        self.definition = definition
        self.period = period
        self.translator = Translator(definition, period.first, period.last, period.zone)
        self.status = definition.field(definition.status.field) if definition.status else None
        self.closed = States(definition.status.closing if definition.status else ())
        self.sleeping = States(definition.status.sleeping if definition.status else ())
        choices = self.status.choices if self.status else ()
        self.states = States([*(choice.key for choice in choices), None, _UNKNOWN])
        self.changed = Clause(f"Modified ge {instant_literal(period.changed_since)}", "Modified")

    def reminder(self, rule: ReminderRule, calendar: WorkingCalendar, profile: Profile) -> list[_Need]:
        """The rows for which a reminder rule can have a step in the period: a need for each date it counts from."""
        named = rule.states is not None and self.status is not None
        states = States(rule.states or ()) if named else self.states - self.closed - self.sleeping
        clauses = self.translator.condition(rule.when).clauses
        if rule.date == ON_SCHEDULE:
            return [_Need(states, clauses)] if self._has_come(rule, calendar) else []
        if rule.changed and rule.changed.through:
            return []  # read when the row it points to has changed (`relations`)
        since, before = window(
            rule,
            steps_of(rule, profile),
            first=self.period.first,
            last=self.period.last,
            last_run=self.period.last_run,
            calendar=calendar,
        )
        if rule.is_event:
            # What happened to a row is a change of it, on that day or before the row was read.
            if all(step.days <= 0 for step in rule.steps):
                return [_Need(states, (self.changed, *clauses))]
            started = [] if since is None else [Clause(f"Modified ge {self.translator.day(since)}", "Modified")]
            return [_Need(states, (*started, *clauses))]
        found: list[_Need] = []
        for position, name in enumerate(rule.dates):
            empty = [Clause(f"{before_it} eq null", before_it) for before_it in rule.dates[:position]]
            bounds = [] if since is None else [Clause(f"{name} ge {self.translator.day(since)}", name)]
            bounds.append(Clause(f"{name} lt {self.translator.day(before)}", name))
            found.append(_Need(states, (*bounds, *empty, *clauses)))
        return found

    def _has_come(self, rule: ReminderRule, calendar: WorkingCalendar) -> bool:
        """Whether a day of the schedule lies in the period, or after the last run."""
        last = last_occurrence(rule.schedule or "", self.period.last, calendar)
        return last >= self.period.first or self.period.last_run is None or last > self.period.last_run

    def context(self, due: str) -> _Need:
        """The rows a digest shows beside those with a step: overdue, or due this ISO week (guide.md §2.0.7 a)."""
        monday = last_of_week(self.period.last) + timedelta(days=1)
        counts = self.translator.condition(self.definition.due_when).clauses
        return _Need(
            self.states - self.closed - self.sleeping,
            (Clause(f"{due} lt {self.translator.day(monday)}", due), *counts),
        )

    def status_rule(self, rule: StatusRule) -> _Need:
        """The rows on which a status rule can act."""
        translation = self.translator.condition(rule.when)
        # What a rule says of the status alone is in the states of its need already.
        clauses = tuple(
            clause for clause in translation.clauses if self.status is None or clause.field != self.status.name
        )
        clauses = (*clauses, *self._would_change(rule.set))
        if (not translation.exact or rule.always or rule.lists) and not depends_on_today(rule.when):
            # Nothing but a change of the row can make such a rule act, so rows left alone need not be asked for.
            clauses = (*clauses, self.changed)
        states = States(state for state in self.states if self._possible(rule.when, state))
        return _Need(states, clauses, by_change=not depends_on_today(rule.when))

    def open(self, needs: list[_Need]) -> Search | None:
        """Rows that are not closed, unknown labels included: `ne` on the closing labels leads, for the index."""
        open_needs = (replace(need, states=need.states - self.closed) for need in needs)
        wanted = [need for need in open_needs if need.states - {None}]
        if not wanted:
            return None
        rest = alternatives(together((*need.clauses, *self._in_states(need.states))) for need in wanted)
        head = none_of_labels(self.status, self.closed) if self.status else ()
        if not head:
            return Search(rest) if rest else None
        return Search(together((*head, Clause(f"({rest})", None))) if rest else together(head), self._narrower(wanted))

    def without_status(self, needs: list[_Need]) -> Search | None:
        """Rows without any status count as open, but satisfy no `ne`."""
        wanted = [need for need in needs if None in need.states]
        if self.status is None or not wanted:
            return None
        rest = alternatives(together(need.clauses) for need in wanted)
        head = Clause(f"{self.status.name} eq null", self.status.name)
        return Search(together((head, Clause(f"({rest})", None))) if rest else head.text)

    def in_closed(self, need: _Need) -> Search | None:
        """Rows in closing states. They grow with the years, so another indexed column leads where there is one."""
        states = need.states & self.closed
        if not states:
            return None
        closed = replace(need, states=states)
        return Search(self._led(closed), (self._led(closed, self.changed),) if need.by_change else ())

    def closed_since(self) -> Search:
        """Rows that were closed since the last run, to be recognised when somebody reopens them."""
        return Search(self._led(_Need(self.closed, (self.changed,))), optional=True)

    def recurring(self, recurrence: Recurrence) -> Search | None:
        """Rows that come again and were carried out since the last run."""
        field = self.definition.field(recurrence.frequency)
        if field is None:
            return None
        again = one_of_labels(field, [choice.key for choice in field.choices if choice.key in FREQUENCIES])
        return Search(self._led(_Need(States(recurrence.done), (self.changed, again))))

    def _narrower(self, needs: list[_Need]) -> tuple[str, ...]:
        """The open rows of these needs by other columns than the status."""
        by_change = [together((*need.clauses, *self._in_states(need.states))) for need in needs if need.by_change]
        others = [need for need in needs if not need.by_change]
        led = [need for need in others if any(self._is_indexed(clause) for clause in need.clauses)]
        texts: list[tuple[Clause, ...]] = [(Clause(self._led(need), None),) for need in led]
        if by_change:
            rest = alternatives(by_change)
            texts.append((self.changed, Clause(f"({rest})", None)) if rest else (self.changed,))
        is_open = none_of_labels(self.status, self.closed) if self.status else ()
        found = [together((*clauses, *is_open)) for clauses in texts]
        found += [together((*is_open, Clause(self._led(need), None))) for need in others if need not in led]
        return tuple(dict.fromkeys(found))

    def _led(self, need: _Need, *leading: Clause) -> str:
        """A need as one text that begins with an indexed column; with the status when there is no other."""
        indexed = sorted(filter(self._is_indexed, need.clauses), key=self._rank)
        others = [clause for clause in need.clauses if clause not in indexed]
        return together((*leading, *indexed, *self._in_states(need.states), *others))

    def _in_states(self, states: States) -> tuple[Clause, ...]:
        """The rows in these states, where a filter can name them; rows without status are asked for apart."""
        if self.status is None or _UNKNOWN in states:
            return ()
        return (one_of_labels(self.status, states - {None}),)

    def _is_indexed(self, clause: Clause) -> bool:
        field = self.definition.field(clause.field) if clause.field else None
        return clause.field in self.definition.index or (field is not None and field.indexed)

    def _rank(self, clause: Clause) -> tuple[bool, str]:
        """Dates before choices, and tests of one column together: the service's first search covers them all."""
        field = self.definition.field(clause.field or "")
        return field is not None and field.type != "DateTime", clause.field or ""

    def _possible(self, condition: Condition | None, state: str | None) -> bool:
        """Whether a row in this state can meet a condition."""
        if isinstance(condition, All):
            return all(self._possible(part, state) for part in condition.all)
        if isinstance(condition, Any_):
            return any(self._possible(part, state) for part in condition.any)
        if not isinstance(condition, Test) or self.status is None or condition.field != self.status.name:
            return True
        keys = condition.operand if isinstance(condition.operand, tuple) else (condition.operand,)
        match condition.operator:
            case "equals" | "one_of":
                return state in keys
            case "not_equals" | "none_of":
                return state not in keys
            case _:
                return True

    def _would_change(self, settings: tuple[Setting, ...]) -> tuple[Clause, ...]:
        """A rule that only clears, caps or fills in concerns no row where that is so already."""
        texts = [self._differs(setting) for setting in settings]
        text = alternatives(text or "" for text in texts)
        return (Clause(f"({text})" if len(texts) > 1 else text, None),) if text else ()

    def _differs(self, setting: Setting) -> str | None:
        column = self.translator.column(setting.field)
        if column is None:
            return None
        if setting.clear:
            return f"{column} ne null"
        if setting.at_most is not None:
            return f"{column} gt {number_literal(setting.at_most)}"
        return self.translator.is_empty(setting.field) if setting.if_empty else None
