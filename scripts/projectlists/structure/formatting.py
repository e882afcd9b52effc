"""How columns look: the named styles of a definition as SharePoint's column formatting. Pure.

Source: guide.md §2.0.5, §2.0.10 and the Formatting paragraph of each list. A formula sees only the columns that are in
the view, and always ID.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from projectlists.definitions.model import ListDefinition, ListField
from projectlists.language import Language
from projectlists.structure import figures
from projectlists.structure.elements import (
    GOOD,
    NEUTRAL,
    PILL,
    ROW,
    SEVERE,
    WARNING,
    Element,
    any_of,
    by_choice,
    element,
    icon,
    labels,
    marked,
    text,
)

_SCHEMA = "https://developer.microsoft.com/json-schemas/sp/v2/column-formatting.schema.json"
_SOON_DAYS = 3
_ENDS_DAYS = 28  # twenty working days
_WORDS: Mapping[str, Mapping[Language, str]] = {
    "late": {"nl": "Te laat", "en": "Overdue"},
    "soon": {"nl": "Binnenkort", "en": "Soon"},
    "ends": {"nl": "Loopt af", "en": "Ends soon"},
    "expired": {"nl": "Termijn verstreken", "en": "Period has passed"},
    "done": {"nl": "gedaan", "en": "done"},
    "open": {"nl": "open", "en": "open"},
}
_STANCES = {"positive": "Add", "neutral": "CircleRing", "negative": "Remove", "unknown": "Unknown"}
_GATES = {"open": "Clock", "go": "CheckMark", "no_go": "Blocked", "conditional": "Info"}
_LOCKS = {"confidential": "Lock", "strict": "Lock"}
_TRENDS = {"better": "Up", "same": "Forward", "worse": "Down"}
_LIGHTS = {"green": "CircleShapeSolid", "amber": "TriangleShapeSolid", "red": "SquareShapeSolid", "grey": "Remove"}
_LIGHT_CLASSES = {"green": GOOD, "amber": WARNING, "red": SEVERE, "grey": NEUTRAL}


def formatter(definition: ListDefinition, field: ListField, language: Language) -> str | None:
    """The `CustomFormatter` of a column, in one spelling; None when it has no style that is known here."""
    style = _STYLES.get(field.format or "")
    return None if style is None else normalised(json.dumps({"$schema": _SCHEMA, **style(definition, field, language)}))


def normalised(spelled: str) -> str:
    """A formatter in one spelling, so that two can be compared. Text that is no JSON stays as it is."""
    try:
        return json.dumps(json.loads(spelled), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return spelled.strip()


def _number(definition: ListDefinition) -> Element:
    """`A-12` before the title; the whole is the link to the row, which a formatted title would otherwise lose."""
    folder = f"{definition.key}/Forms" if definition.kind == "library" else f"Lists/{definition.key}"
    link = element("a", text=f"='{definition.letter}-' + [$ID] + ' ' + @currentField")
    link["attributes"] = {"href": f"=@currentWeb + '/{folder}/DispForm.aspx?ID=' + [$ID]"}
    return link


def _overdue(definition: ListDefinition, language: Language) -> Element:
    status = definition.status
    held = definition.field(status.field) if status else None
    closed = any_of(f"[${status.field}]", labels(held, status.closing)) if status and held else "false"

    def when(late: str, soon: str) -> str:
        near = f"if(addDays(@currentField, -{_SOON_DAYS}) <= @now, {soon}, '')"
        return f"if({closed}, '', if(Number(@currentField) == 0, '', {_passed(late, near)}))"

    words = when(text(_WORDS["late"][language]), text(_WORDS["soon"][language]))
    return _dated(words, when("'Warning'", "'Clock'"), when(text(SEVERE), text(WARNING)))


def _ends(language: Language) -> Element:
    """A date from today to four weeks ahead."""

    def when(then: str) -> str:
        ahead = f"if(addDays(@currentField, -{_ENDS_DAYS}) <= @now, {then}, '')"
        return f"if(Number(@currentField) == 0, '', {_passed(text(''), ahead)})"

    return _dated(when(text(_WORDS["ends"][language])), when("'Info'"), when(text(WARNING)))


def _expired(language: Language) -> Element:
    def when(then: str) -> str:
        return f"if(Number(@currentField) == 0, '', {_passed(then, text(''))})"

    return _dated(when(text(_WORDS["expired"][language])), when("'Warning'"))


def _passed(then: str, otherwise: str) -> str:
    return f"if(addDays(@currentField, 1) <= @now, {then}, {otherwise})"


def _dated(words: str, icon_name: str, classes: str = "") -> Element:
    date = "if(Number(@currentField) == 0, '', toLocaleDateString(@currentField))"
    return marked(icon_name, [date, words], classes=classes)


def _pill(definition: ListDefinition, field: ListField) -> Element:
    closing = definition.status.closing if definition.status and definition.status.field == field.name else ()
    closed = any_of("@currentField", labels(field, closing))
    return element(
        "div",
        classes=f"=if({closed}, '{GOOD}', '{NEUTRAL}')",
        style={**PILL, "display": "=if(@currentField == '', 'none', 'inline-flex')"},
        children=[icon(f"=if({closed}, 'CheckMark', '')"), element("span", text="@currentField")],
    )


def _with_icons(icons: Mapping[str, str], classes: Mapping[str, str] | None = None) -> _Style:
    """A choice with an icon, and perhaps a class, per key."""

    def made(_definition: ListDefinition, field: ListField, _language: Language) -> Element:
        coloured = f"={by_choice(field, classes)}" if classes else ""
        parts = [icon(f"={by_choice(field, icons)}"), element("span", text="@currentField")]
        return element("div", classes=coloured, style=ROW, children=parts)

    return made


def _check(language: Language) -> Element:
    def when(then: str, otherwise: str) -> str:
        return f"if(@currentField == true, {then}, {otherwise})"

    return marked(
        when("'CheckMark'", "'Cancel'"), [when(text(_WORDS["done"][language]), text(_WORDS["open"][language]))]
    )


def _tags() -> Element:
    tag = element("span", text="[$tag]", classes=NEUTRAL, style=PILL)
    return element("div", style=ROW, children=[{**tag, "forEach": "tag in @currentField"}])


def _bold() -> Element:
    return element("span", text="@currentField", classes="ms-fontWeight-semibold")


_Style = Callable[[ListDefinition, ListField, Language], Element]

_STYLES: Mapping[str, _Style] = {
    "number": lambda definition, _field, _language: _number(definition),
    "overdue": lambda definition, _field, language: _overdue(definition, language),
    "soon": lambda _definition, _field, language: _ends(language),
    "expired": lambda _definition, _field, language: _expired(language),
    "pill": lambda definition, field, _language: _pill(definition, field),
    "priority": _with_icons({"high": "Important"}),
    "stance": _with_icons(_STANCES),
    "gate": _with_icons(_GATES),
    "lock": _with_icons(_LOCKS),
    "trend": _with_icons(_TRENDS),
    "light": _with_icons(_LIGHTS, _LIGHT_CLASSES),
    "check": lambda _definition, _field, language: _check(language),
    "tags": lambda _definition, _field, _language: _tags(),
    "bold": lambda _definition, _field, _language: _bold(),
    "score": lambda definition, _field, language: figures.score(definition, language),
    "slip": lambda _definition, _field, language: figures.slip(language),
    "shortage": lambda _definition, _field, language: figures.shortage(language),
    "share": lambda _definition, field, _language: figures.share(field),
    "alert": lambda _definition, _field, _language: figures.alert(),
    "year": lambda _definition, _field, _language: figures.year(),
    "bar": lambda _definition, _field, _language: figures.bar(),
    "blocks": lambda _definition, _field, _language: figures.blocks(),
}
