"""How numbers and amounts look: bars, bands and shortages. Pure.

Source: the Formatting paragraph of each list in guide.md. A number that is compared goes through `Number`, since a
calculated column may come as text; what people read is the service's own spelling of it (`displayValue`).
"""

from __future__ import annotations

from collections.abc import Mapping

from projectlists.definitions.model import ListDefinition, ListField
from projectlists.language import Language
from projectlists.structure.elements import (
    BLOCKED,
    CALM,
    GOOD,
    ROW,
    SEVERE,
    WARNING,
    Element,
    any_of,
    element,
    labels,
    marked,
    text,
)

_AMOUNT = "@currentField.displayValue"
_NUMBER = "Number(@currentField)"
_BANDS: tuple[tuple[int, str, Mapping[Language, str]], ...] = (
    (1, GOOD, {"nl": "laag", "en": "low"}),
    (5, WARNING, {"nl": "midden", "en": "medium"}),
    (10, SEVERE, {"nl": "hoog", "en": "high"}),
    (15, BLOCKED, {"nl": "zeer hoog", "en": "very high"}),
)
"""The lowest score of each band, how it looks and what it is called (guide.md §2.5)."""
_HIGH = 10
_LONG_SLIP_DAYS = 10
_SLIP: Mapping[Language, str] = {"nl": "uitloop", "en": "slip"}
_SHORTAGE: Mapping[Language, str] = {"nl": "tekort", "en": "shortfall"}


def score(definition: ListDefinition, language: Language) -> Element:
    """A risk's score with the name of its band; for an opportunity in a calm colour. 0 is not assessed: nothing."""
    word, classes = "''", "''"
    for lowest, band, name in _BANDS:
        word = f"if({_NUMBER} >= {lowest}, {text(name[language])}, {word})"
        classes = f"if({_NUMBER} >= {lowest}, {text(band)}, {classes})"
    chance = any_of("[$RiskKind]", labels(definition.field("RiskKind"), ["opportunity"]))
    return marked(
        f"if({_NUMBER} < {_HIGH} || {chance}, '', 'Warning')",
        ["@currentField", word],
        classes=f"if({chance}, '{CALM}', {classes})",
        shown=f"{_NUMBER} > 0",
    )


def slip(language: Language) -> Element:
    """Days that a milestone is later than planned; the word and a colour only when there are any."""

    def when(long: str, short: str) -> str:
        return f"if({_NUMBER} > {_LONG_SLIP_DAYS}, {long}, if({_NUMBER} > 0, {short}, ''))"

    word = text(_SLIP[language])
    return marked(
        when("'Warning'", "'Clock'"), ["@currentField", when(word, word)], classes=when(f"'{BLOCKED}'", f"'{WARNING}'")
    )


def shortage(language: Language) -> Element:
    """An amount; below zero with its minus sign, a word and a colour."""

    def below(then: str) -> str:
        # As text an amount has a minus sign exactly when it is below zero, wherever a language writes it.
        return f"if(indexOf(toString(@currentField), '-') >= 0, {then}, '')"

    return marked(below("'Warning'"), [_AMOUNT, below(text(_SHORTAGE[language]))], classes=below(f"'{BLOCKED}'"))


def alert() -> Element:
    """A count; with an icon when there are any."""
    return marked(f"if({_NUMBER} > 0, 'Warning', '')", ["@currentField"])


def year() -> Element:
    """A year, without the separator of thousands."""
    return element("span", text="=toString(@currentField)")


def bar() -> Element:
    """A percentage as number and bar."""
    words = element("span", text="=if(@currentField == '', '', @currentField + ' %')")
    return element("div", style={"width": "100%"}, children=[words, _filled("@currentField")])


def share(field: ListField) -> Element:
    """An amount, with a bar for its share of the column `whole`; no bar where that is empty, or not in the view."""
    whole = f"Number([${field.whole}])"
    filled = _filled(f"({_NUMBER} * 100 / {whole})")
    filled["style"]["display"] = f"=if({whole} > 0, 'block', 'none')"
    return element("div", style={"width": "100%"}, children=[element("span", text=_AMOUNT), filled])


def _filled(percentage: str) -> Element:
    width = f"=if({percentage} >= 100, '100%', if({percentage} <= 0, '0%', {percentage} + '%'))"
    return element("div", classes="sp-field-dataBars", style={"width": width, "min-height": "8px"})


def blocks() -> Element:
    """A level from 1 to 5 as blocks and number."""
    shown = "''"
    for level in range(1, 6):
        # The innermost test is looked at last, so the highest level is the outermost.
        shown = f"if(@currentField >= {level}, '{'■' * level}{'□' * (5 - level)}', {shown})"
    parts = [element("span", text=f"={shown}"), element("span", text="@currentField")]
    return element("div", style=ROW, children=parts)
