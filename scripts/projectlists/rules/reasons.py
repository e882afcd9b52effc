"""Why a rule does or does not concern a row today, in sentences for people (contract.md §2, `explain`). Pure.

It asks the same questions as `due` and `status`, one after the other, and puts the first answer that decides in words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from projectlists.definitions.condition import (
    All,
    Any_,
    Around,
    Condition,
    Every,
    None_,
    Related,
    Some,
    fields_of,
    matches,
    related_of,
    related_rows,
)
from projectlists.definitions.model import ListDefinition, Profile
from projectlists.definitions.rulemodel import ReminderRule, StatusRule
from projectlists.item import Item, Link, Person, Reference, Value
from projectlists.language import Language, _, current, day_in_words, plain
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.due import (
    Latest,
    Reminder,
    driving_day,
    is_awake,
    is_in_state,
    is_open,
    is_switched_off,
    latest_steps,
    next_steps,
)
from projectlists.rules.status import Hindrance

ROWS = 3
"""Rows of another list that a reason names at most; the others are counted."""
Sent = Mapping[tuple[str, str, date], date]
"""(rule, stage, date that drives it) → the day on which it was sent."""


@dataclass(frozen=True)
class Case:
    """One row on one day, with what is needed to judge it (see `due.reminders`)."""

    definition: ListDefinition
    item: Item
    today: date
    calendar: WorkingCalendar
    last_run: date | None
    profile: Profile
    around: Around
    sent: Sent
    lists: Sequence[ListDefinition] = ()
    """The lists of the site, for rules that ask other lists."""


def reminder_reasons(case: Case) -> Iterator[str]:
    """For every reminder rule of the list why it reminds of the row today, or why not."""
    if is_switched_off(case.item):
        column = column_title(case.definition, "ReminderOff")
        yield _("“{column}” says yes on this row, so nobody is reminded of it.").format(column=column)
        return
    if not case.definition.reminders:
        yield _("This list has no reminders.")
    for rule in case.definition.reminders:
        for reason in _of_rule(case, rule):
            yield f"{rule_in_words(case.definition, rule)}: {reason}"


def status_reasons(case: Case, hindrances: Mapping[str, Hindrance]) -> Iterator[str]:
    """For every status rule that does nothing, why not."""
    for rule in case.definition.status_rules:
        if rule.id in hindrances:
            yield f"{rule_in_words(case.definition, rule)}: {_hindered(case, rule, hindrances[rule.id])}"


def resting_reasons(
    whole: ListDefinition, chosen: ListDefinition, lists: Collection[str], title_of: Callable[[str], str]
) -> Iterator[str]:
    """Why rules of a list rest on a site: `chosen` is the list as its profile has it, beside these other lists.

    `title_of` gives what people call a list that the site does not have.
    """
    rules: list[ReminderRule | StatusRule] = [*whole.reminders, *whole.status_rules]
    awake = {*(rule.id for rule in chosen.reminders), *(rule.id for rule in chosen.status_rules)}
    for rule in rules:
        if rule.id in awake:
            continue
        missing = ", ".join(title_of(name) for name in rule.lists if name not in lists)
        if missing:
            reason = _("rests, because this project does not have the list “{list}”.").format(list=missing)
        else:
            reason = _("rests, because this project does not have a column that it needs.")
        yield f"{rule_in_words(whole, rule)}: {reason}"


def rule_in_words(definition: ListDefinition, rule: ReminderRule | StatusRule) -> str:
    """`S1 (the progress is 100 %)`; a rule about a date is called after its column: `D (Deadline)`."""
    if isinstance(rule, StatusRule):
        name = rule.trace.in_language(current())
    elif rule.text:
        name = rule.text.in_language(current()).rstrip(".")
    elif rule.dates:
        name = column_title(definition, rule.dates[0])
    else:
        return rule.id
    return f"{rule.id} ({name})"


def step_in_words(definition: ListDefinition, rule: str, stage: str, due: date) -> str:
    """`D+3 (3 working days after 26 November 2026)`."""
    if stage == "ESC":
        return _("{stage} (escalation, counted from {day})").format(stage=stage, day=day_in_words(due))
    count = int(stage[1:])
    in_days = any(known.id == rule and known.unit == "days" for known in definition.reminders)
    return _distance(count, in_days).format(stage=stage, count=abs(count), day=day_in_words(due))


def _distance(count: int, in_days: bool) -> str:  # noqa: PLR0911 - one line a sentence
    match (count, in_days):
        case (0, _any):
            return _("{stage} (on {day})")
        case (-1, True):
            return _("{stage} ({count} day before {day})")
        case (-1, False):
            return _("{stage} ({count} working day before {day})")
        case (1, True):
            return _("{stage} ({count} day after {day})")
        case (1, False):
            return _("{stage} ({count} working day after {day})")
        case (_, True):
            return _("{stage} ({count} days before {day})") if count < 0 else _("{stage} ({count} days after {day})")
        case _:
            return (
                _("{stage} ({count} working days before {day})")
                if count < 0
                else _("{stage} ({count} working days after {day})")
            )


def column_title(definition: ListDefinition, name: str) -> str:
    """What people see above a column."""
    built_in = {"Created": _("Created"), "Modified": _("Modified")}
    field = definition.field(name)
    return field.title.in_language(current()) if field else built_in.get(name, name)


def value_in_words(  # noqa: PLR0911 - one line a kind
    definition: ListDefinition, name: str, value: Value, language: Language | None = None
) -> str:
    """A value of a row on one line: choices by their label in a language, or in that of the program."""
    field = definition.field(name)
    labels = {choice.key: choice.label(language or current()) for choice in field.choices} if field else {}
    match value:
        case None | "" | ():
            return _nothing()
        case bool():
            return _("yes") if value else _("no")
        case date():
            return day_in_words(value, language)
        case int() | float():
            return _number(value, is_money=field is not None and field.type == "Currency", language=language)
        case Person():
            return plain(value.name) or value.mail
        case Reference():
            return plain(value.title) or str(value.id)
        case Link():
            return plain(value.text or value.url)
        case tuple():
            return ", ".join(labels.get(key, plain(key)) for key in value)
        case _:
            return labels.get(str(value), plain(str(value)))


def _number(value: float, *, is_money: bool, language: Language | None) -> str:
    """`0,5`; an amount as `€ 1.234,56`, without cents where there are none (guide.md §6.2)."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - help must not wait for it

    pattern = ("#,##0" if float(value).is_integer() else "#,##0.00") if is_money else "0.######"
    text = format_decimal(value, format=pattern, locale=language or current())
    return f"€ {text}" if is_money else text


def _nothing() -> str:
    return _("(empty)")


def _of_rule(case: Case, rule: ReminderRule) -> Iterator[str]:
    definition, item = case.definition, case.item
    status = definition.status.field if definition.status else ""
    if not is_in_state(definition, rule, item):
        shown = value_in_words(definition, status, item[status])
        yield _outside(definition, item).format(column=column_title(definition, status), value=shown)
        return
    if not matches(rule.when, item, case.today, around=case.around):
        yield _not_so(case, rule.when)
        return
    day = driving_day(
        definition, rule, item, today=case.today, calendar=case.calendar, around=case.around, coming=False
    )
    if day is None:
        yield _without_day(case, rule)
        return
    steps = latest_steps(
        definition,
        item,
        today=case.today,
        calendar=case.calendar,
        last_run=case.last_run,
        profile=case.profile,
        around=case.around,
    )
    latest = {(one.reminder.stage, one.reminder.step_on): one for one in steps if one.reminder.rule == rule.id}
    for one in latest.values():
        yield _latest(case, rule, one)
    ahead = next_steps(
        definition, item, today=case.today, calendar=case.calendar, profile=case.profile, around=case.around
    )
    coming = [one for one in ahead if one.rule == rule.id]
    if coming:
        sentence = _("the next step is {step} on {day}.") if latest else _("the first step is {step} on {day}.")
        yield sentence.format(step=_step(case, coming[0]), day=day_in_words(coming[0].step_on))
    else:
        yield _("all its steps have passed; no more will come.")


def _outside(definition: ListDefinition, item: Item) -> str:
    if not is_open(definition, item):
        return _("the row is closed ({column}: {value}).")
    if not is_awake(definition, item):
        return _("the row waits for a start ({column}: {value}).")
    return _("this rule is about rows in another state ({column}: {value}).")


def _without_day(case: Case, rule: ReminderRule) -> str:
    definition = case.definition
    lookup = rule.changed.through if rule.changed else None
    if lookup and case.item[lookup] is None:
        return _("{column} is empty, so there is nothing to follow.").format(column=column_title(definition, lookup))
    if not rule.dates:
        return _("what it counts from has not happened, or not since the last run.")
    columns = ", ".join(column_title(definition, name) for name in rule.dates)
    return _("{column} is empty, so there is no day to count from.").format(column=columns)


def _latest(case: Case, rule: ReminderRule, latest: Latest) -> str:
    reminder = latest.reminder
    step, day = _step(case, reminder), day_in_words(reminder.step_on)
    sent = case.sent.get((reminder.rule, reminder.stage, reminder.due))
    if sent:
        return _("step {step} was sent on {day}.").format(step=step, day=day_in_words(sent))
    if latest.skipped == "created":
        made = day_in_words(case.item.created_on)
        sentence = _("step {step} of {day} is skipped, because the row was made after it, on {made}.")
        return sentence.format(step=step, day=day, made=made)
    if latest.skipped == "passed":
        sentence = _(
            "step {step} of {day} is not caught up: a run looked after that day ({run}) and did not find it due then. "
            "The row was moved, reopened or changed since."
        )
        return sentence.format(step=step, day=day, run=day_in_words(case.last_run or reminder.step_on))
    if latest.skipped == "overtaken":
        return _("step {step} falls on {day}, the day of the date itself; only that reminder is sent.").format(
            step=step, day=day
        )
    if rule.once:
        return _("step {step} is due since {day}; it is told once for the whole list, at its first row.").format(
            step=step, day=day
        )
    return _("step {step} is due since {day} and was not sent before.").format(step=step, day=day)


def _step(case: Case, reminder: Reminder) -> str:
    return step_in_words(case.definition, reminder.rule, reminder.stage, reminder.due)


def _hindered(case: Case, rule: StatusRule, hindrance: Hindrance) -> str:
    definition, item = case.definition, case.item
    match hindrance:
        case "condition":
            return _not_so(case, rule.when)
        case "settled":
            return _("everything it would fill in is there already.")
        case "not_reopened":
            return _("the row was not seen closed with these values before.")
        case "acted":
            columns = ", ".join(column_title(definition, name) for name in rule.trigger)
            sentence = _(
                "it acted on these values before and somebody changed the row since. It acts again when this changes: "
                "{columns}."
            )
            return sentence.format(
                columns=columns or ", ".join(_title(_listed(case, name), name) for name in rule.lists)
            )
        case _:
            status = definition.status.field if definition.status else ""
            value = value_in_words(definition, status, item[status])
            return _("the life cycle of the list has no such move from {value}.").format(value=value)


def _not_so(case: Case, condition: Condition | None) -> str:
    parts = list(dict.fromkeys(_unmet(case, condition)))
    return _("what it asks for is not so here ({what}).").format(what="; ".join(parts))


def _unmet(case: Case, condition: Condition | None) -> Iterator[str]:
    """What stands where a condition asks for something else: columns with their value, and other lists."""
    if matches(condition, case.item, case.today, around=case.around):
        return
    if isinstance(condition, All | Any_):
        parts = condition.all if isinstance(condition, All) else condition.any
        elsewhere = [part for part in parts if any(related_of(part))]
        own = [reason for part in parts if part not in elsewhere for reason in _unmet(case, part)]
        # Other lists are read only for rows that meet the rest: of a row that does not, they say nothing.
        yield from own or (reason for part in elsewhere for reason in _unmet(case, part))
    elif isinstance(condition, Related):
        yield from _unmet_elsewhere(case, condition)
    else:
        yield from _values(case.definition, case.item, condition)


def _values(definition: ListDefinition, item: Item, condition: Condition | None) -> Iterator[str]:
    """The columns that a condition looks at, with what stands there: `Status: Done`."""
    for name in fields_of(condition):
        value = item.day(name) if name in {"Created", "Modified"} else item[name]
        yield f"{column_title(definition, name)}: {value_in_words(definition, name, value)}"


def _listed(case: Case, key: str) -> ListDefinition | None:
    return next((found for found in case.lists if found.key == key), None)


def _title(definition: ListDefinition | None, key: str) -> str:
    return definition.title.in_language(current()) if definition else key


def _unmet_elsewhere(case: Case, condition: Related) -> Iterator[str]:
    """The rows of another list that are not as a rule asks, or those that stand in its way."""
    other = _listed(case, condition.list)
    title = _title(other, condition.list)
    rows = related_rows(condition, case.item, case.around)
    if isinstance(condition, Some) and condition.through and case.item[condition.through] is None:
        yield f"{column_title(case.definition, condition.through)}: {_nothing()}"
    elif not rows and (condition.by or isinstance(condition, Every)):
        yield _("{list}: no row belongs to this one").format(list=title)
    elif not rows or other is None:
        yield _("{list}: no row is as the rule asks").format(list=title)
    else:
        wrong = isinstance(condition, None_)
        named = [row for row in rows if matches(condition.are, row, case.today, around=case.around) is wrong]
        shown = [f"{other.letter}-{row.id} ({'; '.join(_values(other, row, condition.are))})" for row in named]
        more = len(shown) - ROWS
        yield f"{title}: {', '.join(shown[:ROWS])}" + (_(" and {count} more").format(count=more) if more > 0 else "")
