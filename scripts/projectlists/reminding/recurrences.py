"""Making the next row of what comes again: once for each row that was carried out, whoever runs and whatever dies.

The ledger has one row for each row that was carried out. Making it is the claim; then the next row is made and noted
there. A run that finds an old claim that was never finished looks whether the next row stands there, else makes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from projectlists.definitions.model import ListDefinition
from projectlists.errors import FarEndError
from projectlists.farend import wire
from projectlists.farend.sharepoint import Query, SharePointSite
from projectlists.item import Item
from projectlists.language import Text
from projectlists.reminding.ledger import Ledger, LedgerRow, next_key
from projectlists.reminding.result import MadeOutcome
from projectlists.reminding.siteday import SiteDay
from projectlists.rules.due import is_open
from projectlists.rules.odata import day_literal, text_literal
from projectlists.rules.recurrence import comes_again, coming_day, is_next, next_row, repeats

KIND = "next"
GRACE = timedelta(minutes=10)
"""How long another run may take between its claim and the row."""
_MADE = Text(nl="Volgende rij gemaakt", en="Next row made")


@dataclass(frozen=True)
class _Carried:
    """A row that was carried out and comes again, and what the ledger knows of it."""

    definition: ListDefinition
    item: Item
    row: LedgerRow | None

    @property
    def key(self) -> str:
        return next_key(self.definition.key, self.item.id)

    @property
    def first(self) -> date:
        """The first day of the series: handed on from row to row, else the row's own."""
        kept = self.row.details.get("first") if self.row else None
        own = self.item.day(self.definition.recurrence.date) if self.definition.recurrence else None
        return date.fromisoformat(kept) if isinstance(kept, str) else own or self.item.created_on


def carry_out(
    day: SiteDay, remote: SharePointSite, ledger: Ledger, today: date, now: datetime
) -> tuple[MadeOutcome, ...]:
    """Make the next rows that are not there yet. One that is refused is told, and tried again by the next run.

    Raises:
        FarEndError: the ledger could not be read or written, or a list not be read.
    """
    carried = _carried(day, ledger)
    standing = [_standing(day, remote, one) for one in carried]
    there = [(one, other) for one, other in zip(carried, standing, strict=True) if other]
    settled = [_settled(day, one, other, today) for one, other in there]
    # What an earlier run made before it died goes on with its series; what somebody planned begins its own.
    handed_on = [_handed_on(day, one, other.id, today) for one, other in there if one.row]
    ledger.create([*handed_on, *(row for row in settled if not row.id)])
    ledger.change([row for row in settled if row.id])
    wanted = [one for one, other in zip(carried, standing, strict=True) if other is None and _is_free(one, now)]
    rows = {one.key: _claim(day, one, today) for one in wanted}
    made = ledger.create([row for row in rows.values() if not row.id])
    ours = {key: row for key, row in made.items() if ledger.is_ours(row)}
    ours |= ledger.change([row for row in rows.values() if row.id])
    claimed = [replace(one, row=ours[one.key]) for one in wanted if one.key in ours]
    return tuple(_made(day, remote, ledger, one, today) for one in claimed)


def preview(day: SiteDay, remote: SharePointSite, ledger: Ledger) -> tuple[MadeOutcome, ...]:
    """Which rows would get a next one; nothing is written."""
    wanted = [one for one in _carried(day, ledger) if _standing(day, remote, one) is None]
    return tuple(MadeOutcome(day.url, one.definition.key, one.item.id, None, "preview") for one in wanted)


@dataclass(frozen=True)
class NextRow:
    """What comes after a row that repeats.

    `state`: on being carried out it gets a next row for `day` (open); a run today makes that row (due); the next row is
    there, with this `number` (there); it was carried out before the last run looked (passed); or it was closed without
    being carried out (ended).
    """

    state: Literal["open", "due", "there", "passed", "ended"]
    day: date | None = None
    number: int | None = None


def foreseen(
    day: SiteDay,
    remote: SharePointSite,
    definition: ListDefinition,
    item: Item,
    *,
    known: LedgerRow | None,
    today: date,
) -> NextRow | None:
    """What comes after a row; None when it does not repeat. `known` is what the ledger knows of that.

    Raises:
        FarEndError: the list could not be read.
    """
    if not repeats(definition, item):
        return None
    one = _Carried(definition, item, known)
    if known is not None and known.state == "done" and isinstance(made := known.details.get("made"), int):
        return NextRow("there", number=made)
    coming = coming_day(definition, item, one.first, today, day.calendar)
    if not comes_again(definition, item):
        return NextRow("open", coming) if is_open(definition, item) else NextRow("ended")
    standing = _standing(day, remote, one)
    if standing is not None:
        return NextRow("there", number=standing.id)
    looked = day.changed_since is None or item.modified >= day.changed_since
    return NextRow("due", coming) if looked else NextRow("passed")


def _carried(day: SiteDay, ledger: Ledger) -> list[_Carried]:
    """Rows that were carried out since the last run and of which nothing was made yet."""
    found = [
        (definition, item)
        for definition in day.lists
        for item in day.items[definition.key]
        if comes_again(definition, item) and (day.changed_since is None or item.modified >= day.changed_since)
    ]
    known = ledger.find(next_key(definition.key, item.id) for definition, item in found)
    rows = (_Carried(definition, item, known.get(next_key(definition.key, item.id))) for definition, item in found)
    return [one for one in rows if one.row is None or one.row.state != "done"]


def _is_free(one: _Carried, now: datetime) -> bool:
    """Whether nobody else is at it: no claim, or one of a run that is long gone."""
    row = one.row
    return row is None or row.state != "claimed" or row.modified is None or now - row.modified > GRACE


def _standing(day: SiteDay, remote: SharePointSite, one: _Carried) -> Item | None:
    """The next row, when somebody or an earlier run made it already."""
    definition, recurrence = one.definition, one.definition.recurrence
    here = one.item.day(recurrence.date) if recurrence else None
    if recurrence is None or here is None:
        return None
    zone = day.opening.about.zone
    later = f"{recurrence.date} ge {day_literal(here + timedelta(days=1), zone)}"
    text = f"{later} and Title eq {text_literal(one.item.text('Title'))}"
    (rows,) = remote.rows([Query(definition.key, filter=text, options=wire.options(definition))])
    others = wire.items_from(definition, zone, rows)
    return next((other for other in others if is_next(definition, one.item, other)), None)


def _claim(day: SiteDay, one: _Carried, today: date) -> LedgerRow:
    title = f"{_MADE.in_language(day.language)} ({one.definition.letter}-{one.item.id})"
    known = one.row
    return LedgerRow(
        key=one.key,
        kind=KIND,
        state="claimed",
        title=title,
        day=today,
        list=one.definition.key,
        item=one.item.id,
        details={"first": one.first.isoformat()},
        id=known.id if known else 0,
        etag=known.etag if known else "",
    )


def _settled(day: SiteDay, one: _Carried, other: Item, today: date) -> LedgerRow:
    row = _claim(day, one, today)
    return replace(row, state="done", details={**row.details, "made": other.id})


def _handed_on(day: SiteDay, one: _Carried, number: int, today: date) -> LedgerRow:
    """What the next row has to know when it is carried out: the first day of its series."""
    claim = _claim(day, one, today)
    return replace(claim, key=next_key(one.definition.key, number), item=number, state="waiting", id=0, etag="")


def _made(day: SiteDay, remote: SharePointSite, ledger: Ledger, one: _Carried, today: date) -> MadeOutcome:
    definition = one.definition
    values = next_row(definition, one.item, one.first, today, day.calendar)
    body = wire.values_for(definition, day.language, day.opening.about.zone, values)
    try:
        (answer,) = remote.run([remote.addition(definition.key, body)])
        number = int(answer.checked().entity.get("Id") or 0)
    except FarEndError as error:
        return MadeOutcome(day.url, definition.key, one.item.id, None, "failed", str(error))
    claim = _claim(day, one, today)
    ledger.create([_handed_on(day, one, number, today)])
    ledger.change([replace(claim, state="done", details={**claim.details, "made": number})], guarded=False)
    return MadeOutcome(day.url, definition.key, one.item.id, number, "done")
