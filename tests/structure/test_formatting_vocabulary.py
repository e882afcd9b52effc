"""Every formatter of every list in the vocabulary of SharePoint's column formatting (v2), and never colour alone.

The vocabulary is written out here from what SharePoint documents: an element, attribute or function that is not in it
is an error there and would show an empty cell. guide.md §2.0.10: icon or shape plus word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from projectlists.definitions.loading import load, shipped_folder
from projectlists.language import LANGUAGES
from projectlists.structure.formatting import formatter

SCHEMA = "https://developer.microsoft.com/json-schemas/sp/v2/column-formatting.schema.json"
KEYS = {"$schema", "elmType", "txtContent", "attributes", "style", "children", "forEach"}
ELEMENTS = {"div", "span", "a", "img", "svg", "path", "button", "p", "filepreview"}
ATTRIBUTES = {"href", "rel", "src", "class", "target", "title", "role", "iconName", "d", "alt"}
STYLES = {
    *("display", "flex-wrap", "align-items", "column-gap", "border-radius", "padding", "width", "min-height"),
    *("height", "max-width", "min-width", "margin", "font-weight", "text-align", "white-space", "overflow"),
}
FUNCTIONS = {
    *("if", "Number", "toString", "toLocaleDateString", "toLocaleString", "toLocaleTimeString", "Date", "addDays"),
    *("addMinutes", "indexOf", "lastIndexOf", "substring", "length", "join", "toLowerCase", "toUpperCase", "abs"),
    *("floor", "ceiling", "pow", "cos", "sin", "split", "replace", "replaceAll", "startsWith", "endsWith", "loopIndex"),
    *("getDate", "getMonth", "getYear", "padStart", "padEnd", "appendTo", "removeFrom", "getUserImage"),
}
PLACES = {"@currentField", "@currentField.displayValue", "@now", "@me", "@currentWeb", "@rowIndex"}
BUILT_IN = {"ID", "Created", "Modified", "Author", "Editor"}
COLOURED = re.compile(r"sp-field-severity--(?:good|warning|severeWarning|blocked|low)|sp-css-\w+-\w+")

DEFINITIONS = load([shipped_folder("lists")])
FORMATTERS = [
    pytest.param(key, field.name, language, id=f"{key}.{field.name}-{language}")
    for key, definition in DEFINITIONS.lists.items()
    for field in definition.fields
    if field.format
    for language in LANGUAGES
]


def elements(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield element
    for child in element.get("children", ()):
        yield from elements(child)


def expressions(element: dict[str, Any]) -> Iterator[str]:
    for part in elements(element):
        values = [part.get("txtContent"), *part.get("attributes", {}).values(), *part.get("style", {}).values()]
        yield from (value for value in values if isinstance(value, str) and value.startswith(("=", "@", "[")))


def bare(expression: str) -> str:
    """An expression without its texts in quotes."""
    return re.sub(r"'(?:\\.|[^'\\])*'", "''", expression)


@pytest.mark.parametrize(("key", "name", "language"), FORMATTERS)
def test_a_formatter_is_in_the_vocabulary(key: str, name: str, language: Any) -> None:
    definition = DEFINITIONS.lists[key]
    field = definition.field(name)
    assert field is not None
    text = formatter(definition, field, language)
    assert text is not None, f"there is no style {field.format}"
    root = json.loads(text)
    assert root["$schema"] == SCHEMA
    for part in elements(root):
        assert set(part) <= KEYS
        assert part["elmType"] in ELEMENTS
        assert set(part.get("attributes", {})) <= ATTRIBUTES
        assert set(part.get("style", {})) <= STYLES
        assert all(isinstance(value, str) for kind in ("attributes", "style") for value in part.get(kind, {}).values())
        if "forEach" in part:
            assert re.fullmatch(r"\w+ in @currentField", part["forEach"])
    loops = {part["forEach"].split()[0] for part in elements(root) if "forEach" in part}
    known = {one.name for one in definition.fields} | BUILT_IN | loops
    for expression in expressions(root):
        outside = bare(expression)
        assert expression.count("'") % 2 == 0 or "\\'" in expression
        assert outside.count("(") == outside.count(")")
        assert set(re.findall(r"([A-Za-z]\w*)\(", outside)) <= FUNCTIONS
        assert set(re.findall(r"@\w+(?:\.\w+)*", outside)) <= PLACES
        assert set(re.findall(r"\[\$(\w+)(?:\.\w+)*\]", outside)) <= known


@pytest.mark.parametrize(("key", "name", "language"), FORMATTERS)
def test_colour_comes_with_an_icon_and_words(key: str, name: str, language: Any) -> None:
    definition = DEFINITIONS.lists[key]
    field = definition.field(name)
    assert field is not None
    root = json.loads(formatter(definition, field, language) or "{}")
    for part in elements(root):
        colours = set(COLOURED.findall(part.get("attributes", {}).get("class", "")))
        below = list(elements(part))
        words = [one["txtContent"] for one in below if one.get("txtContent")]
        icons = [one for one in below if one.get("attributes", {}).get("iconName")]
        if colours:
            assert words, "a colour without a word"
        if len(colours) > 1:  # colours that tell something apart
            assert icons, "colours without an icon or a shape"
    # No colours of our own: only classes of the theme, which keep their contrast in dark mode.
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgb\(", json.dumps([part.get("style") for part in elements(root)]))
