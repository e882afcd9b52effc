"""What `$select`, `$filter`, `$orderby`, `$expand`, `$top` and paging mean, for people and messages alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from projectlists.sandbox.graph import errors, filters
from projectlists.sandbox.graph.call import ROOT, Call

Entity = Mapping[str, Any]
_EXPANSION = re.compile(r"(?P<name>\w+)\s*(?:\((?P<options>.*)\))?", re.DOTALL)
_QUOTED = re.compile(r"'(?:[^']|'')*'")


def selected(text: str | None, known: frozenset[str], type_name: str) -> tuple[str, ...] | None:
    """The names of a `$select` as the type spells them, or None for all; raises GraphError for unknown ones."""
    if text is None:
        return None
    spelled = {name.lower(): name for name in known}
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name.lower() not in spelled:
            raise errors.unknown_select(name, type_name)
    return tuple(dict.fromkeys(spelled[name.lower()] for name in names))


def tested(text: str | None, known: frozenset[str], type_name: str) -> Callable[[Entity], bool]:
    """The test of a `$filter`; everything passes when there is none. Raises GraphError."""
    if text is None:
        return lambda entity: True  # noqa: ARG005 - a test takes an entity
    try:
        return filters.compiled(text, known)
    except filters.FilterError as error:
        if error.unknown is not None:
            raise errors.unknown_select(error.unknown, type_name) from error
        raise errors.invalid_filter(str(error)) from error


def ordered(entries: Sequence[Entity], text: str | None, sortable: frozenset[str]) -> list[Entity]:
    """Entries in the order of `$orderby` (`name [asc|desc], …`); empty values come first going up."""
    found = list(entries)
    for term in reversed((text or "").split(",") if text else []):
        name, _, direction = term.strip().partition(" ")
        if name not in sortable or direction.strip().lower() not in {"", "asc", "desc"}:
            raise errors.not_implemented(f"sorting by '{term.strip()}'")
        found.sort(key=lambda entry: str(entry.get(name) or "").casefold(), reverse=direction.strip().lower() == "desc")
    return found


def expansions(text: str | None) -> dict[str, dict[str, str]]:
    """`$expand` as name to its own options: `manager($select=id,mail)` is `{"manager": {"$select": "id,mail"}}`."""
    result = {}
    for term in _split(text or "", ","):
        found = _EXPANSION.fullmatch(term)
        if found is None:
            raise errors.bad_request(f"Parsing OData Select and Expand failed: Syntax error in '{term}'.")
        options = (option.partition("=") for option in _split(found["options"] or "", ";"))
        result[found["name"]] = {name.strip().lower(): value.strip() for name, _, value in options}
    return result


def page_size(call: Call, default: int, largest: int) -> int:
    """How many entries a page has; raises GraphError for a `$top` outside 1 to `largest`."""
    size = _number(call, "$top", default)
    if not 1 <= size <= largest:
        raise errors.bad_request(f"Invalid page size specified: '{size}'. Must be between 1 and {largest} inclusive.")
    return size


def collection(
    call: Call, context: str, entries: Sequence[Any], *, size: int, skip_option: str = "$skip"
) -> dict[str, Any]:
    """One page of entries with `@odata.nextLink` when there are more and `@odata.count` when asked for."""
    start = _number(call, skip_option, 0)
    page = entries[start : start + size]
    answer: dict[str, Any] = {"@odata.context": f"{ROOT}/$metadata#{context}"}
    if call.options.get("$count") == "true":
        answer["@odata.count"] = len(entries)
    if start + size < len(entries):
        path = "/".join(quote(segment, safe="@") for segment in call.segments)
        rest = {name: value for name, value in call.options.items() if name != skip_option}
        query = urlencode(rest | {skip_option: str(start + size)}, safe="$", quote_via=quote)
        answer["@odata.nextLink"] = f"{ROOT}/{path}?{query}"
    return answer | {"value": list(page)}


def _number(call: Call, name: str, default: int) -> int:
    text = call.options.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise errors.bad_request(
            f"Invalid value '{text}' for {name} query option found. A non-negative integer is required."
        )
    return int(text)


def _split(text: str, separator: str) -> list[str]:
    """Split outside quotes and parentheses."""
    parts, start, depth = [], 0, 0
    for token in re.finditer(rf"{_QUOTED.pattern}|[(){separator}]", text):
        depth += {"(": 1, ")": -1}.get(token.group(), 0)
        if token.group() == separator and depth == 0:
            parts.append(text[start : token.start()])
            start = token.end()
    return [part.strip() for part in (*parts, text[start:]) if part.strip()]
