"""The request log as people read it: in order or newest first, batches with their operations, filtered, in pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import unquote

from projectlists.sandbox import requestlog
from projectlists.sandbox.pages.house import House
from projectlists.sandbox.pages.paging import Slice, cut

_BATCH = "/$batch"

Outcome = Literal["good", "slow", "bad"]


@dataclass(frozen=True)
class Entry:
    """One request or operation. `status` is 0 when the connection was cut; `time` is ISO, the tenant's."""

    number: int
    host: str
    method: str
    path: str
    status: int
    milliseconds: float
    size: int
    batch: int | None
    time: str

    @property
    def phrase(self) -> str:
        """The standard words of the status; empty for a cut connection or a status without any."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return ""

    @property
    def outcome(self) -> Outcome:
        """Whether it worked, was told to wait, or failed."""
        if self.status in {429, 503}:
            return "slow"
        return "good" if 100 <= self.status < 400 else "bad"


@dataclass(frozen=True)
class Batch:
    """A batch by its number: its operations, and the request that carried it (None when that is not in the log)."""

    number: int
    carrier: Entry | None
    operations: tuple[Entry, ...]

    @property
    def failures(self) -> int:
        """How many operations did not work."""
        return sum(one.outcome != "good" for one in self.operations)


@dataclass(frozen=True)
class Filter:
    """What to show. `host` empty: all; `failed`: only what did not work; `newest`: latest first; `page` as asked."""

    host: str = ""
    failed: bool = False
    newest: bool = True
    page: str = ""


@dataclass(frozen=True)
class Journal:
    """One page of the log. `requests` and `operations` count the whole log, `found` what the filter keeps."""

    shown: Slice[Entry | Batch]
    hosts: tuple[str, ...]
    requests: int
    operations: int
    found: int


def read(house: House, wanted: Filter) -> Journal:
    """A page of the log of a tenant."""
    entries = [_entry(line) for line in requestlog.read(house.tenant.folder)]
    lines = [line for line in arranged(entries) if _kept(line, wanted)]
    if wanted.newest:
        lines.reverse()
    return Journal(
        shown=cut(lines, wanted.page),
        hosts=tuple(sorted({entry.host for entry in entries})),
        requests=sum(entry.batch is None for entry in entries),
        operations=sum(entry.batch is not None for entry in entries),
        found=len(lines),
    )


def arranged(entries: Iterable[Entry]) -> list[Entry | Batch]:
    """Requests in order of arrival, each batch in the place of the request that carried it.

    The log does not say which request that was. Taken is the last one before the batch's first operation that went to
    the same host and site, carried no batch yet and did not fail; a request cut off counts, its operations were done.
    """
    alone: dict[int, Entry] = {}
    operations: dict[int, list[Entry]] = {}
    carriers: dict[int, Entry] = {}
    free: list[Entry] = []
    for entry in entries:
        if entry.batch is None:
            alone[entry.number] = entry
            if _carries_batch(entry) and (entry.status == 0 or entry.outcome == "good"):
                free.append(entry)
        elif entry.batch in operations:
            operations[entry.batch].append(entry)
        else:
            operations[entry.batch] = [entry]
            carrier = next((one for one in reversed(free) if _may_carry(one, entry)), None)
            if carrier is not None:
                free.remove(carrier)
                carriers[entry.batch] = carrier
    placed: dict[int, Entry | Batch] = dict(alone)
    for number, members in operations.items():
        carrier = carriers.get(number)
        placed[carrier.number if carrier else members[0].number] = Batch(number, carrier, tuple(members))
    return [placed[number] for number in sorted(placed)]


def _carries_batch(entry: Entry) -> bool:
    return unquote(entry.path.partition("?")[0]).lower().endswith(_BATCH)


def _may_carry(carrier: Entry, operation: Entry) -> bool:
    place = unquote(carrier.path).lower().partition(_BATCH)[0].partition("/_api")[0]
    return carrier.host == operation.host and unquote(operation.path).lower().startswith(place)


def _kept(line: Entry | Batch, wanted: Filter) -> bool:
    members = [line] if isinstance(line, Entry) else [*filter(None, [line.carrier]), *line.operations]
    return (not wanted.host or any(one.host == wanted.host for one in members)) and (
        not wanted.failed or any(one.outcome != "good" for one in members)
    )


def _entry(line: Mapping[str, Any]) -> Entry:
    renamed = {"ms": "milliseconds", "bytes": "size"}
    return Entry(**{renamed.get(name, name): value for name, value in line.items()})
