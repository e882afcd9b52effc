"""Cards in a Teams channel, drawn from what was posted (Adaptive Cards, identity-mail-teams.md §10).

Known are text, facts, columns, containers, tables, rich text, action rows and links; another element is named, not
drawn. Markdown in texts is limited to bold, italics, lists and links, as in Teams; HTML stays text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from markdown_it import MarkdownIt
from markupsafe import Markup

from projectlists.sandbox.pages.formatting import is_address
from projectlists.sandbox.pages.house import House
from projectlists.sandbox.teams import service as teams

Kind = Literal["text", "heading", "facts", "box", "columns", "table", "action", "picture", "unknown"]
_LARGE = frozenset({"large", "extralarge"})
_DEEPEST = 12
_NO_MARKUP = Markup("")
# Teams knows this much of Markdown in a card.
_MARKDOWN = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "link", "list", "newline", "escape", "entity"]
)


@dataclass(frozen=True)
class Block:
    """One element of a card. `rows` are facts (name, value) or the rows of a table, as blocks."""

    kind: Kind
    text: str = ""
    html: Markup = _NO_MARKUP
    href: str = ""
    emphasis: str = ""
    blocks: tuple[Block, ...] = ()
    facts: tuple[tuple[Markup, Markup], ...] = ()
    rows: tuple[tuple[Block, ...], ...] = ()


@dataclass(frozen=True)
class Post:
    """One posted card: where and when (ISO), its title, what it says."""

    team: str
    channel: str
    moment: str
    blocks: tuple[Block, ...]


def posts(house: House) -> tuple[Post, ...]:
    """All cards, newest first."""
    teams_by_id = {team.id: team.name for team in house.directory.teams()}
    channels = {one.id: one.name for team in teams_by_id for one in house.directory.channels(team)}
    return tuple(
        Post(
            team=teams_by_id.get(entry["team"], entry["team"]),
            channel=channels.get(entry["channel"], entry["channel"]),
            moment=entry["posted"],
            blocks=card(entry["card"]),
        )
        for entry in reversed(teams.posted(house.tenant.store))
    )


def card(content: Mapping[str, Any]) -> tuple[Block, ...]:
    """The blocks of a card, its actions last."""
    return (*_blocks(content.get("body"), 0), *_blocks(content.get("actions"), 0))


def _blocks(given: Any, depth: int) -> tuple[Block, ...]:
    elements: Iterable[Any] = given if isinstance(given, list) else ()
    return tuple(_block(one, depth) for one in elements if isinstance(one, dict) and one.get("isVisible") is not False)


def _block(element: Mapping[str, Any], depth: int) -> Block:
    kind = str(element.get("type"))
    draw = _DRAWN.get(kind)
    return draw(element, depth + 1) if draw and depth < _DEEPEST else Block("unknown", kind)


def _text_block(element: Mapping[str, Any], _depth: int) -> Block:
    text = str(element.get("text") or "")
    large = str(element.get("size", "")).lower() in _LARGE or element.get("style") == "heading"
    strong = str(element.get("weight", "")).lower() == "bolder"
    subtle = bool(element.get("isSubtle"))
    return Block(
        "heading" if large else "text", html=_marked(text), emphasis="strong" if strong else "subtle" if subtle else ""
    )


def _rich_text(element: Mapping[str, Any], _depth: int) -> Block:
    inlines = element.get("inlines")
    runs = inlines if isinstance(inlines, list) else ()
    shown = (one if isinstance(one, str) else str(one.get("text") or "") for one in runs if isinstance(one, str | dict))
    return Block("text", html=_NO_MARKUP.join(shown))


def _box(element: Mapping[str, Any], depth: int) -> Block:
    style = str(element.get("style") or "").lower()
    return Block("box", blocks=_blocks(element.get("items"), depth), emphasis=style if style in _STYLES else "")


def _columns(element: Mapping[str, Any], depth: int) -> Block:
    return Block("columns", blocks=_blocks(_typed(element.get("columns"), "Column"), depth))


def _typed(given: Any, kind: str) -> list[dict[str, Any]]:
    """Elements whose type follows from their place; what is none is left out."""
    return [{"type": kind, **one} for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _picture(element: Mapping[str, Any], _depth: int) -> Block:
    return Block("picture", str(element.get("altText") or ""))


def _open_url(element: Mapping[str, Any], _depth: int) -> Block:
    url = str(element.get("url") or "")
    return Block("action", str(element.get("title") or url), href=url if is_address(url) else "")


def _facts(element: Mapping[str, Any], _depth: int) -> Block:
    given = element.get("facts")
    facts = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    shown = ((_marked(str(one.get("title") or "")), _marked(str(one.get("value") or ""))) for one in facts)
    return Block("facts", facts=tuple(shown))


def _table(element: Mapping[str, Any], depth: int) -> Block:
    rows = _typed(element.get("rows"), "TableRow")
    return Block("table", rows=tuple(_blocks(_typed(row.get("cells"), "TableCell"), depth) for row in rows))


def _marked(text: str) -> Markup:
    # Safe: HTML is off, so that markup in the text is escaped, and links to scripts are refused.
    return Markup(_MARKDOWN.render(text))  # noqa: S704


_STYLES = frozenset({"good", "warning", "attention", "accent", "emphasis"})
_DRAWN: Mapping[str, Callable[[Mapping[str, Any], int], Block]] = {
    "TextBlock": _text_block,
    "RichTextBlock": _rich_text,
    "FactSet": _facts,
    "Container": _box,
    "Column": _box,
    "TableCell": _box,
    "ActionSet": lambda element, depth: Block("box", blocks=_blocks(element.get("actions"), depth)),
    "ColumnSet": _columns,
    "Table": _table,
    "Image": _picture,
    "Action.OpenUrl": _open_url,
}
