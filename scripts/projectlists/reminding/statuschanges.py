"""The status rules at work on one site: what changes by itself, remembered so that a hand can undo it for good.

Of every row that a rule touched, or that was seen closed, the ledger keeps one row: the last changes with what
triggered them (guide.md §2.0.8). A change is announced there first and confirmed afterwards, so that a run that dies
in between neither repeats what was done nor forgets it. A row is only written over the version that was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from projectlists.config.model import FlipBrake
from projectlists.definitions.condition import Around
from projectlists.definitions.model import ListDefinition
from projectlists.errors import Unanswered
from projectlists.farend import wire
from projectlists.farend.batch import Operation
from projectlists.farend.sharepoint import SharePointSite
from projectlists.item import Item
from projectlists.language import Language, Text, _, day_in_words
from projectlists.reminding.brakes import too_many_changes
from projectlists.reminding.ledger import Ledger, LedgerRow, memory_key
from projectlists.reminding.result import FlipOutcome, FlipState
from projectlists.reminding.siteday import LEDGER_DAYS, SiteDay, renewed
from projectlists.rules.relations import in_order
from projectlists.rules.status import (
    Event,
    Flip,
    Hindrance,
    flips,
    hindrances,
    recall,
    sightings,
    trigger_text,
    writes,
    written,
)

EVENTS = 30
"""How many events of a row are remembered."""
_TRACE = Text(nl="Status automatisch gewijzigd", en="Status changed automatically")
_SEEN = Text(nl="Gezien als afgesloten", en="Seen closed")


@dataclass(frozen=True)
class _Memory:
    """What is remembered of one row. `pending` was announced by a run that did not confirm it."""

    row: LedgerRow | None
    events: tuple[Event, ...] = ()
    pending: tuple[Event, ...] = ()


@dataclass(frozen=True)
class _Case:
    """One row of a list with what is remembered of it, and what the rules do to it now."""

    definition: ListDefinition
    item: Item
    memory: _Memory
    flips: tuple[Flip, ...]

    @property
    def key(self) -> str:
        return memory_key(self.definition.key, self.item.id)

    @property
    def after(self) -> Item:
        return written(self.definition, self.item, self.flips)


def preview(day: SiteDay, ledger: Ledger, today: date) -> tuple[SiteDay, tuple[FlipOutcome, ...]]:
    """What the status rules would do: the site as it would be, and the changes. Nothing is written."""
    cases = [case for case in _cases(day, ledger, today) if case.flips]
    return _after(day, cases, today), _outcomes(day, cases, "preview")


def carry_out(
    day: SiteDay, remote: SharePointSite, ledger: Ledger, today: date, brake: FlipBrake | None = None
) -> tuple[SiteDay, tuple[FlipOutcome, ...]]:
    """Let the status rules act: the site as it is then, and the changes. Without a `brake` nothing holds them."""
    cases = _cases(day, ledger, today)
    reasons = _braked(day, remote, cases, brake) if brake else {}
    announced = _announced(day, ledger, [case for case in cases if case.flips and case.key not in reasons], today)
    reasons |= _written(day, remote, announced)
    done = [case for case in announced if case.key not in reasons]
    quiet = [case for case in cases if not case.flips]
    _remember(day, ledger, [*done, *quiet], today)
    ledger.change([_forgotten(row) for row in _open(day) if _row_of(day, row) is None])
    outcomes = [*_outcomes(day, done, "done")]
    finished = {case.key for case in done}
    failed = [case for case in cases if case.flips and case.key not in finished]
    overtaken = [case for case in cases if _is_overtaken(day, case, today)]
    for case in failed:
        reason = reasons.get(case.key, _("the program is also running elsewhere and changes this row"))
        outcomes += _outcomes(day, [case], "failed", reason)
    return _without(_after(day, done, today), [*failed, *overtaken]), tuple(outcomes)


def left_alone(day: SiteDay, known: LedgerRow | None, key: str, item: Item, today: date) -> dict[str, Hindrance]:
    """By rule of a list: why it leaves a row alone; `known` is the ledger's row about it."""
    definition, memory = day.definition(key), _memory(known)
    done, closed = recall(definition, [*memory.events, *memory.pending])
    return hindrances(definition, item, today=today, done=done, closed=closed, around=day.around)


def _braked(day: SiteDay, remote: SharePointSite, cases: Sequence[_Case], brake: FlipBrake) -> dict[str, str]:
    """Of the rows of lists that would change too much at once, by key, the reason. Asks only for long lists' length."""
    acting: dict[str, list[_Case]] = {}
    for case in cases:
        if case.flips:
            acting.setdefault(case.definition.key, []).append(case)
    many = {key: found for key, found in acting.items() if len(found) > brake.minimum}
    reasons: dict[str, str] = {}
    for key, answer in zip(many, remote.run([_length(day, remote, key) for key in many]), strict=True):
        labels = [f"{case.definition.letter}-{case.item.id}" for case in many[key]]
        total = int(answer.checked().entity.get("ItemCount") or 0)
        reason = too_many_changes(labels, total, percent=brake.percent, minimum=brake.minimum)
        reasons |= dict.fromkeys([case.key for case in many[key]], reason) if reason else {}
    return reasons


def _length(day: SiteDay, remote: SharePointSite, key: str) -> Operation:
    path = remote.list_path(key, library=day.definition(key).kind == "library")
    return Operation("GET", path, query={"$select": "ItemCount"})


def _cases(day: SiteDay, ledger: Ledger, today: date) -> list[_Case]:
    """Every row in which a rule acts, a closing is to be remembered, or an announcement is open."""
    wanted = {memory_key(definition.key, item.id): (definition, item) for definition, item in _concerned(day, today)}
    for row in _open(day):
        if found := _row_of(day, row):
            wanted[row.key] = found
    known = ledger.find(wanted)
    cases: list[_Case] = []
    around = day.around
    # A list comes after those its rules read, so that what changes there counts in the same run.
    for definition in in_order(day.lists):
        here = [
            _case(definition, item, _memory(known.get(key)), today, around)
            for key, (found, item) in wanted.items()
            if found.key == definition.key
        ]
        around = renewed(around, definition.key, [case.after for case in here if case.flips])
        cases += here
    return cases


def _concerned(day: SiteDay, today: date) -> list[tuple[ListDefinition, Item]]:
    """Rows in which a rule would act if nothing were remembered, and rows that are closed."""
    found: list[tuple[ListDefinition, Item]] = []
    around = day.around
    for definition in in_order(day.lists):
        if not definition.status_rules:
            continue
        rows = day.items[definition.key]
        reopening = [rule for rule in definition.status_rules if rule.reopened]
        closed = {item.id: frozenset(trigger_text(rule.trigger, item) for rule in reopening) for item in rows}
        acting = [
            flip
            for others in ([day.around] if around is day.around else [day.around, around])
            for flip in flips(definition, rows, today=today, done={}, closed=closed, around=others)
        ]
        likely = flips(definition, rows, today=today, done={}, closed={}, around=around)
        around = renewed(around, definition.key, [written(definition, item, likely) for item in rows])
        seen = {flip.item.id for flip in [*acting, *likely]}
        seen |= {number for number, _trigger in sightings(definition, rows)}
        found += [(definition, item) for item in rows if item.id in seen]
    return found


def _open(day: SiteDay) -> list[LedgerRow]:
    return [row for row in day.opening.rows.values() if row.kind == "flip" and row.state == "claimed"]


def _row_of(day: SiteDay, row: LedgerRow) -> tuple[ListDefinition, Item] | None:
    definition = next((found for found in day.lists if found.key == row.list), None)
    item = next((item for item in day.items.get(row.list, ()) if item.id == row.item), None)
    return (definition, item) if definition and item else None


def _case(definition: ListDefinition, item: Item, memory: _Memory, today: date, around: Around) -> _Case:
    found = _flips(definition, item, memory.events, today, around)
    if memory.pending:
        acting = {(flip.rule.id, flip.trigger) for flip in found}
        if not all((event.rule, event.trigger) in acting for event in memory.pending):
            # The announced change was made: its rules do not hold any more.
            memory = replace(memory, events=(*memory.events, *memory.pending), pending=())
            found = _flips(definition, item, memory.events, today, around)
    return _Case(definition, item, memory, found)


def _flips(
    definition: ListDefinition, item: Item, events: Sequence[Event], today: date, around: Around
) -> tuple[Flip, ...]:
    done, closed = recall(definition, events)
    return flips(definition, [item], today=today, done=done, closed=closed, around=around)


def _announced(day: SiteDay, ledger: Ledger, cases: Sequence[_Case], today: date) -> list[_Case]:
    """The cases whose changes this run announced in the ledger; the others are in the hands of another run."""
    rows = {case.key: _announcement(day, case, today) for case in cases}
    made = ledger.create([row for row in rows.values() if not row.id])
    ours = {key: row for key, row in made.items() if ledger.is_ours(row)}
    ours |= ledger.change([row for row in rows.values() if row.id])
    return [replace(case, memory=replace(case.memory, row=ours[case.key])) for case in cases if case.key in ours]


def _announcement(day: SiteDay, case: _Case, today: date) -> LedgerRow:
    pending = [Event(case.item.id, flip.rule.id, flip.trigger) for flip in case.flips]
    title = _title(day.language, case, today)
    return replace(
        _base(case, today),
        state="claimed",
        title=title,
        rule=case.flips[-1].rule.id,
        details={"events": _dumped(case.memory.events), "pending": _dumped(pending)},
    )


def _base(case: _Case, today: date) -> LedgerRow:
    known = case.memory.row
    return LedgerRow(
        key=case.key,
        kind="flip",
        state="done",
        title=known.title if known else "",
        day=today,
        list=case.definition.key,
        item=case.item.id,
        rule=known.rule if known else "",
        id=known.id if known else 0,
        etag=known.etag if known else "",
    )


def _title(language: Language, case: _Case, today: date) -> str:
    flip = case.flips[-1]
    label = f"{case.definition.letter}-{case.item.id}"
    reason = flip.rule.trace.in_language(language)
    return f"{_TRACE.in_language(language)} ({label}, {day_in_words(today, language)}): {reason}"


def _written(day: SiteDay, remote: SharePointSite, cases: Sequence[_Case]) -> dict[str, str]:
    """Write the rows; of those that were not written, by key, the reason."""
    operations = [
        remote.change(
            case.definition.key,
            case.item.id,
            wire.values_for(case.definition, day.language, day.opening.about.zone, writes(case.flips)[case.item.id]),
            case.item.etag or None,
            library=case.definition.kind == "library",
        )
        for case in cases
    ]
    try:
        answers = remote.run(operations)
    except Unanswered as error:
        return {case.key: str(error) for case in cases}
    return {case.key: str(answer.error) for case, answer in zip(cases, answers, strict=True) if answer.error}


def _remember(day: SiteDay, ledger: Ledger, cases: Sequence[_Case], today: date) -> None:
    """Confirm what was done and what was seen closed. Nothing is written where nothing is new."""
    rows = [row for case in cases if (row := _memorised(day, case, today)) is not None]
    ledger.create([row for row in rows if not row.id])
    ledger.change([row for row in rows if row.id], guarded=False)


def _memorised(day: SiteDay, case: _Case, today: date) -> LedgerRow | None:
    acted = [Event(case.item.id, flip.rule.id, flip.trigger) for flip in case.flips]
    events = [*case.memory.events, *acted]
    _done, closed = recall(case.definition, events)
    for number, trigger in sightings(case.definition, [case.after]):
        if trigger not in closed.get(number, frozenset()):
            events.append(Event(number, "", trigger))
    known = case.memory.row
    settled = known is not None and known.state == "done"
    if settled and len(events) == len(case.memory.events):
        return None
    if not events:
        return None
    row = _base(case, today)
    title = row.title or f"{_SEEN.in_language(day.language)} ({case.definition.letter}-{case.item.id})"
    return replace(row, title=title, details={"events": _dumped(events)})


def _forgotten(row: LedgerRow) -> LedgerRow:
    """The memory of a row that no rule looks at any more: the change that was announced was made."""
    memory = _memory(row)
    return replace(row, state="done", details={"events": _dumped([*memory.events, *memory.pending])})


def _memory(row: LedgerRow | None) -> _Memory:
    if row is None:
        return _Memory(None)
    return _Memory(row, _loaded(row, "events"), _loaded(row, "pending"))


def _loaded(row: LedgerRow, name: str) -> tuple[Event, ...]:
    kept = row.details.get(name)
    entries = [entry for entry in kept if isinstance(entry, Mapping)] if isinstance(kept, list) else []
    return tuple(Event(row.item or 0, str(entry.get("rule", "")), str(entry.get("trigger", ""))) for entry in entries)


def _dumped(events: Sequence[Event]) -> list[dict[str, Any]]:
    return [{"rule": event.rule, "trigger": event.trigger} for event in events[-EVENTS:]]


def _outcomes(
    day: SiteDay, cases: Iterable[_Case], outcome: FlipState, reason: str | None = None
) -> tuple[FlipOutcome, ...]:
    return tuple(
        FlipOutcome(
            site=day.url,
            list=flip.list,
            item=flip.item.id,
            rule=flip.rule.id,
            field=flip.field,
            before=flip.before,
            after=flip.after,
            outcome=outcome,
            reason=reason,
        )
        for case in cases
        for flip in case.flips
    )


def _after(day: SiteDay, cases: Iterable[_Case], today: date) -> SiteDay:
    """The site with the changed rows; a status that changed has been so since today."""
    changed = {(case.definition.key, case.item.id): case for case in cases}
    items = {
        key: tuple(_changed(changed[key, item.id], today) if (key, item.id) in changed else item for item in rows)
        for key, rows in day.items.items()
    }
    return day.with_items(items)


def _is_overtaken(day: SiteDay, case: _Case, today: date) -> bool:
    """Whether another run changed the row after this one began: what is remembered is newer than the ledger as read."""
    row = case.memory.row
    if row is None or case.flips or row.day is None or row.day < today - LEDGER_DAYS:
        return False
    known = day.opening.rows.get(case.key)
    return known is None or known.etag != row.etag


def _without(day: SiteDay, cases: Iterable[_Case]) -> SiteDay:
    """The site without rows that somebody else changed meanwhile: what was read of them is no ground for a reminder."""
    gone = {(case.definition.key, case.item.id) for case in cases}
    items = {key: tuple(item for item in rows if (key, item.id) not in gone) for key, rows in day.items.items()}
    return day.with_items(items)


def _changed(case: _Case, today: date) -> Item:
    """The row as it is now, with what was written as its newest version."""
    status = case.definition.status.field if case.definition.status else ""
    after = case.after
    past = (replace(after, created_on=today, past=()), *after.past)
    return replace(after, past=past, state_since=today if after[status] != case.item[status] else after.state_since)
