"""Column formatting: the JSON of a column (`CustomFormatter`) as marked-up text per row.

Kept of a formatter are words, links, icons, the service's own classes, hiding (`display: none`) and widths in percent;
other styling, images and actions have no place on these pages. Words and links are never markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from projectlists.sandbox.pages import expressions, operations
from projectlists.sandbox.pages.expressions import Node
from projectlists.sandbox.pages.operations import ExpressionError

_TAGS = frozenset({"div", "span", "a", "p", "button", "img", "svg", "path", "filepreview"})
_BLOCKS = frozenset({"div", "p"})
_ROWS = frozenset({"flex", "inline-flex"})
_DRAWN = frozenset({"img", "svg", "path", "filepreview"})
_CLASS = re.compile(r"(sp|ms)-[\w-]+")
_WIDTH = re.compile(r"(\d+(?:\.\d+)?)%")
_LOOP = re.compile(r"\s*([A-Za-z_]\w*)\s+in\s+(@currentField|\[\$\w+\])\s*")
_DEEPEST = 20

Layout = Literal["inline", "row", "block"]
Read = Callable[[str], Any]
"""Gives the value of a reference, `@currentField` and the like."""


@dataclass(frozen=True)
class Part:
    """A piece of a formatted cell. `icon` is a name of the icon font, `width` percent in steps of 5.

    `layout` is `row` for parts beside each other, `block` for one on a line of its own, else `inline`.
    """

    text: str = ""
    classes: str = ""
    icon: str = ""
    href: str = ""
    title: str = ""
    width: int | None = None
    layout: Layout = "inline"
    parts: tuple[Part, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether there is nothing to see of it."""
        return not (self.text or self.icon or self.parts or self.width)

    @property
    def leads(self) -> bool:
        """Whether it is a link, or holds one."""
        return bool(self.href) or any(part.leads for part in self.parts)

    @property
    def words(self) -> str:
        """All words in it, for those who cannot see it."""
        return " ".join(filter(None, (self.text, *(part.words for part in self.parts))))


@dataclass(frozen=True)
class Formatter:
    """One element of a formatter, its expressions read."""

    tag: str
    text: Node | None
    attributes: Mapping[str, Node]
    style: Mapping[str, Node]
    loop: tuple[str, str] | None
    children: tuple[Formatter, ...]

    def part(self, read: Read) -> Part | None:
        """The element for a row; None when it is hidden. Raises ExpressionError."""
        shown = {name: operations.text(expressions.evaluate(node, read)) for name, node in self.style.items()}
        if shown.get("display", "").strip() == "none" or shown.get("visibility", "").strip() == "hidden":
            return None
        given = {name: operations.text(expressions.evaluate(node, read)) for name, node in self.attributes.items()}
        text = operations.text(expressions.evaluate(self.text, read)) if self.text is not None else ""
        href = given.get("href", "")
        width = _WIDTH.fullmatch(shown.get("width", "").strip())
        return Part(
            text=text,
            classes=" ".join(one for one in given.get("class", "").split() if _CLASS.fullmatch(one)),
            icon=given.get("iconName", ""),
            href=href if self.tag == "a" and is_address(href) else "",
            title=given.get("title", ""),
            width=min(round(float(width[1]) / 5) * 5, 100) if width else None,
            layout="row" if shown.get("display") in _ROWS else "block" if self.tag in _BLOCKS else "inline",
            # With a text of its own an element shows no children.
            parts=() if self.text is not None else tuple(self._below(read)),
        )

    def _below(self, read: Read) -> list[Part]:
        found = (part for child in self.children for part in child.repeated(read))
        return [part for part in found if part is not None and not part.blank]

    def repeated(self, read: Read) -> list[Part | None]:
        """The element as often as its `forEach` says."""
        if self.loop is None:
            return [self.part(read)]
        name, source = self.loop
        values = read(source)
        several = values if isinstance(values, list) else [values] if operations.truth(values) else []
        return [self.part(_looping(read, name, value)) for value in several]


def read_formatter(text: str) -> Formatter:
    """Read the JSON of a column's formatting. Raises ExpressionError, also for what is not understood here."""
    try:
        return _element(json.loads(text), depth=0)
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, ExpressionError):
            raise
        raise ExpressionError("it is no JSON") from None


def is_address(text: str) -> bool:
    """Whether a link may be followed: it leads to a web page or a mail address, not to a script."""
    return bool(re.match(r"(?:https?://|mailto:|/(?!/))", text, re.IGNORECASE))


def _element(given: Any, depth: int) -> Formatter:
    if not isinstance(given, dict) or depth > _DEEPEST:
        raise ExpressionError("an element is an object, and not nested too deeply")
    tag = given.get("elmType")
    if not isinstance(tag, str) or tag not in _TAGS:
        raise ExpressionError(f"elmType '{tag}' is not known here")
    children = given.get("children") or []
    if not isinstance(children, list):
        raise ExpressionError("children are a list of elements")
    return Formatter(
        tag=tag,
        text=expressions.read(given["txtContent"]) if given.get("txtContent") is not None else None,
        attributes=_nodes(given.get("attributes")),
        style=_nodes(given.get("style")),
        loop=_loop(given.get("forEach")),
        children=() if tag in _DRAWN else tuple(_element(child, depth + 1) for child in children),
    )


def _nodes(given: Any) -> Mapping[str, Node]:
    used = ("class", "href", "iconName", "title", "display", "visibility", "width")
    return {name: expressions.read(given[name]) for name in used if isinstance(given, dict) and name in given}


def _loop(given: Any) -> tuple[str, str] | None:
    if given is None:
        return None
    found = _LOOP.fullmatch(str(given))
    if found is None:
        raise ExpressionError(f"forEach '{given}' cannot be read")
    return found[1], found[2]


def _looping(read: Read, name: str, value: Any) -> Read:
    def inside(reference: str) -> Any:
        first, _, member = reference.strip("[]").removeprefix("$").partition(".")
        if reference.startswith("[$") and first == name:
            return value.get(member, "") if member and isinstance(value, Mapping) else value
        return read(reference)

    return inside
