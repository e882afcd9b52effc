"""Lists, columns and views on the wire, both ways: service JSON to shapes, shapes to bodies (sharepoint-rest.md §3-§5).

Pure. What the service fills in by itself is normalised here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from projectlists.farend.batch import literal
from projectlists.item import in_full
from projectlists.structure import caml, formatting, formula
from projectlists.structure.shapes import GENERIC_LIST, FieldShape, ListShape, ViewShape, column_in_view

ADD_FIELD_INTERNAL_NAME_HINT = 8
"""Without it the internal name is made from the title (§4.2); the client cannot send it (§9.2 bug 11)."""
BUILT_IN_VIEW = "AllItems"
_EUROS = "1043"
"""Amounts are euros whatever the language of the site (guide.md §2.0.3)."""
_NO_LIMIT = 1e300  # a number column without bounds has those of a double (§4.4)
_CLASSES = {
    "Text": "SP.FieldText",
    "Note": "SP.FieldMultiLineText",
    "DateTime": "SP.FieldDateTime",
    "Choice": "SP.FieldChoice",
    "MultiChoice": "SP.FieldMultiChoice",
    "Number": "SP.FieldNumber",
    "Currency": "SP.FieldCurrency",
    "Lookup": "SP.FieldLookup",
    "User": "SP.FieldUser",
    "URL": "SP.FieldUrl",
    "Calculated": "SP.FieldCalculated",
}
_TITLE_COLUMNS = frozenset({"LinkTitle", "LinkTitleNoMenu"})

LIST_SELECT = (
    "Id,Title,Description,BaseTemplate,Hidden,EnableVersioning,ValidationFormula,ValidationMessage,IsCatalog,"
    "HasUniqueRoleAssignments,MajorVersionLimit,EnableMinorVersions,EnableAttachments,EnableFolderCreation,NoCrawl,"
    "ItemCount,RootFolder/ServerRelativeUrl"
)
FIELD_SELECT = (
    "Id,InternalName,Title,Description,TypeAsString,Required,Indexed,EnforceUniqueValues,DefaultValue,DefaultFormula,"
    "ValidationFormula,ValidationMessage,CustomFormatter,Hidden,FromBaseType,CanBeDeleted,SchemaXml"
)


def server_relative_url(entity: Mapping[str, Any]) -> str:
    """Where a list or view stands: `/sites/x/Lists/Actions`."""
    folder = entity.get("RootFolder")
    url = folder.get("ServerRelativeUrl") if isinstance(folder, Mapping) else entity.get("ServerRelativeUrl")
    return str(url or "").rstrip("/")


def url_name(entity: Mapping[str, Any]) -> str:
    """The last part of that address, without `.aspx`: `Actions`, `Overdue`."""
    return server_relative_url(entity).rsplit("/", 1)[-1].removesuffix(".aspx")


def found_list(
    entity: Mapping[str, Any],
    fields: Iterable[Mapping[str, Any]],
    views: Iterable[Mapping[str, Any]],
    *,
    keys: Mapping[str, str],
) -> ListShape:
    """A list as the service has it.

    `keys` are list keys by lower-case list id, for reading lookups. Hidden columns and views are left out, and
    personal views. A formula that names a column by a title it no longer has, keeps that title.
    """
    entities = [field for field in fields if not field.get("Hidden")]
    spellings = {
        str(field.get(spelling)): str(field.get("InternalName"))
        for spelling in ("InternalName", "Title")
        for field in entities
    }
    return ListShape(
        key=url_name(entity),
        title=str(entity.get("Title") or ""),
        description=str(entity.get("Description") or ""),
        template=int(entity.get("BaseTemplate") or GENERIC_LIST),
        versioning=bool(entity.get("EnableVersioning")),
        version_limit=int(entity.get("MajorVersionLimit") or 0),
        minor_versions=bool(entity.get("EnableMinorVersions")),
        attachments=bool(entity.get("EnableAttachments")),
        folders=bool(entity.get("EnableFolderCreation")),
        no_crawl=bool(entity.get("NoCrawl")),
        hidden=bool(entity.get("Hidden")),
        validation=formula.normalised(str(entity.get("ValidationFormula") or ""), spellings),
        validation_message=str(entity.get("ValidationMessage") or ""),
        fields=tuple(_found_field(field, spellings, keys) for field in entities),
        views=tuple(_found_view(view) for view in views if not view.get("Hidden") and not view.get("PersonalView")),
        id=str(entity.get("Id") or ""),
        row_count=int(entity.get("ItemCount") or 0),
    )


def _found_field(entity: Mapping[str, Any], spellings: Mapping[str, str], keys: Mapping[str, str]) -> FieldShape:
    xml = _schema(str(entity.get("SchemaXml") or ""))
    kind = str(entity.get("TypeAsString") or "")
    looked_up = xml.get("List", "").strip("{}").lower()
    choices = xml.find("CHOICES")
    return FieldShape(
        name=str(entity.get("InternalName") or ""),
        type=kind,
        title=str(entity.get("Title") or ""),
        description=str(entity.get("Description") or ""),
        required=bool(entity.get("Required")),
        indexed=bool(entity.get("Indexed")),
        unique=bool(entity.get("EnforceUniqueValues")),
        choices=tuple(choice.text or "" for choice in choices) if choices is not None else (),
        default=_found_default(entity, kind),
        minimum=_bound(xml.get("Min")),
        maximum=_bound(xml.get("Max")),
        maximum_length=_whole(xml.get("MaxLength")),
        decimals=_whole(xml.get("Decimals")),
        date_only=kind == "DateTime" and xml.get("Format", "DateTime") == "DateOnly",
        lookup=keys.get(looked_up, looked_up),
        formula=formula.normalised(xml.findtext("Formula") or "", spellings),
        result_type=xml.get("ResultType", ""),
        validation=formula.normalised(str(entity.get("ValidationFormula") or ""), spellings),
        validation_message=str(entity.get("ValidationMessage") or ""),
        in_forms={xml.get("ShowInNewForm", "").upper(), xml.get("ShowInEditForm", "").upper()} != {"FALSE"},
        formatter=formatting.normalised(str(entity.get("CustomFormatter") or "")),
        built_in=bool(entity.get("FromBaseType")) or not entity.get("CanBeDeleted", True),
    )


def _schema(text: str) -> Element:
    try:
        # S314: comes over TLS from the tenant's own site; expat 2.4 and later refuses entity bombs.
        return fromstring(text)  # noqa: S314
    except ParseError:
        return Element("Field")


def _found_default(entity: Mapping[str, Any], kind: str) -> str:
    default_formula = str(entity.get("DefaultFormula") or "")
    if default_formula:
        return formula.normalised(default_formula.replace("[today]", "TODAY()").replace("[Today]", "TODAY()"), {})
    value = str(entity.get("DefaultValue") or "")
    if kind in {"Number", "Currency"} and value:
        try:
            return in_full(float(value))
        except (ValueError, OverflowError):
            return value
    return value.lower() if kind == "DateTime" else value


def _bound(text: str | None) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return value if abs(value) < _NO_LIMIT else None  # nan is less than nothing


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.lstrip("-").isdigit() else None


def _found_view(entity: Mapping[str, Any]) -> ViewShape:
    fields = entity.get("ViewFields")
    items = fields.get("Items") if isinstance(fields, Mapping) else None
    if isinstance(items, Mapping):
        items = items.get("results")
    layout = entity.get("ViewType2")
    return ViewShape(
        key=url_name(entity),
        title=str(entity.get("Title") or ""),
        fields=tuple("Title" if name in _TITLE_COLUMNS else str(name) for name in items or ()),
        query=caml.normalised(str(entity.get("ViewQuery") or "")),
        row_limit=int(entity.get("RowLimit") or 0),
        paged=bool(entity.get("Paged")),
        default=bool(entity.get("DefaultView")),
        layout=str(layout or "") if "ViewType2" in entity else None,
        data=caml.normalised(str(entity.get("ViewData") or "")),
        totals=caml.normalised(str(entity.get("Aggregations") or "")) if _totals_shown(entity) else "",
        id=str(entity.get("Id") or ""),
    )


def _totals_shown(entity: Mapping[str, Any]) -> bool:
    return str(entity.get("AggregationsStatus") or "On").casefold() == "on"


def list_path(site_path: str, key: str, *, library: bool = False) -> str:
    """A list by its address, which never changes: `web/GetList('/sites/x/Lists/Actions')` (decision 5)."""
    folder = key if library else f"Lists/{key}"
    return f"web/GetList({literal(f'{site_path}/{folder}')})"


def list_creation(shape: ListShape) -> dict[str, Any]:
    """The body that makes a list under its key; the title follows in a change, so that the URL stays ASCII (§3.1)."""
    return {
        "Title": shape.key,
        "Description": shape.description,
        "BaseTemplate": shape.template,
        "EnableVersioning": shape.versioning,
    }


def list_change(shape: ListShape, attributes: Iterable[str], titles: Mapping[str, str]) -> dict[str, Any]:
    """The body that gives a list these attributes; `titles` are the column titles by internal name."""
    values = {
        "title": ("Title", shape.title),
        "description": ("Description", shape.description),
        "versioning": ("EnableVersioning", shape.versioning),
        "version_limit": ("MajorVersionLimit", shape.version_limit),
        "minor_versions": ("EnableMinorVersions", shape.minor_versions),
        "attachments": ("EnableAttachments", shape.attachments),
        "folders": ("EnableFolderCreation", shape.folders),
        "no_crawl": ("NoCrawl", shape.no_crawl),
        "hidden": ("Hidden", shape.hidden),
        "validation": ("ValidationFormula", formula.with_titles(shape.validation or "", titles)),
        "validation_message": ("ValidationMessage", shape.validation_message),
    }
    return dict(values[attribute] for attribute in attributes)


def field_creation(shape: FieldShape, lookup_id: str, titles: Mapping[str, str]) -> dict[str, Any]:
    """The body of `CreateFieldAsXml`: the internal name from `Name`, the title in the language of the site."""
    attributes = {
        "Type": shape.type,
        "Name": shape.name,
        "StaticName": shape.name,
        "DisplayName": shape.title,
        "Required": _flag(shape.required),
        "Indexed": _flag(shape.indexed),
        "EnforceUniqueValues": _flag(shape.unique),
        **_type_attributes(shape, lookup_id),
    }
    if shape.description:
        attributes["Description"] = shape.description
    if shape.formatter:
        attributes["CustomFormatter"] = shape.formatter
    if shape.in_forms is False:
        attributes |= {"ShowInNewForm": "FALSE", "ShowInEditForm": "FALSE"}
    field = Element("Field", {name: value for name, value in attributes.items() if value is not None})
    if shape.choices:
        choices = SubElement(field, "CHOICES")
        for choice in shape.choices:
            SubElement(choices, "CHOICE").text = choice
    if shape.default is not None:
        SubElement(field, "DefaultFormula" if shape.default.startswith("=") else "Default").text = shape.default
    if shape.formula:
        SubElement(field, "Formula").text = formula.with_titles(shape.formula, titles)
    if shape.validation:
        message = {"Message": shape.validation_message} if shape.validation_message else {}
        SubElement(field, "Validation", message).text = formula.with_titles(
            shape.validation, {**titles, shape.name: shape.title}
        )
    schema = tostring(field, encoding="unicode")
    return {"parameters": {"SchemaXml": schema, "Options": ADD_FIELD_INTERNAL_NAME_HINT}}


def _type_attributes(shape: FieldShape, lookup_id: str) -> dict[str, str | None]:  # noqa: PLR0911 - one line a type
    match shape.type:
        case "Text":
            return {"MaxLength": str(shape.maximum_length or 255)}
        case "Note":
            return {"NumLines": "6", "RichText": "FALSE", "AppendOnly": "FALSE"}
        case "DateTime":
            return {"Format": "DateOnly", "FriendlyDisplayFormat": "Disabled"}
        case "Number" | "Currency":
            bounds = {"Min": _number(shape.minimum), "Max": _number(shape.maximum)}
            decimals = {"Decimals": None if shape.decimals is None else str(shape.decimals)}
            return {**bounds, **decimals, **({"LCID": _EUROS} if shape.type == "Currency" else {})}
        case "Choice":
            return {"Format": "Dropdown", "FillInChoice": "FALSE"}
        case "MultiChoice":
            return {"FillInChoice": "FALSE"}
        case "User":
            return {"List": "UserInfo", "UserSelectionMode": "PeopleOnly", "ShowField": "ImnName"}
        case "Lookup":
            return {"List": f"{{{lookup_id}}}", "ShowField": "Title"}
        case "URL":
            return {"Format": "Hyperlink"}
        case "Calculated":
            euros = {"LCID": _EUROS} if shape.result_type == "Currency" else {}
            return {"ResultType": shape.result_type, "ReadOnly": "TRUE", **euros}
    return {}


def field_change(
    shape: FieldShape, found: FieldShape | None, attributes: Iterable[str], titles: Mapping[str, str]
) -> dict[str, Any]:
    """The body that gives a column these attributes, in the verbose form that names its class (§4.6).

    Choices that users added stay, behind ours.
    """
    values: dict[str, tuple[str, Any]] = {
        "title": ("Title", shape.title),
        "description": ("Description", shape.description),
        "required": ("Required", shape.required),
        "indexed": ("Indexed", shape.indexed),
        "unique": ("EnforceUniqueValues", shape.unique),
        "choices": ("Choices", {"results": list(merged_choices(shape, found))}),
        "default": (
            "DefaultFormula" if (shape.default or "").startswith("=") else "DefaultValue",
            shape.default,
        ),
        "minimum": ("MinimumValue", shape.minimum),
        "maximum": ("MaximumValue", shape.maximum),
        "maximum_length": ("MaxLength", shape.maximum_length),
        "decimals": ("DisplayFormat", shape.decimals),
        "date_only": ("DisplayFormat", 0),
        "formula": ("Formula", formula.with_titles(shape.formula or "", titles)),
        "validation": ("ValidationFormula", formula.with_titles(shape.validation or "", titles)),
        "validation_message": ("ValidationMessage", shape.validation_message),
        "formatter": ("CustomFormatter", shape.formatter),
    }
    wanted = [attribute for attribute in attributes if attribute in values]
    if not wanted:
        return {}
    kind = shape.type or (found.type if found else "")
    body = {"__metadata": {"type": _CLASSES.get(kind, "SP.Field")}}
    return body | dict(values[attribute] for attribute in wanted)


def merged_choices(shape: FieldShape, found: FieldShape | None) -> tuple[str, ...]:
    """Our choices in our order, then those that users added; not those that are no longer offered.

    Earlier labels stay as long as rows may have them: that they are there tells a later run that it has to go on.
    """
    gone = {*(shape.choices or ()), *shape.withdrawn}
    return (
        *(shape.choices or ()),
        *(choice for choice in (found.choices if found else None) or () if choice not in gone),
    )


def choices_change(kind: str, labels: Iterable[str]) -> dict[str, Any]:
    """The body that makes a choice column of this type offer exactly these labels."""
    return {"__metadata": {"type": _CLASSES[kind]}, "Choices": {"results": list(labels)}}


def view_creation(shape: ViewShape) -> dict[str, Any]:
    """The body of `views/add`, under the key as title, so that the URL gets it; the title follows in a change (§5)."""
    parameters: dict[str, Any] = {
        "Title": shape.key,
        "ViewFields": list(view_fields(shape)),
        "Query": shape.query,
        "Paged": shape.paged,
        "RowLimit": shape.row_limit,
        "PersonalView": False,
        "SetAsDefaultView": bool(shape.default),
    }
    if shape.layout:
        parameters |= {"ViewType2": shape.layout, "ViewData": shape.data or ""}
    if shape.layout == "KANBAN":
        parameters["CustomFormatter"] = "{}"
    if shape.layout == "MODERNCALENDAR":
        parameters["CalendarViewStyles"] = _calendar_styles()
    return {"parameters": parameters}


def view_change(shape: ViewShape, attributes: Iterable[str]) -> dict[str, Any]:
    """The body that gives a view these attributes; its columns have calls of their own."""
    given = [attribute for attribute in attributes if attribute != "fields"]
    values = {
        "title": ("Title", shape.title),
        "query": ("ViewQuery", shape.query),
        "row_limit": ("RowLimit", shape.row_limit),
        "paged": ("Paged", shape.paged),
        "default": ("DefaultView", shape.default),
        "layout": ("ViewType2", shape.layout),
        "data": ("ViewData", shape.data),
        "totals": ("Aggregations", shape.totals),
    }
    shown = {"AggregationsStatus": "On"} if "totals" in given else {}
    return dict(values[attribute] for attribute in given) | shown


def view_fields(shape: ViewShape) -> tuple[str, ...]:
    """The columns as the service shows them: the title as a link to the row."""
    # A calendar finds the title by its place, and in a library the name of the file is the link.
    plain = shape.layout == "MODERNCALENDAR" or "LinkFilename" in shape.fields
    return tuple(name if plain else column_in_view(name) for name in shape.fields)


def _calendar_styles() -> str:
    styles = (("Day", "day", "day"), ("Week", "week", "week"), ("Month", "month", "month"))
    return "".join(
        f'<CalendarViewStyle Title="{title}" Type="{kind}" Template="CalendarView{chrome}Chrome" '
        f'Sequence="{number}" Default="{_flag(kind == "month")}" />'
        for number, (title, kind, chrome) in enumerate((*styles, ("Work week", "workweek", "week")), start=1)
    )


def _flag(value: bool | None) -> str:
    return "TRUE" if value else "FALSE"


def _number(value: float | None) -> str | None:
    return None if value is None else in_full(value)
