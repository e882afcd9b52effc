"""From a request's path to segments and arguments, with OData literals read as the service reads them.

The path is percent-decoded once, then split on the slashes outside quotes: `'a/b'` is one literal
(sharepoint-rest.md §1.1). Option names are decoded too, since clients send `%24top`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from projectlists.sandbox.sharepoint.errors import bad_request, invalid_argument
from projectlists.sandbox.sharepoint.model import Segment

_SERVICE = re.compile(r"/(_api|_vti_bin/client\.svc)(?=/|$)", re.IGNORECASE)
_TYPED = re.compile(r"(?:guid|datetime|binary)?('.*')", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"([A-Za-z_]\w*)\s*=(.*)", re.DOTALL)
_WHOLE = re.compile(r"-?\d{1,18}L?")
_BROKEN = re.compile(r"-?\d+\.\d+(?:[eE][-+]?\d+)?[dDmMfF]?")
_REMEMBERED: Final = 2048
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}


# The operations of a batch address the same few places, and each is looked at more than once.
@lru_cache(_REMEMBERED)
def locate(path: str) -> tuple[str, str] | None:
    """Split a raw path into the decoded server-relative URL of the site and the raw rest after `_api/`.

    None when the path does not lead to the REST service. The root site is the empty text.
    """
    found = _SERVICE.search(path)
    if found is None:
        return None
    return unquote(path[: found.start()]).rstrip("/"), path[found.end() :]


def segments(rest: str, options: Mapping[str, str]) -> tuple[Segment, ...]:
    """Read the segments after `_api`; `@alias` arguments are looked up among the query options.

    Raises ServiceError (400) on an unclosed quote or parenthesis.
    """
    if "@" in rest or "%40" in rest:
        return _segments(rest, options)
    return _segments_without_alias(rest)


@lru_cache(_REMEMBERED)
def _segments_without_alias(rest: str) -> tuple[Segment, ...]:
    return _segments(rest, {})


def _segments(rest: str, options: Mapping[str, str]) -> tuple[Segment, ...]:
    return tuple(_segment(part, options) for part in _split(unquote(rest), "/") if part)


def literal(text: str, options: Mapping[str, str]) -> Any:
    """The value of one argument: text, number, truth value, null, or what an alias stands for (maybe an object)."""
    given = text.strip()
    if given.startswith("@"):
        if given not in options:
            raise bad_request(f"The parameter alias '{given}' is not in the query.")
        return _alias(options[given])
    typed = _TYPED.fullmatch(given)
    if typed:
        return typed[1][1:-1].replace("''", "'")
    if given.lower() in _WORDS:
        return _WORDS[given.lower()]
    if _WHOLE.fullmatch(given):
        return int(given.rstrip("L"))
    if _BROKEN.fullmatch(given):
        return float(given.rstrip("dDmMfF"))
    return given


def argument(segment: Segment, name: str, position: int = 0) -> Any:
    """An argument by its name, whatever the case, else by its place; None when it is not there."""
    for given, value in segment.named.items():
        if given.lower() == name.lower():
            return value
    return segment.arguments[position] if position < len(segment.arguments) else None


def path(segment: Segment) -> str:
    """The URL a segment is given: a text, `DecodedUrl='…'`, or an object with a `DecodedUrl` (an alias).

    Raises ServiceError (400) when it is given none.
    """
    given = segment.arguments[0] if segment.arguments else next(iter(segment.named.values()), None)
    if isinstance(given, dict):
        given = given.get("DecodedUrl")
    if not isinstance(given, str):
        raise invalid_argument()
    return given


def server_relative(url: str) -> str:
    """The server-relative form of an absolute URL; others are left as they are."""
    try:
        return unquote(urlsplit(url).path) if "://" in url else url
    except ValueError:
        raise invalid_argument() from None


def _alias(text: str) -> Any:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError as problem:
            raise bad_request("The value of a parameter alias is not valid JSON.") from problem
    return literal(text, {})


def _segment(part: str, options: Mapping[str, str]) -> Segment:
    name, opened, inside = part.partition("(")
    if not opened:
        return Segment(name)
    if not inside.endswith(")"):
        raise _not_valid(part)
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for text in _split(inside[:-1], ","):
        if not text.strip():
            continue
        pair = _NAMED.fullmatch(text.strip())
        if pair:
            named[pair[1]] = literal(pair[2], options)
        else:
            positional.append(literal(text, options))
    return Segment(name, tuple(positional), named, called=True)


def _split(text: str, separator: str) -> Iterator[str]:
    """Split on a separator outside quotes and parentheses; a doubled quote closes and opens again at once."""
    quoted = False
    depth = 0
    start = 0
    for place, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == separator and depth == 0:
            yield text[start:place]
            start = place + 1
    if quoted or depth:
        raise _not_valid(text)
    yield text[start:]


def _not_valid(text: str) -> Exception:
    return bad_request(f'The expression "{text}" is not valid.')
