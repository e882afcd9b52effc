"""A list as it is on a site, written as a definition: what people made becomes part of the standard. Pure.

What a definition cannot say is left out and named, with the reason: the list keeps it, and plans go on reporting it.
Every part is tried by comparing: a part of which a plan would show a change is left out too.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from string import ascii_uppercase
from typing import Any, get_args

from pydantic import ValidationError
from ruamel.yaml import YAML

from projectlists.definitions.model import BUILT_IN, Definitions, FieldType, ListDefinition, ListField
from projectlists.definitions.names import COLUMN_NAME, INTERNAL_NAME, VIEW_KEY
from projectlists.definitions.viewmodel import View
from projectlists.errors import UsageError
from projectlists.language import Language, _
from projectlists.structure import camlreading
from projectlists.structure.migration import choices_between
from projectlists.structure.plan import compare
from projectlists.structure.shapes import (
    GENERIC_LIST,
    LAYOUTS,
    LIBRARY,
    FieldShape,
    ListShape,
    SiteShape,
    ViewShape,
    wanted,
)

_TYPES = frozenset(get_args(FieldType))
_LONGEST_TEXT = 255
_LINE = 120
Entry = dict[str, Any]


@dataclass(frozen=True)
class Adoption:
    """A definition as the text of its file, and in sentences what it leaves out."""

    key: str
    text: str
    left_out: tuple[str, ...]


class _Unsaid(ValueError):
    """A part that a definition cannot say; the text is the reason."""


def adopt(found: ListShape, language: Language, definitions: Definitions) -> Adoption:
    """The definition of a list as it is found.

    Of a list that has a definition already, the columns, views and choices that people added are put into it.

    Raises:
        UsageError: its address or kind is such that no definition can lead to it.
    """
    if not re.match(INTERNAL_NAME, found.key) or found.template not in {GENERIC_LIST, LIBRARY}:
        raise UsageError(
            _(
                "List {title} cannot be described: its address is {address} and its kind is {kind}. A definition is "
                "for a plain list or library whose address is a word of letters and digits that starts with a capital. "
                "Make such a list and move the rows to it."
            ).format(title=found.title, address=found.key, kind=found.template)
        )
    known = definitions.lists.get(found.key)
    return _extended(found, known, language) if known else _described(found, language, definitions)


def _described(found: ListShape, language: Language, definitions: Definitions) -> Adoption:
    described = {shape.name for shape in found.fields if not shape.built_in} | {"Title"}
    left: dict[tuple[str, str], str] = {}
    while True:
        left_now = dict(left)
        entry = _list_entry(found, definitions, described, left_now)
        definition = ListDefinition.model_validate(entry)
        dropped = dict(_still_changing(definition, found, language, left_now))
        if not dropped:
            return Adoption(found.key, _text(found, entry, left_now), tuple(left_now.values()))
        left |= dropped


def _extended(found: ListShape, known: ListDefinition, language: Language) -> Adoption:
    there = {shape.name for shape in found.fields}
    names = {field.name for field in known.fields}
    ours = wanted(known, language)
    entry = known.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    left: dict[tuple[str, str], str] = {}
    entry["fields"] = [_with_added_choices(dumped, ours, found, left) for dumped in entry["fields"]]
    more = [shape for shape in found.fields if shape.name not in names and not shape.built_in]
    entry["fields"] += list(_parts(more, "field", lambda shape: _field_entry(shape, frozenset()), left))
    choices = {field["name"]: _keys(field) for field in entry["fields"]} | _keys_of(known)
    keys = {view.key.casefold() for view in known.views} | {"allitems"}
    views = [shape for shape in found.views if shape.key.casefold() not in keys]
    kept = {field["name"] for field in entry["fields"]}
    entry["views"] += list(_parts(views, "view", lambda shape: _view_entry(shape, kept & there, choices), left))
    return Adoption(found.key, _text(found, entry, left), tuple(left.values()))


def _list_entry(
    found: ListShape, definitions: Definitions, described: set[str], left: dict[tuple[str, str], str]
) -> Entry:
    entry: Entry = {
        "key": found.key,
        "letter": _letter(found.key, {listing.letter for listing in definitions.lists.values()}),
        "title": _both(found.title),
        "description": _both(found.description),
        "adopted": True,
    }
    if found.template == LIBRARY:
        entry["kind"] = "library"
    indexed = [shape.name for shape in found.fields if shape.indexed and shape.name in BUILT_IN and shape.name != "ID"]
    if indexed:
        entry["index"] = indexed
    if found.validation:
        entry |= {"validation": found.validation, "validation_message": _both(found.validation_message or "-")}
    shapes = [shape for shape in found.fields if shape.name in described]
    shapes.sort(key=lambda shape: shape.name != "Title")
    known = frozenset(definitions.lists)
    entry["fields"] = list(_parts(shapes, "field", lambda shape: _field_entry(shape, known), left))
    names = {field["name"] for field in entry["fields"]}
    choices = {field["name"]: _keys(field) for field in entry["fields"] if "choices" in field}
    entry["views"] = list(_parts(found.views, "view", lambda shape: _view_entry(shape, names, choices), left))
    return entry


def _parts(shapes: Sequence[Any], kind: str, describe: Any, left: dict[tuple[str, str], str]) -> Iterator[Entry]:
    """The parts that can be described; the others are noted in `left` by kind and name, with the reason."""
    for shape in shapes:
        name = shape.name if kind == "field" else shape.key
        if (kind, name) in left:
            continue
        try:
            entry = describe(shape)
            (ListField if kind == "field" else View).model_validate(entry)
            yield entry
        except (_Unsaid, camlreading.NotUnderstood, ValidationError) as error:
            left[kind, name] = _left_out(kind, shape, "" if isinstance(error, ValidationError) else str(error))


def _left_out(kind: str, shape: FieldShape | ViewShape, reason: str) -> str:
    sentence = _("Column {name}: {reason}") if kind == "field" else _("View {name}: {reason}")
    name = shape.title if isinstance(shape, ViewShape) else f"{shape.title} ({shape.name})"
    why = reason or _("its name")
    query = f" {shape.query}" if isinstance(shape, ViewShape) and shape.query else ""
    return sentence.format(name=name, reason=why) + query


def _still_changing(
    definition: ListDefinition, found: ListShape, language: Language, left: Mapping[tuple[str, str], str]
) -> Iterator[tuple[tuple[str, str], str]]:
    """The parts of which a plan would change something all the same."""
    for change in compare([wanted(definition, language)], SiteShape({found.key: found})).changes:
        part = (change.kind, change.key if change.kind == "view" else change.name)
        if not change.works or part in left:
            continue
        shape = found.view(change.key) if change.kind == "view" else found.field(change.name)
        if shape is None:
            raise AssertionError(f"a description that changes the list: {change}")
        yield part, _left_out(change.kind, shape, change.attribute or "")


def _check_field(shape: FieldShape, known_lists: frozenset[str]) -> None:
    if shape.type not in _TYPES:
        raise _Unsaid(_("its type {type}").format(type=shape.type))
    if not re.match(COLUMN_NAME, shape.name):
        raise _Unsaid(_("its name"))
    if shape.type == "DateTime" and not shape.date_only:
        raise _Unsaid(_("its time of day"))
    if shape.type == "Lookup" and shape.lookup not in known_lists:
        raise _Unsaid(_("the list that it looks up has no definition"))


def _field_entry(shape: FieldShape, known_lists: frozenset[str]) -> Entry:
    _check_field(shape, known_lists)
    entry: Entry = {"name": shape.name, "type": shape.type, "title": _both(shape.title)}
    if shape.description:
        entry["description"] = _both(shape.description)
    entry |= {flag: True for flag in ("required", "unique") if getattr(shape, flag)}
    if shape.indexed and not shape.unique:
        entry["indexed"] = True
    if shape.in_forms is False:
        entry["hidden_in_forms"] = True
    if shape.choices:
        entry["choices"] = list(_choices(shape.choices))
    if shape.default:
        entry["default"] = _default(shape, entry)
    if shape.type == "Lookup":
        entry["lookup"] = shape.lookup
    for name in ("minimum", "maximum", "decimals", "formula", "result_type"):
        if getattr(shape, name) not in {None, ""}:
            entry[name] = getattr(shape, name)
    if shape.type == "Text" and shape.maximum_length not in {None, _LONGEST_TEXT}:
        entry["maximum_length"] = shape.maximum_length
    if shape.validation:
        entry |= {"validation": shape.validation, "validation_message": _both(shape.validation_message or "-")}
    return entry


def _default(shape: FieldShape, entry: Mapping[str, Any]) -> Any:
    default = str(shape.default)
    match shape.type:
        case "Choice":
            keys = {choice["nl"]: choice["key"] for choice in entry.get("choices", ())}
            if default in keys:
                return keys[default]
        case "Boolean":
            return default == "1"
        case "Number" | "Currency":
            return float(default) if "." in default or "e" in default else int(default)
        case "DateTime":
            relative = re.fullmatch(r"=TODAY\(\)([+-]\d{1,4})?", default)
            if default == "[today]" or relative:
                return "today" + ((relative.group(1) or "") if relative else "")
        case "Text" | "Note" if not default.startswith("="):
            return default
    raise _Unsaid(_("its default {value}").format(value=default))


def _view_entry(shape: ViewShape, columns: set[str], choices: Mapping[str, Mapping[str, str]]) -> Entry:
    if not re.match(VIEW_KEY, shape.key):
        raise _Unsaid(_("its address {address}").format(address=shape.key))
    layouts = {value: name for name, value in LAYOUTS.items() if name == "list"}
    if (shape.layout or "") not in layouts or shape.data:
        raise _Unsaid(_("its layout"))
    unknown = [name for name in shape.fields if name not in columns and name not in BUILT_IN]
    if unknown:
        raise _Unsaid(_("the columns {columns}").format(columns=", ".join(unknown)))
    read = camlreading.read(shape.query, choices)
    entry: Entry = {"key": shape.key, "title": _both(shape.title)}
    if shape.default:
        entry["default"] = True
    entry["fields"] = list(shape.fields)
    if read.filter:
        entry["filter"] = read.filter
    if read.sort:
        entry["sort"] = list(read.sort)
    if read.group:
        entry["group"] = list(read.group)
    if not shape.paged:
        entry["only_first"] = shape.row_limit
    elif shape.row_limit != 100:
        entry["row_limit"] = shape.row_limit
    return entry


def _choices(labels: Sequence[str], taken: Sequence[str] = ()) -> Iterator[Entry]:
    keys = list(taken)
    for label in labels:
        key = _word(label)
        while key in keys:
            key += "_2"
        keys.append(key)
        yield {"key": key, "nl": label, "en": label}


def _word(label: str) -> str:
    """A key made from a label: small letters, digits and _."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    word: str = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return word if word[:1].isalpha() else f"choice_{word}".rstrip("_")


def _keys(field: Mapping[str, Any]) -> dict[str, str]:
    return {choice[language]: choice["key"] for choice in field.get("choices", ()) for language in ("nl", "en")}


def _keys_of(definition: ListDefinition) -> dict[str, dict[str, str]]:
    return {
        field.name: {label: choice.key for choice in field.choices for label in choice.labels}
        for field in definition.fields
        if field.choices
    }


def _with_added_choices(dumped: Entry, ours: ListShape, found: ListShape, left: dict[tuple[str, str], str]) -> Entry:
    """A column as the definition has it, with the choices that people added; those of a shared set are noted only."""
    shape, there = ours.field(dumped["name"]), found.field(dumped["name"])
    added = choices_between(shape, there).added if shape and there else ()
    if "choice_set" in dumped:
        if added:
            sentence = _("Column {name}: it has the shared choices {set}; add {choices} to choice_sets.yaml")
            left["choices", dumped["name"]] = sentence.format(
                name=dumped["name"], set=dumped["choice_set"], choices=", ".join(added)
            )
        return {name: value for name, value in dumped.items() if name != "choices"}
    if not added:
        return dumped
    keys = [choice["key"] for choice in dumped["choices"]]
    return {**dumped, "choices": [*dumped["choices"], *_choices(added, keys)]}


def _letter(key: str, taken: set[str]) -> str:
    """One or two capitals that no other list has, like the key where that can be."""
    first: str = key[0]
    own = (first + letter.upper() for letter in key[1:] if letter.isalpha())
    pairs = (one + other for one in (first, *ascii_uppercase) for other in ascii_uppercase)
    free: str = next(letter for letter in chain([first], own, pairs) if letter not in taken)
    return free


def _both(text: str) -> dict[str, str]:
    return {"nl": text, "en": text}


def _text(found: ListShape, entry: Entry, left: Mapping[tuple[str, str], str]) -> str:
    yaml = YAML()
    yaml.width = _LINE
    yaml.default_flow_style = False
    stream = io.StringIO()
    yaml.dump(entry, stream)
    head = _("List {title} as it was on a site. Texts are the same in both languages: translate them.")
    lines = ["# " + head.format(title=_one_line(found.title)), *stream.getvalue().splitlines()]
    if left:
        lines.append("# " + _("Left as they are on the site, because this file cannot say it:"))
        lines += [f"# - {_one_line(sentence)}" for sentence in left.values()]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
