"""The tables of guide.md §2 as the tests hold them: columns.txt and views.txt, read without the program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent


@dataclass
class Column:
    """One row of a column table. `limits` are lowest..highest, or a formula after `=`."""

    name: str
    type: str
    titles: dict[str, str]
    flags: str = ""
    default: str = ""
    limits: str = ""
    choices: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Listing:
    """One list: titles by language, columns by internal name."""

    key: str
    titles: dict[str, str]
    kind: str
    columns: dict[str, Column] = field(default_factory=dict)


@dataclass
class ViewRow:
    """One row of a view table. `status` and `closed` say what `open` means in its filter."""

    list: str
    titles: dict[str, str]
    layout: str
    order: str
    filter: str
    status: str
    closed: tuple[str, ...]


def rows(name: str) -> Iterator[tuple[str, list[str]]]:
    """Mark (`==`, `@@`, `-` or none) and cells of every line, continuation lines joined."""
    joined: list[str] = []
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("also "):
            joined[-1] += line.removeprefix("also")
        elif line and not line.startswith("#"):
            joined.append(line)
    for line in joined:
        mark, rest = next(
            ((mark, line[len(mark) :]) for mark in ("== ", "@@ ", "- ") if line.startswith(mark)), ("", line)
        )
        yield mark.strip(), [cell.strip() for cell in rest.split("|")]


def listings() -> dict[str, Listing]:
    """All lists by key."""
    sets: dict[str, dict[str, dict[str, str]]] = {}
    found: dict[str, Listing] = {}
    choices: dict[str, dict[str, str]] = {}
    listing = Listing("", {}, "")
    for mark, cells in rows("columns.txt"):
        if mark == "@@":
            choices = sets.setdefault(cells[0], {})
        elif mark == "==":
            key, dutch, english, kind = cells
            listing = found.setdefault(key, Listing(key, {"nl": dutch, "en": english}, kind))
        elif mark == "-" and cells[0].startswith("@"):
            choices.update(sets[cells[0].removeprefix("@")])
        elif mark == "-":
            choices[cells[0]] = {"nl": cells[1], "en": cells[2]}
        else:
            name, kind, dutch, english, *rest = cells
            column = Column(name, kind, {"nl": dutch, "en": english}, *rest)
            listing.columns[name], choices = column, column.choices
    return found


def views() -> list[ViewRow]:
    """All views, in order."""
    found = []
    key, status, closed = "", "", ""
    for mark, cells in rows("views.txt"):
        if mark == "==":
            key, status, closed = cells
        else:
            dutch, english, layout, order, condition = cells
            states = tuple(closed.split(", "))
            found.append(ViewRow(key, {"nl": dutch, "en": english}, layout, order, condition, status, states))
    return found
