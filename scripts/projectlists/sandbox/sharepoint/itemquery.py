"""The query options of `items`: `$filter`, `$orderby`, `$top`, `$skiptoken`, and the link to the next page (§6.5).

`$skip` is ignored on items, as on the service; other `$` options are refused by the front door.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from projectlists.sandbox.sharepoint import filters, query, shape, values
from projectlists.sandbox.sharepoint.cells import Cells, resolve
from projectlists.sandbox.sharepoint.conditions import Column, Comparable, Condition, columns
from projectlists.sandbox.sharepoint.errors import bad_request
from projectlists.sandbox.sharepoint.filters import Literals
from projectlists.sandbox.sharepoint.model import Call
from projectlists.sandbox.sharepoint.query import Order, Position, Search
from projectlists.sandbox.sharepoint.shape import Shape

PAGE = 100
UNSORTED = values.MULTI_POINTERS | {"Note", "MultiChoice", "URL", "Computed"}


def read(call: Call, cells: Cells, shown: Shape) -> Search:
    """Read the options. Raises ServiceError (400) on what cannot be read or needs an `$expand` it lacks."""
    condition = condition_of(call.options.get("$filter"), cells)
    order = _order(call.options.get("$orderby", ""), cells)
    for column in (*columns(condition), *(one.column for one in order)):
        if column.member is not None and column.field.entity_name not in shown.members:
            name = column.field.entity_name
            raise shape.not_valid(f"{name}/{column.member}", name)
    token = call.options.get("$skiptoken")
    after = query.position(token, order, cells) if token else None
    return Search(_top(call), condition, order, after)


def condition_of(text: str | None, cells: Cells) -> Condition | None:
    """The condition of a `$filter`; None when there is none. Raises ServiceError (400)."""
    if text is None:
        return None
    return filters.parse(
        text,
        lambda name, member: resolve(cells, name, member),
        lambda column, literal: _comparable(cells, column, literal),
    )


def next_link(call: Call, position: Position, order: Sequence[Order]) -> str:
    """The absolute URL of the next page: the same options with a `$skiptoken`."""
    options = [("$skiptoken", query.token(position, order))]
    options += [(name, text) for name, text in call.options.items() if name not in {"$skiptoken", "$skip"}]
    text = "&".join(f"{quote(name, safe='@')}={quote(value, safe='')}" for name, value in options)
    return f"https://{call.request.host}{call.request.path}?{text}"


def _comparable(cells: Cells, column: Column, literal: Literals) -> Comparable:
    if column.part is not None:
        if literal.kind == "number":
            return float(literal.value)
        raise bad_request(f"The function '{column.part}' is compared with a number.")
    if column.member is None:
        return values.literal(column.field, literal, cells.zone)
    shown = cells.member_field(column.field, column.member)
    if shown is not None and shown.type != "Calculated":
        return values.literal(shown, literal, cells.zone)
    if literal.kind != "text":
        raise bad_request(f"'{column.field.entity_name}/{column.member}' is compared with a text.")
    return str(literal.value).casefold()


def _order(text: str, cells: Cells) -> tuple[Order, ...]:
    found: list[Order] = []
    for term in text.split(","):
        words = term.split()
        if not words and not text.strip():
            continue
        if not 1 <= len(words) <= 2 or (len(words) == 2 and words[1].lower() not in {"asc", "desc"}):
            raise filters.refusal(text)
        name, _, member = words[0].partition("/")
        column = resolve(cells, name, member or None)
        if column.field.type in UNSORTED:
            raise bad_request(f"The field '{column.field.name}' of type '{column.field.type}' cannot be sorted by.")
        found.append(Order(column, len(words) == 2 and words[1].lower() == "desc"))
    return query.until_id(found)


def _top(call: Call) -> int:
    text = call.options.get("$top")
    if text is None:
        return PAGE
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise bad_request(f"The value '{text}' of the query option '$top' is not a whole number.")
    return int(text)
