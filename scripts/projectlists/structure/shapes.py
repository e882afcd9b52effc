"""How a list looks, wanted or found, in one type, so that comparing them is dull. Pure.

In what is wanted, None means: the definition does not state it, so it is left alone (architecture.md decision 3).
In what is found, everything the service states is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from projectlists.definitions.model import ListDefinition, ListField, Permission, Row
from projectlists.definitions.viewmodel import View
from projectlists.item import Value, in_full
from projectlists.language import Language, Text
from projectlists.structure import caml, formatting, formula

GENERIC_LIST, LIBRARY = 100, 101
VERSIONS_KEPT = 50
"""How many versions of a row a list keeps at least: what a new one keeps (sharepoint-rest.md §3.2)."""
FILE_COLUMNS = ("DocIcon", "LinkFilename")
"""Kind and name of a file, the name as a link to it: what every view of a library starts with."""
_TOTALS = {"sum": "SUM", "average": "AVG", "lowest": "MIN", "highest": "MAX", "count": "COUNT"}
LAYOUTS = {"list": "", "board": "KANBAN", "calendar": "MODERNCALENDAR", "gallery": "TILES"}
"""`ViewType2` of each layout (sharepoint-rest.md §5)."""


@dataclass(frozen=True)
class FieldShape:
    """One column. `default` is as the service stores it; one that starts with `=` is a default formula.

    `lookup` is the key of the list looked up, or its id when it is none of ours. `formula` and `validation` name
    columns by internal name in brackets. `renamed` are earlier and present labels of choices, `withdrawn` labels that
    are no longer offered. `retired` is a column that is no longer made. `in_forms` tells whether the new and edit
    forms show it. `formatter` is normalised JSON of how it looks.
    """

    name: str
    type: str
    title: str
    description: str | None = None
    required: bool | None = None
    indexed: bool | None = None
    unique: bool | None = None
    choices: tuple[str, ...] | None = None
    default: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    maximum_length: int | None = None
    decimals: int | None = None
    date_only: bool | None = None
    lookup: str | None = None
    formula: str | None = None
    result_type: str | None = None
    validation: str | None = None
    validation_message: str | None = None
    in_forms: bool | None = None
    formatter: str | None = None
    retired: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[str, ...] = ()
    built_in: bool = False


@dataclass(frozen=True)
class ViewShape:
    """One view. `key` is the file name in its URL; `query` is normalised CAML; `fields` are internal names in order.

    `layout` is `ViewType2`, and None where the service does not tell it. Without `paged` there is one page of
    `row_limit` rows and no more. `totals` is the normalised XML of what stands under the columns, empty where they are
    switched off. `id` is empty for one that is only wanted.
    """

    key: str
    title: str
    fields: tuple[str, ...] = ()
    query: str = ""
    row_limit: int = 100
    paged: bool = True
    default: bool | None = None
    layout: str | None = ""
    data: str | None = None
    totals: str | None = None
    id: str = ""


@dataclass(frozen=True)
class RowShape:
    """A row that a list starts with. `key` is what its ImportKey holds; empty for a row that people added.

    `values` are texts in the language of the site, choice keys, numbers and truth values, by internal name.
    """

    key: str
    title: str = ""
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class ListShape:
    """One list. `id` is empty for one that is only wanted.

    `version_limit` is a least number: more is somebody's wish. `no_crawl` keeps rows out of search results.
    `permissions` is only wanted; what a site has is in its `SitePermissions`, as it tells groups and roles by number.
    `rows` are those it starts with. In what is found, None stands for a list that had its rows before, so that they are
    the business of the people of the site.
    `row_count` is how many rows one has that was found.
    """

    key: str
    title: str
    description: str
    template: int = GENERIC_LIST
    versioning: bool | None = True
    version_limit: int | None = None
    minor_versions: bool | None = None
    attachments: bool | None = None
    folders: bool | None = None
    no_crawl: bool | None = None
    hidden: bool | None = None
    validation: str | None = None
    validation_message: str | None = None
    permissions: tuple[Permission, ...] = ()
    fields: tuple[FieldShape, ...] = ()
    views: tuple[ViewShape, ...] = ()
    rows: tuple[RowShape, ...] | None = None
    id: str = ""
    row_count: int = 0

    def field(self, name: str) -> FieldShape | None:
        """The column with this internal name."""
        return next((shape for shape in self.fields if shape.name == name), None)

    def view(self, key: str) -> ViewShape | None:
        """The view with this key."""
        return next((shape for shape in self.views if shape.key.casefold() == key.casefold()), None)


@dataclass(frozen=True)
class SiteShape:
    """What a site holds now: our lists by key, and the title by URL name of every other list that people see."""

    lists: dict[str, ListShape] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


def wanted(definition: ListDefinition, language: Language) -> ListShape:
    """A definition as it must look on a site in a language."""
    names = names_of(definition)
    fields = [_field(definition, field, language, names) for field in definition.fields]
    known = {field.name for field in definition.fields}
    fields += [
        FieldShape(name=name, type="", title="", indexed=True, built_in=True)
        for name in definition.index
        if name not in known
    ]
    return ListShape(
        key=definition.key,
        title=definition.title.in_language(language),
        description=definition.description.in_language(language),
        template=LIBRARY if definition.kind == "library" else GENERIC_LIST,
        versioning=None if definition.adopted else True,
        version_limit=None if definition.adopted else VERSIONS_KEPT,
        minor_versions=definition.minor_versions,
        attachments=definition.attachments,
        # Views and rules look at the rows of a list, and would miss those in folders.
        folders=False if definition.kind == "list" and not definition.adopted else None,
        no_crawl=None if definition.search else True,
        hidden=True if definition.system else None,
        validation=formula.normalised(definition.validation, names) if definition.validation else None,
        validation_message=(
            definition.validation_message.in_language(language) if definition.validation_message else None
        ),
        permissions=definition.permissions,
        fields=tuple(fields),
        views=tuple(_view(definition, view, language) for view in definition.views),
        rows=tuple(_row(row, language) for row in definition.rows),
    )


def _row(row: Row, language: Language) -> RowShape:
    values = {
        name: value.in_language(language) if isinstance(value, Text) else value for name, value in row.values.items()
    }
    return RowShape(row.key, str(values.get("Title", row.key)), values)


def names_of(definition: ListDefinition) -> dict[str, str]:
    """Internal names by internal name and by title in both languages, for reading formulas."""
    return {
        spelling: field.name for field in definition.fields for spelling in (field.title.nl, field.title.en, field.name)
    }


def _field(definition: ListDefinition, field: ListField, language: Language, names: dict[str, str]) -> FieldShape:
    return FieldShape(
        name=field.name,
        type=field.type,
        title=field.title.in_language(language),
        description=field.description.in_language(language) if field.description else None,
        required=field.required and not field.retired,
        # An index or uniqueness that is not asked for may be SharePoint's own or somebody's wish (§4.6 AutoIndexed).
        indexed=True if field.indexed or field.unique else None,
        unique=True if field.unique else None,
        choices=tuple(choice.label(language) for choice in field.choices if not choice.retired) or None,
        renamed=_renamed(field, language),
        withdrawn=tuple(label for choice in field.choices if choice.retired for label in choice.labels),
        default=_default(field, language),
        minimum=field.minimum,
        maximum=field.maximum,
        maximum_length=field.maximum_length,
        decimals=field.decimals,
        date_only=True if field.type == "DateTime" else None,
        lookup=field.lookup,
        formula=formula.normalised(field.formula, names) if field.formula else None,
        result_type=field.result_type,
        validation=formula.normalised(field.validation, names) if field.validation else None,
        validation_message=field.validation_message.in_language(language) if field.validation_message else None,
        in_forms=False if field.managed or field.hidden_in_forms or field.retired else None,
        formatter=formatting.formatter(definition, field, language),
        retired=field.retired,
        built_in=field.name == "Title",
    )


def _renamed(field: ListField, language: Language) -> tuple[tuple[str, str], ...]:
    """Earlier labels, and those of the other language, each with the label of now; not where another choice has it."""
    present = {choice.label(language) for choice in field.choices}
    return tuple(
        (earlier, choice.label(language))
        for choice in field.choices
        if not choice.retired
        for earlier in choice.labels
        if earlier not in present
    )


def _default(field: ListField, language: Language) -> str | None:
    value = field.default
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return in_full(value)
    if field.type == "DateTime" and value.startswith("today"):
        return "[today]" if value == "today" else f"=TODAY(){value.removeprefix('today')}"
    return next((choice.label(language) for choice in field.choices if choice.key == value), value)


def _view(definition: ListDefinition, view: View, language: Language) -> ViewShape:
    retired = {field.name for field in definition.fields if field.retired}
    fields = tuple(name for name in view.fields if name not in retired)
    if view.layout == "calendar" and view.start:
        # The order start, end, title, rest is how a calendar knows them (§5).
        first = dict.fromkeys([view.start, *([view.end] if view.end else []), "Title"])
        fields = (*first, *(name for name in fields if name not in first))
    if view.board and view.board not in fields:
        fields = (*fields, view.board)
    if definition.kind == "library" and view.layout != "calendar":
        fields = (*FILE_COLUMNS, *(name for name in fields if name not in FILE_COLUMNS))
    return ViewShape(
        key=view.key,
        title=view.title.in_language(language),
        fields=fields,
        query=caml.query(definition, view, language),
        default=True if view.default else None,
        row_limit=view.only_first or view.row_limit,
        paged=view.only_first is None,
        layout=LAYOUTS[view.layout],
        data=_view_data(view),
        totals=_totals(view),
    )


def _totals(view: View) -> str | None:
    if not view.totals:
        return None
    columns = ((column_in_view(name), _TOTALS[kind]) for name, kind in view.totals.items())
    return caml.normalised("".join(f'<FieldRef Name="{name}" Type="{kind}" />' for name, kind in columns))


def column_in_view(name: str) -> str:
    """The column as a view has it: the title is there as a link to the row."""
    return "LinkTitle" if name == "Title" else name


def _view_data(view: View) -> str | None:
    if view.layout == "board" and view.board:
        return caml.normalised(f'<FieldRef Name="{view.board}" Type="KanbanPivotColumn" />')
    if view.layout == "calendar":
        roles = ("CalendarMonthTitle", "CalendarWeekTitle", "CalendarDayTitle")
        return caml.normalised("".join(f'<FieldRef Name="Title" Type="{role}" />' for role in roles))
    return None
