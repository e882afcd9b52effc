"""Lists, columns and views on the wire (sharepoint-rest.md §3-§5), and what a definition wants (guide.md §2.0)."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from projectlists.definitions.model import ListDefinition
from projectlists.farend.schemawire import (
    field_change,
    field_creation,
    found_list,
    list_path,
    merged_choices,
    view_change,
    view_creation,
    view_fields,
)
from projectlists.structure.shapes import FieldShape, ListShape, ViewShape, names_of, wanted

TEXT = {"nl": "Dutch", "en": "English"}


def definition(*fields: dict[str, Any], views: list[dict[str, Any]] | None = None, **more: Any) -> ListDefinition:
    return ListDefinition.model_validate(
        {
            "key": "Actions",
            "letter": "A",
            "title": {"nl": "Actielijst", "en": "Action list"},
            "description": TEXT,
            "fields": [{"title": TEXT, **field} for field in fields],
            "views": [{"title": TEXT, "fields": ["Title"], **view} for view in views or []],
            **more,
        }
    )


def shape_of(field: dict[str, Any], language: Any = "nl") -> FieldShape:
    return wanted(definition(field), language).fields[0]


def schema(field: dict[str, Any], lookup: str = "") -> Any:
    body = field_creation(shape_of(field), lookup, {})
    assert body["parameters"]["Options"] == 8  # §4.2: without it the internal name is made from the title
    return fromstring(body["parameters"]["SchemaXml"])


@pytest.mark.parametrize(
    ("field", "default"),
    [
        ({"name": "A", "type": "DateTime", "default": "today"}, "[today]"),
        ({"name": "A", "type": "DateTime", "default": "today+90"}, "=TODAY()+90"),
        ({"name": "A", "type": "Number", "default": 3}, "3"),
        ({"name": "A", "type": "Currency", "default": 1234567.5}, "1234567.5"),
        ({"name": "A", "type": "Boolean", "default": False}, "0"),
        ({"name": "A", "type": "Choice", "default": "k", "choices": [{"key": "k", "nl": "Ja", "en": "Yes"}]}, "Ja"),
        ({"name": "A", "type": "Text"}, None),
    ],
)
def test_defaults_as_the_service_stores_them(field: dict[str, Any], default: str | None) -> None:
    assert shape_of(field).default == default


def test_what_is_not_stated_is_not_wanted() -> None:
    shape = shape_of({"name": "A", "type": "Number"})
    assert (shape.minimum, shape.decimals, shape.indexed, shape.unique, shape.in_forms) == (None,) * 5
    assert (shape.description, shape.validation, shape.choices, shape.default) == (None,) * 4
    assert shape.required is False


def test_unique_needs_an_index_and_managed_columns_hide() -> None:
    shape = shape_of({"name": "A", "type": "Text", "unique": True, "managed": True})
    assert (shape.unique, shape.indexed, shape.in_forms) == (True, True, False)


def test_built_in_columns_to_index() -> None:
    shape = wanted(definition({"name": "Title", "type": "Text"}, index=["Modified"]), "nl")
    assert shape.field("Modified") == FieldShape("Modified", "", "", indexed=True, built_in=True)
    assert shape.fields[0].built_in


def test_the_schema_of_a_new_column() -> None:
    field = schema(
        {
            "name": "DueDate",
            "type": "DateTime",
            "title": {"nl": "Tot & met", "en": "x"},
            "required": True,
            "indexed": True,
            "default": "today",
            "hidden_in_forms": True,
        }
    )
    assert field.attrib == {
        "Type": "DateTime",
        "Name": "DueDate",
        "StaticName": "DueDate",
        "DisplayName": "Tot & met",
        "Required": "TRUE",
        "Indexed": "TRUE",
        "EnforceUniqueValues": "FALSE",
        "Format": "DateOnly",  # guide.md §2.0.3: DateTime always means date only
        "FriendlyDisplayFormat": "Disabled",
        "ShowInNewForm": "FALSE",
        "ShowInEditForm": "FALSE",
    }
    assert field.findtext("Default") == "[today]"


@pytest.mark.parametrize(
    ("field", "attributes"),
    [
        ({"type": "Note"}, {"RichText": "FALSE"}),
        ({"type": "Number", "minimum": 0, "maximum": 100, "decimals": 0}, {"Min": "0", "Max": "100", "Decimals": "0"}),
        ({"type": "Currency"}, {"LCID": "1043"}),
        ({"type": "User"}, {"List": "UserInfo", "UserSelectionMode": "PeopleOnly"}),
        ({"type": "Lookup", "lookup": "Decisions"}, {"List": "{id-1}", "ShowField": "Title"}),
        ({"type": "URL"}, {"Format": "Hyperlink"}),
        ({"type": "Calculated", "formula": "=[A]", "result_type": "Number"}, {"ResultType": "Number"}),
        (
            {"type": "Calculated", "formula": "=[A]", "result_type": "Currency"},
            {"ResultType": "Currency", "LCID": "1043"},
        ),
        ({"type": "Currency", "minimum": 0.005, "maximum": 12345678}, {"Min": "0.005", "Max": "12345678"}),
        ({"type": "Text", "maximum_length": 64}, {"MaxLength": "64"}),
    ],
)
def test_each_type_in_schema(field: dict[str, Any], attributes: dict[str, str]) -> None:
    made = schema({"name": "A", **field}, "id-1")
    assert attributes.items() <= made.attrib.items()


def test_choices_defaults_and_formulas_in_schema() -> None:
    shape = FieldShape("A", "Choice", "Soort", choices=("Ja", "R&D"), default="=TODAY()+90", validation="=[A]<[B]")
    made = fromstring(field_creation(shape, "", {"B": "Bij (%)"})["parameters"]["SchemaXml"])
    assert [choice.text for choice in made.iterfind("CHOICES/CHOICE")] == ["Ja", "R&D"]
    assert made.findtext("DefaultFormula") == "=TODAY()+90"
    assert made.findtext("Default") is None
    assert made.findtext("Validation") == "=[Soort]<[Bij (%)]"  # display names in brackets (§4.5)


def test_a_changed_column_names_its_class_and_keeps_added_choices() -> None:
    # §4.6: type-specific properties need the concrete type; §1.2: collections are wrapped in verbose bodies
    ours = FieldShape("A", "Choice", "T", choices=("x", "y"))
    found = FieldShape("A", "Choice", "T", choices=("y", "own"))
    assert field_change(ours, found, ["choices", "title"], {}) == {
        "__metadata": {"type": "SP.FieldChoice"},
        "Choices": {"results": ["x", "y", "own"]},
        "Title": "T",
    }
    assert merged_choices(ours, None) == ("x", "y")
    assert field_change(ours, found, ["in_forms"], {}) == {}


LIST_ENTITY = {
    "Id": "1D6B",
    "Title": "Acties",
    "Description": None,
    "BaseTemplate": 100,
    "EnableVersioning": True,
    "RootFolder": {"ServerRelativeUrl": "/sites/x/Lists/Actions"},
    "ValidationFormula": "=[Klaar op]>[Start]",
}


def field_entity(name: str, kind: str, xml: str = "", **more: Any) -> dict[str, Any]:
    return {
        "InternalName": name,
        "Title": name,
        "TypeAsString": kind,
        "SchemaXml": f"<Field {xml} />" if not xml.startswith("<") else xml,
        "CanBeDeleted": True,
        **more,
    }


def found(*fields: dict[str, Any], views: list[dict[str, Any]] | None = None) -> ListShape:
    keys = {"aa-1": "Decisions"}
    return found_list(LIST_ENTITY, fields, views or [], keys=keys)


def test_a_list_as_it_is_found() -> None:
    shape = found(field_entity("DoneOn", "DateTime", Title="Klaar op"), field_entity("Start", "DateTime"))
    assert (shape.key, shape.id, shape.title, shape.description) == ("Actions", "1D6B", "Acties", "")
    assert shape.validation == "=[DoneOn]>[Start]"


def test_service_defaults_are_normalised() -> None:
    shape = found(
        field_entity("N", "Number", 'Min="-1.7976931348623157E+308" Max="100"', DefaultValue="3.0"),
        field_entity("M", "Currency", DefaultValue="1.234567e+006"),
        field_entity("D", "DateTime", 'Format="DateOnly"', DefaultValue="[Today]"),
        field_entity("F", "DateTime", DefaultFormula="=[today]+90"),
        field_entity("L", "Lookup", 'List="{AA-1}"'),
        field_entity("O", "Lookup", 'List="{BB-2}"'),
        field_entity("C", "Choice", "<Field><CHOICES><CHOICE>a</CHOICE><CHOICE>b</CHOICE></CHOICES></Field>"),
        field_entity("H", "Text", 'ShowInNewForm="FALSE" ShowInEditForm="FALSE"'),
        field_entity("Secret", "Text", Hidden=True),
        field_entity("Title", "Text", FromBaseType=True),
        field_entity("Broken", "Text", "<Field"),
    )
    number = shape.field("N")
    assert number
    assert (number.minimum, number.maximum, number.default) == (None, 100, "3")
    million = shape.field("M")
    assert million
    assert million.default == "1234567", "in full, or 1234568 would be no other default"
    defaults = {name: shape.field(name).default for name in "DF"}  # type: ignore[union-attr]
    assert defaults == {"D": "[today]", "F": "=TODAY()+90"}
    assert [shape.field(name).date_only for name in "DF"] == [True, False]  # type: ignore[union-attr]
    assert [shape.field(name).lookup for name in "LO"] == ["Decisions", "bb-2"]  # type: ignore[union-attr]
    assert shape.field("C").choices == ("a", "b")  # type: ignore[union-attr]
    assert shape.field("H").in_forms is False  # type: ignore[union-attr]
    assert shape.field("Secret") is None
    assert shape.field("Title").built_in  # type: ignore[union-attr]
    assert shape.field("Broken") is not None


@pytest.mark.parametrize("items", [["LinkTitle", "DueDate"], {"results": ["LinkTitle", "DueDate"]}])
def test_views_as_they_are_found(items: Any) -> None:
    view = {
        "Id": "v1",
        "Title": "Te laat",
        "ServerRelativeUrl": "/sites/x/Lists/Actions/Overdue.aspx",
        "DefaultView": False,
        "RowLimit": 100,
        "Paged": True,
        "Aggregations": "<FieldRef Name='DueDate' Type='COUNT'/>",
        "AggregationsStatus": "On",
        "ViewQuery": "<OrderBy><FieldRef Name='DueDate'/></OrderBy>",
        "ViewFields": {"Items": items},
    }
    personal = {**view, "PersonalView": True}
    (shape,) = found(views=[view, personal]).views
    assert shape == ViewShape(
        "Overdue",
        "Te laat",
        ("Title", "DueDate"),
        '<OrderBy><FieldRef Name="DueDate" /></OrderBy>',
        100,
        default=False,
        layout=None,  # not told, so not compared
        data="",
        totals='<FieldRef Name="DueDate" Type="COUNT" />',
        id="v1",
    )


def test_totals_that_somebody_switched_off_are_found_as_none() -> None:
    view = {"Title": "Begroting", "Aggregations": "<FieldRef Name='X' Type='SUM'/>", "AggregationsStatus": "Off"}
    (shape,) = found(views=[view]).views
    assert shape.totals == ""
    assert view_change(ViewShape("B", "B", totals="<x />"), ["totals"]) == {
        "Aggregations": "<x />",
        "AggregationsStatus": "On",
    }


def test_views_are_made_under_their_key() -> None:
    shape = wanted(definition(views=[{"key": "Overdue", "default": True, "fields": ["Title", "DueDate"]}]), "nl").views[
        0
    ]
    assert shape.title == "Dutch"
    parameters = view_creation(shape)["parameters"]
    assert parameters["Title"] == "Overdue"
    assert parameters["ViewFields"] == ["LinkTitle", "DueDate"]  # light bodies take bare arrays (§1.2)
    assert parameters["SetAsDefaultView"] is True


def test_boards_and_calendars() -> None:
    # sharepoint-rest.md §5: a board's column is among its fields; a calendar's order is start, end, title
    board, calendar = wanted(
        definition(
            views=[
                {"key": "Board", "layout": "board", "board": "Status"},
                {"key": "Calendar", "layout": "calendar", "start": "Start", "end": "End", "fields": ["Title", "Owner"]},
            ]
        ),
        "en",
    ).views
    assert (board.fields, board.layout) == (("Title", "Status"), "KANBAN")
    assert 'Type="KanbanPivotColumn"' in view_creation(board)["parameters"]["ViewData"]
    assert view_creation(board)["parameters"]["CustomFormatter"] == "{}"
    assert view_fields(calendar) == ("Start", "End", "Title", "Owner")
    parameters = view_creation(calendar)["parameters"]
    assert parameters["ViewType2"] == "MODERNCALENDAR"
    assert parameters["CalendarViewStyles"].count("<CalendarViewStyle ") == 4


def test_addresses_of_lists() -> None:
    assert list_path("/sites/x", "Actions") == "web/GetList('/sites/x/Lists/Actions')"
    assert list_path("/sites/x", "ProjectDocuments", library=True) == "web/GetList('/sites/x/ProjectDocuments')"


def test_names_in_both_languages_and_internally() -> None:
    made = definition({"name": "DoneOn", "type": "DateTime", "title": {"nl": "Klaar", "en": "Ready"}})
    assert names_of(made) == {"Klaar": "DoneOn", "Ready": "DoneOn", "DoneOn": "DoneOn"}
