"""Building blocks of column formatting: elements, icons and pieces of expressions. Pure.

Never colour alone: an icon or shape and a word say the same (guide.md §2.0.10). Colours are the theme's own classes, so
that they keep their contrast in dark mode.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from projectlists.definitions.model import ListField

Element = dict[str, Any]

GOOD, WARNING, SEVERE, BLOCKED = (
    f"sp-field-severity--{level}" for level in ("good", "warning", "severeWarning", "blocked")
)
CALM = "sp-field-severity--low"
NEUTRAL = "sp-css-backgroundColor-BgLightGray30"
ROW = {"display": "flex", "flex-wrap": "wrap", "align-items": "center", "column-gap": "6px"}
PILL = {"border-radius": "16px", "padding": "2px 10px", "display": "inline-flex", "column-gap": "6px"}


def element(
    tag: str,
    *,
    text: str | None = None,
    classes: str = "",
    style: Mapping[str, str] | None = None,
    children: Iterable[Element] = (),
) -> Element:
    """One element with only what it has. Text, classes and style values are plain, or an expression after `=`."""
    made: Element = {"elmType": tag}
    if text is not None:
        made["txtContent"] = text
    if classes:
        made["attributes"] = {"class": classes}
    if style:
        made["style"] = dict(style)
    parts = list(children)
    if parts:
        made["children"] = parts
    return made


def icon(name: str) -> Element:
    """An icon of the service's own font, by name or by an expression after `=`."""
    return {"elmType": "span", "attributes": {"iconName": name}}


def marked(icon_name: str, texts: Iterable[str], *, classes: str = "", shown: str = "") -> Element:
    """An icon and texts beside each other; the arguments are expressions. Seen only where `shown` holds, when given."""
    return element(
        "div",
        classes=f"={classes}" if classes else "",
        style={**ROW, "display": f"=if({shown}, 'flex', 'none')"} if shown else ROW,
        children=[icon(f"={icon_name}"), *(element("span", text=f"={one}") for one in texts)],
    )


def by_choice(field: ListField, results: Mapping[str, str], otherwise: str = "") -> str:
    """An expression that gives a text per choice key of the column it formats, else `otherwise`."""
    found = text(otherwise)
    for key, result in results.items():
        found = f"if({any_of('@currentField', labels(field, [key]))}, {text(result)}, {found})"
    return found


def labels(field: ListField | None, keys: Iterable[str]) -> list[str]:
    """Every label: those in both languages, and earlier ones that a row may still have."""
    wanted = set(keys)
    choices = field.choices if field else ()
    found = [label for choice in choices if choice.key in wanted for label in choice.labels]
    return list(dict.fromkeys(found))


def any_of(subject: str, texts: Iterable[str]) -> str:
    """An expression that holds when `subject` is one of the texts."""
    return " || ".join(f"{subject} == {text(one)}" for one in texts) or "false"


def text(plain: str) -> str:
    """A text as an expression writes it."""
    escaped = plain.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
