"""Finding the rows of one page: condition, order, page size, position, and the limits of a large list.

Above 5,000 items the first condition must be one an index serves and select at most 5,000 rows; without a condition
rows are not sorted by a column without index (sharepoint-rest.md §6.5, §10.8). `ID` is always indexed; an unfiltered
walk by ID has no limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode

from projectlists.sandbox.sharepoint import moments, values
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.conditions import (
    Column,
    Comparable,
    Comparison,
    Condition,
    IndexSearch,
    Values,
    conjuncts,
    head,
    index_search,
    join,
    matcher,
)
from projectlists.sandbox.sharepoint.errors import bad_request
from projectlists.sandbox.sharepoint.model import ServiceError
from projectlists.sandbox.sharepoint.rows import Row

THRESHOLD = 5_000
CHUNK = 500


@dataclass(frozen=True)
class Order:
    """One column of the sort order."""

    column: Column
    descending: bool = False


@dataclass(frozen=True)
class Position:
    """Where the previous page ended: the last row's id and its values of the sort columns, None for an empty one."""

    item_id: int
    keys: tuple[Comparable | None, ...] = ()
    backwards: bool = False


@dataclass(frozen=True)
class Search:
    """What is asked of a list. `size` is the most rows of a page."""

    size: int
    condition: Condition | None = None
    order: tuple[Order, ...] = ()
    """Ends at `ID` where that is among them (`until_id`)."""
    after: Position | None = None
    within: Callable[[Row], bool] | None = None
    """A test besides the condition, such as which folder a row is in."""


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the position to go on from when there are more."""

    rows: list[Row]
    last: Position | None = field(default=None)


def throttled() -> ServiceError:
    """The list view threshold."""
    return ServiceError(
        500,
        "-2147024860, Microsoft.SharePoint.SPQueryThrottledException",
        "The attempted operation is prohibited because it exceeds the list view threshold.",
    )


def find(cells: Cells, search: Search) -> Page:
    """The rows of one page. Raises ServiceError (500) beyond the list view threshold."""
    if search.size > THRESHOLD:
        raise throttled()
    cells.refresh_indexes()
    searches, residual = _served(cells, search.condition)
    test = _test(cells, search, residual)
    _check_threshold(cells, search)
    if _walks_by_id(search.order):
        found = _by_id(cells, search, searches, test, descending=any(one.descending for one in search.order))
        rows = list(islice(found, search.size + 1))
    else:
        rows = _sorted_page(cells, search, searches, test)
    return _page(cells, search, rows)


def _test(cells: Cells, search: Search, residual: Condition | None) -> Callable[[Row], bool] | None:
    """What a row must satisfy beyond the indexes: the rest of the condition, the caller's sight, the folder."""
    tests = [_matches(residual, cells)] if residual else []
    tests += [one for one in (cells.sight, search.within) if one is not None]
    return (lambda row: all(test(row) for test in tests)) if tests else None


def _matches(condition: Condition, cells: Cells) -> Callable[[Row], bool]:
    """A test by a condition, made at the first row: most of what a fleet is asked on a quiet day finds none."""
    made = cache(lambda: matcher(condition, cells.compared))

    def matches(row: Row) -> bool:
        return made()(row)

    return matches


def until_id(order: Sequence[Order]) -> tuple[Order, ...]:
    """The sort columns up to `ID`: what follows it decides nothing."""
    at = next((place for place, one in enumerate(order) if one.column.field.name == "ID"), len(order))
    return tuple(order[: at + 1])


def _walks_by_id(order: Sequence[Order]) -> bool:
    return not order or order[0].column.field.name == "ID"


def _page(cells: Cells, search: Search, rows: list[Row]) -> Page:
    more = len(rows) > search.size
    rows = rows[: search.size]
    if search.after and search.after.backwards:
        rows.reverse()
    if not more or not rows:
        return Page(rows)
    last = rows[-1]
    sorted_by = () if _walks_by_id(search.order) else search.order
    return Page(rows, Position(last.id, tuple(_key(cells.compared(last, one.column)) for one in sorted_by)))


def _served(cells: Cells, condition: Condition | None) -> tuple[list[IndexSearch], Condition | None]:
    """Split a condition into what indexes serve and what has to be tested row by row.

    After a first search, "unequal" and "not empty" are tested by row: they select too much for an index to help.
    """
    groups: dict[object, list[Condition]] = {}
    rest: list[Condition] = []
    indexed = set(cells.columns.indexed)
    for part in conjuncts(condition):
        broad = isinstance(part, Comparison) and part.operator in {"ne", "present"} and groups
        search = None if broad else index_search([part])
        if search and (search.field.name == "ID" or search.field.id in indexed):
            # A range is one search; "empty" cannot be combined with another.
            groups.setdefault((search.field.id, id(part) if search.absent else None), []).append(part)
        else:
            rest.append(part)
    searches = [search for group in groups.values() if (search := index_search(group))]
    return searches, join("and", rest) if rest else None


def _check_threshold(cells: Cells, search: Search) -> None:
    if cells.rows.count(cells.listing.id) <= THRESHOLD:
        return
    indexed = set(cells.columns.indexed)
    if search.condition is not None:
        first = index_search(head(search.condition))
        if first is None or not (first.field.name == "ID" or first.field.id in indexed):
            raise throttled()
        if len(cells.rows.ids(cells.listing.id, [first], limit=THRESHOLD + 1)) > THRESHOLD:
            raise throttled()
        return
    for one in search.order:
        if one.column.field.name != "ID" and not (one.column.plain and one.column.field.id in indexed):
            raise throttled()


def _by_id(
    cells: Cells,
    search: Search,
    searches: Sequence[IndexSearch],
    test: Callable[[Row], bool] | None,
    *,
    descending: bool,
) -> Iterator[Row]:
    """Walk the rows by id, in pieces, so that a page costs about what it holds."""
    after = search.after.item_id if search.after else None
    if search.after and search.after.backwards:
        descending = not descending
    size = CHUNK if test else search.size + 1
    while True:
        piece = list(cells.rows.scan(cells.listing.id, searches, descending=descending, after=after, limit=size))
        yield from (row for row in piece if test is None or test(row))
        if len(piece) < size:
            return
        after = piece[-1].id


def _sorted_page(
    cells: Cells, search: Search, searches: Sequence[IndexSearch], test: Callable[[Row], bool] | None
) -> list[Row]:
    """The rows of a sorted page and one more; all are read in full only when no index holds what is sorted by."""
    list_id = cells.listing.id
    indexed = set(cells.columns.indexed)
    if (
        not searches
        and test is None
        and all(one.column.plain and one.column.field.id in indexed for one in search.order)
    ):
        maps = [cells.rows.entries(list_id, one.column.field.id) for one in search.order]
        keys = {item_id: tuple(map_.get(item_id) for map_ in maps) for item_id in cells.rows.ids(list_id)}
        return cells.rows.many(list_id, _in_order(keys, search)[: search.size + 1])
    found = {row.id: row for row in cells.rows.scan(list_id, searches) if test is None or test(row)}
    keys = {row.id: tuple(_key(cells.compared(row, one.column)) for one in search.order) for row in found.values()}
    return [found[item_id] for item_id in _in_order(keys, search)[: search.size + 1]]


def _in_order(keys: dict[int, tuple[Comparable | None, ...]], search: Search) -> list[int]:
    """The ids in sort order, beginning after the position; equal rows follow their id."""
    ids = sorted(keys)
    for place in reversed(range(len(search.order))):
        ids.sort(key=lambda item_id: _sortable(keys[item_id][place]), reverse=search.order[place].descending)
    after = search.after
    if after is None:
        return ids
    if after.backwards:
        ids.reverse()
        return [item_id for item_id in ids if _precedes(search.order, keys[item_id], item_id, after)]
    return [item_id for item_id in ids if _follows(search.order, keys[item_id], item_id, after)]


def _follows(order: Sequence[Order], keys: Sequence[Comparable | None], item_id: int, position: Position) -> bool:
    for one, key, reached in zip(order, keys, position.keys, strict=True):
        left, right = _sortable(key), _sortable(reached)
        if left != right:
            return (left < right) if one.descending else (left > right)
    return item_id > position.item_id


def _precedes(order: Sequence[Order], keys: Sequence[Comparable | None], item_id: int, position: Position) -> bool:
    same = tuple(keys) == position.keys and item_id == position.item_id
    return not same and not _follows(order, keys, item_id, position)


def _sortable(key: Comparable | None) -> tuple[int, Any]:
    """Empty values come first."""
    if key is None:
        return (0, 0.0)
    return (2, key) if isinstance(key, str) else (1, key)


def _key(found: Values) -> Comparable | None:
    return found[0] if found else None


def token(position: Position, order: Sequence[Order]) -> str:
    """A position as it stands in `$skiptoken` and `PagingInfo`: `Paged=TRUE&p_ID=100` (sharepoint-rest.md §6.5)."""
    pairs: list[tuple[str, str]] = [("Paged", "TRUE")]
    if position.keys:
        pairs.append(("p_SortBehavior", "0"))
        named = [pair for pair in zip(order, position.keys, strict=True) if pair[0].column.field.name != "ID"]
        for one, key in named:
            text = "" if key is None else f"{key:.17g}" if isinstance(key, float) else key
            pairs.append((f"p_{one.column.field.name}", text))
    return urlencode([*pairs, ("p_ID", str(position.item_id))])


def position(text: str, order: Sequence[Order], cells: Cells) -> Position | None:
    """Read a `$skiptoken` or `PagingInfo`; None (page 1) when it names no `p_ID`, as the service does.

    Raises ServiceError (400) when a value does not fit its column.
    """
    given = dict(parse_qsl(text.lstrip("?"), keep_blank_values=True))
    if not {"Paged", "PagedPrev"} & set(given) or "p_ID" not in given:
        return None
    try:
        item_id = int(given["p_ID"])
        keys = tuple(
            float(item_id)
            if one.column.field.name == "ID"
            else _token_key(one.column, given.get(f"p_{one.column.field.name}", ""), cells)
            for one in (() if _walks_by_id(order) else order)
        )
    except (ValueError, OverflowError):
        raise bad_request("The value of the paging position is not valid.") from None
    if abs(item_id) >= 2**63:
        raise bad_request("The value of the paging position is not valid.")
    return Position(item_id, keys, backwards="PagedPrev" in given)


def _token_key(column: Column, text: str, cells: Cells) -> Comparable | None:
    if not text:
        return None
    kind = column.field.type
    if column.member is not None:
        return text.casefold()
    if values.is_moment(column.field):
        return _token_moment(text, cells)
    if kind in values.NUMBERS | values.POINTERS | {"Boolean", "Attachments"}:
        return float(text)
    if kind == "Calculated" and column.field.properties.get("OutputType") in {8, 9, 10}:
        return float(text)
    return text.casefold()


def _token_moment(text: str, cells: Cells) -> str:
    """A moment in a position: ours is a UTC text; the service's own form is `20240102 03:04:05` in UTC."""
    if len(text) == 17 and text[8] == " ":
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[9:]}Z"
    return moments.parse(text, cells.zone)
