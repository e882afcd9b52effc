from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.sandbox.sharepoint import fieldxml, formulas, names
from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import VERBOSE, Site, failure, status_of

FIELDS = "web/lists/getbytitle('Actions')/fields"


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    opened = Site(sandbox)
    opened.make_list("Actions")
    return opened


def create(site: Site, xml: str, options: int = 8) -> tuple[int, str, str]:
    return failure(
        site.call("POST", f"{FIELDS}/createfieldasxml", {"parameters": {"SchemaXml": xml, "Options": options}})
    )


def change(site: Site, name: str, **properties: object) -> tuple[int, str, str] | None:
    answer = site.merge(f"{FIELDS}/getbyinternalnameortitle('{name}')", properties)
    return None if answer.status_code == 204 else failure(answer)


def test_a_new_list_has_the_built_in_columns(site: Site) -> None:
    found = {one["InternalName"]: one for one in site.get(FIELDS)["value"]}
    # sharepoint-rest.md §4.7: names, types and well-known ids.
    assert found["Title"]["Id"] == "fa564e0f-0c70-4ab9-b863-0177e6ddd247"
    assert (found["ID"]["TypeAsString"], found["ID"]["Indexed"]) == ("Counter", False)
    assert found["Author"]["TypeAsString"] == "User"
    assert found["_UIVersionString"]["EntityPropertyName"] == "OData__UIVersionString"
    assert {"Created", "Modified", "Editor", "Attachments", "GUID", "LinkTitle", "FileRef"} <= found.keys()
    # The site is Dutch: so are the titles.
    assert (found["Title"]["Title"], found["Created"]["Title"]) == ("Titel", "Gemaakt")
    assert all(one["FromBaseType"] for one in found.values())


DATE = (
    '<Field Type="DateTime" Name="DueDate" DisplayName="Uiterlijk" Format="DateOnly" Required="TRUE" Indexed="TRUE"'
    ' FriendlyDisplayFormat="Disabled"><Default>[today]</Default></Field>'
)


def test_schema_xml_goes_in_and_comes_out(site: Site) -> None:
    made = site.make_field("Actions", DATE)
    # sharepoint-rest.md §4.5: Format DateOnly is DisplayFormat 0, FriendlyDisplayFormat Disabled is 1.
    assert (made["DisplayFormat"], made["FriendlyDisplayFormat"], made["DefaultValue"]) == (0, 1, "[today]")
    assert (made["InternalName"], made["Title"], made["StaticName"]) == ("DueDate", "Uiterlijk", "DueDate")
    assert (made["Required"], made["Indexed"], made["FieldTypeKind"]) == (True, True, 4)
    for attribute in ('Name="DueDate"', 'Format="DateOnly"', f'ID="{{{made["Id"]}}}"', "<Default>[today]</Default>"):
        assert attribute in made["SchemaXml"]
    assert site.field("Actions", "DueDate") == made == site.get(f"{FIELDS}(guid'{made['Id']}')")
    assert site.get(f"{FIELDS}/getbytitle('Uiterlijk')") == made == site.get(f"{FIELDS}/getbyid('{made['Id']}')")


def test_without_bit_8_the_name_comes_from_the_display_name(site: Site) -> None:
    # sharepoint-rest.md §4.2, §4.3.
    xml = '<Field Type="Text" Name="Wanted" DisplayName="Project Number"/>'
    assert site.make_field("Actions", xml, options=0)["InternalName"] == "Project_x0020_Number"
    again = site.make_field("Actions", xml, options=0)
    assert again["InternalName"] == "Project_x0020_Number0"
    assert site.make_field("Actions", xml, options=8)["InternalName"] == "Wanted"


@pytest.mark.parametrize(
    ("display_name", "internal"),
    [
        ("Project Number", "Project_x0020_Number"),
        ("a:b", "a_x003a_b"),
        ("1st", "_x0031_st"),
        ("Voortgang (%)", "Voortgang_x0020__x0028__x0025__x"),
        ("x" * 40, "x" * 32),
    ],
)
def test_internal_names_are_encoded_and_cut(display_name: str, internal: str) -> None:
    # sharepoint-rest.md §4.3: _xHHHH_ for what XML names do not hold, a first digit too; 32 characters.
    assert names.internal(display_name, lambda _name: False) == internal


@given(st.text(min_size=1), st.sets(st.text(alphabet="ab0123456789", max_size=34)))
def test_internal_names_are_short_and_free(display_name: str, taken: set[str]) -> None:
    found = names.internal(display_name, taken.__contains__)
    assert len(found) <= 32
    assert found not in taken


def test_a_taken_name_or_id_is_refused(site: Site) -> None:
    made = site.make_field("Actions", DATE)
    same_name = create(site, '<Field Type="Text" Name="DUEDATE" DisplayName="Other"/>')
    assert (same_name[0], same_name[2]) == (500, 'A duplicate field name "DUEDATE" was found.')
    same_id = create(site, f'<Field Type="Text" ID="{{{made["Id"]}}}" Name="Other" DisplayName="Other"/>')
    assert (same_id[0], same_id[2]) == (500, 'A duplicate field name "Other" was found.')


def test_bit_16_shows_the_column_in_the_default_view(site: Site) -> None:
    site.make_field("Actions", '<Field Type="Text" Name="Plain" DisplayName="Plain"/>', options=8)
    site.make_field("Actions", '<Field Type="Text" Name="Shown" DisplayName="Shown"/>', options=24)
    columns = site.get("web/lists/getbytitle('Actions')/DefaultView/ViewFields")["Items"]
    assert columns == ["LinkTitle", "Shown"]


@pytest.mark.parametrize(
    ("kind", "type_name", "class_name"),
    [
        # sharepoint-rest.md §4.1 (kinds) and §4.4 (classes).
        (2, "Text", "SP.FieldText"),
        (3, "Note", "SP.FieldMultiLineText"),
        (4, "DateTime", "SP.FieldDateTime"),
        (8, "Boolean", "SP.Field"),
        (9, "Number", "SP.FieldNumber"),
        (10, "Currency", "SP.FieldCurrency"),
        (11, "URL", "SP.FieldUrl"),
        (20, "User", "SP.FieldUser"),
    ],
)
def test_add_field_makes_each_kind(site: Site, kind: int, type_name: str, class_name: str) -> None:
    body = {"parameters": {"Title": "New", "FieldTypeKind": kind, "Required": False}}
    made = site.post(f"{FIELDS}/AddField", body, form=VERBOSE)["d"]
    assert (made["TypeAsString"], made["FieldTypeKind"]) == (type_name, kind)
    assert made["__metadata"]["type"] == class_name


def test_choices_come_as_results_or_as_an_array(site: Site) -> None:
    verbose = {"Title": "One", "FieldTypeKind": 6, "Choices": {"results": ["a", "b"]}}
    light = {"Title": "Many", "FieldTypeKind": 15, "Choices": ["a", "b"]}
    first = site.post(f"{FIELDS}/AddField", {"parameters": verbose}, form=VERBOSE)["d"]
    second = site.post(f"{FIELDS}/AddField", {"parameters": light})
    assert first["Choices"] == {"__metadata": {"type": "Collection(Edm.String)"}, "results": ["a", "b"]}
    assert (second["TypeAsString"], second["Choices"]) == ("MultiChoice", ["a", "b"])
    bare = site.call("POST", f"{FIELDS}/AddField", {"parameters": {**verbose, "Choices": ["a"]}}, form=VERBOSE)
    assert failure(bare, "error")[2].startswith("A node of type 'PrimitiveValue' was read")


def test_post_of_a_typed_field(site: Site) -> None:
    # sharepoint-rest.md §4.1: the live result of AllowMultipleValues is UserMulti.
    body = {"FieldTypeKind": 20, "Title": "Team", "SelectionMode": 0, "AllowMultipleValues": True}
    answer = site.call("POST", FIELDS, {**body, "__metadata": {"type": "SP.FieldUser"}}, form=VERBOSE)
    assert answer.status_code == 201
    assert (answer.json()["d"]["TypeAsString"], answer.json()["d"]["SelectionMode"]) == ("UserMulti", 0)
    wrong = {"FieldTypeKind": 2, "Title": "T", "Choices": ["a"], "odata.type": "SP.Field"}
    assert failure(site.call("POST", FIELDS, wrong))[2].startswith(
        "The property 'Choices' does not exist on type 'SP.F"
    )


def test_lookups_point_at_a_list_and_a_column(site: Site) -> None:
    target = site.make_list("Milestones")
    xml = f'<Field Type="Lookup" Name="Related" DisplayName="Related" List="{{{target["Id"]}}}" ShowField="Title"/>'
    made = site.make_field("Actions", xml)
    assert (made["LookupList"], made["LookupField"]) == (f"{{{target['Id']}}}", "Title")
    body = {"parameters": {"Title": "L", "FieldTypeKind": 7, "LookupListId": target["Id"], "LookupFieldName": "ID"}}
    assert site.post(f"{FIELDS}/AddField", body)["LookupField"] == "ID"
    dependent = {"displayName": "When", "primaryLookupFieldId": made["Id"], "showField": "Created"}
    projected = site.post(f"{FIELDS}/AddDependentLookupField", dependent)
    # sharepoint-rest.md §4.5: TypeAsString Lookup and read only.
    assert (projected["TypeAsString"], projected["ReadOnlyField"]) == ("Lookup", True)
    assert projected["PrimaryFieldId"] == made["Id"]
    unknown = xml.replace(target["Id"], "3b2d0bdc-1d3c-4f3c-8d5a-0f6f5f1e2a11").replace("Related", "Other")
    assert create(site, unknown)[1] == "-2130575322, Microsoft.SharePoint.SPException"
    assert create(site, xml.replace('"Title"', '"Nope"').replace("Related", "Other"))[0] == 500


def test_self_lookup(site: Site) -> None:
    identity = site.get("web/lists/getbytitle('Actions')")["Id"]
    xml = f'<Field Type="Lookup" Name="Next" DisplayName="Next" List="{{{identity}}}" ShowField="Title"/>'
    assert site.make_field("Actions", xml)["LookupList"] == f"{{{identity}}}"


def test_renaming_changes_the_title_only(site: Site) -> None:
    site.make_field("Actions", DATE)
    path = f"{FIELDS}/getbyinternalnameortitle('DueDate')"
    answer = site.merge(path, {"Title": "Deadline", "__metadata": {"type": "SP.Field"}}, form=VERBOSE)
    assert (answer.status_code, answer.content) == (204, b"")
    found = site.field("Actions", "DueDate")
    assert (found["Title"], found["InternalName"]) == ("Deadline", "DueDate")
    assert 'DisplayName="Deadline"' in found["SchemaXml"]
    assert change(site, "Title", Title="Actie") is None
    assert site.field("Actions", "Title")["Title"] == "Actie"


def test_properties_of_a_type_need_the_type(site: Site) -> None:
    # sharepoint-rest.md §4.6: as SP.Field only the common ones can be set.
    site.make_field(
        "Actions", '<Field Type="Choice" Name="S" DisplayName="S"><CHOICES><CHOICE>a</CHOICE></CHOICES></Field>'
    )
    path = f"{FIELDS}/getbyinternalnameortitle('S')"
    choices = {"Choices": {"results": ["a", "b"]}}
    plain = site.merge(path, {**choices, "__metadata": {"type": "SP.Field"}}, form=VERBOSE)
    assert failure(plain, "error")[2].startswith("The property 'Choices' does not exist on type 'SP.Field'.")
    wrong = site.merge(path, {"__metadata": {"type": "SP.FieldText"}, "MaxLength": 3}, form=VERBOSE)
    assert failure(wrong, "error")[0] == 400
    right = site.merge(path, {**choices, "__metadata": {"type": "SP.FieldChoice"}}, form=VERBOSE)
    assert right.status_code == 204
    assert site.field("Actions", "S")["Choices"] == ["a", "b"]


def test_what_cannot_be_set(site: Site) -> None:
    assert change(site, "Title", InternalName="X") == (
        400,
        "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
        "The property 'InternalName' is read only and cannot be set.",
    )
    assert change(site, "Title", Nope=1)[2].startswith("The property 'Nope' does not exist on type 'SP.FieldText'.")
    assert change(site, "Title", Required="yes")[0] == 400


@pytest.mark.parametrize(
    "xml",
    [
        # sharepoint-rest.md §4.6: not indexable.
        '<Field Type="MultiChoice" Name="F" DisplayName="F"><CHOICES><CHOICE>a</CHOICE></CHOICES></Field>',
        '<Field Type="Note" Name="F" DisplayName="F"/>',
        '<Field Type="URL" Name="F" DisplayName="F"/>',
        '<Field Type="UserMulti" Mult="TRUE" Name="F" DisplayName="F"/>',
    ],
)
def test_some_types_cannot_be_indexed(site: Site, xml: str) -> None:
    site.make_field("Actions", xml)
    assert change(site, "F", Indexed=True)[2] == "This column type is not supported for indexing."
    assert site.field("Actions", "F")["Indexed"] is False
    assert change(site, "F", EnforceUniqueValues=True)[0] == 500


def test_an_index_on_a_calculated_column_is_accepted_and_not_kept(site: Site) -> None:
    # sharepoint-rest.md §4.6: the MERGE answers 204, the flag reads back false.
    site.make_field(
        "Actions",
        '<Field Type="Calculated" Name="F" DisplayName="F" ResultType="Text"><Formula>=[Titel]</Formula></Field>',
    )
    assert change(site, "F", Indexed=True) is None
    assert site.field("Actions", "F")["Indexed"] is False


def test_a_list_has_20_indexes_at_most(site: Site) -> None:
    # sharepoint-rest.md §4.6.
    for number in range(21):
        site.make_field("Actions", f'<Field Type="Text" Name="F{number}" DisplayName="F{number}"/>')
    for number in range(20):
        assert change(site, f"F{number}", Indexed=True) is None
    assert change(site, "F20", Indexed=True)[0] == 500
    assert change(site, "F0", Indexed=False) is None
    assert site.post(f"{FIELDS}/getbytitle('F20')/enableIndex", form=VERBOSE) == {"d": {"EnableIndex": True}}


def test_unique_values_need_an_index_and_no_duplicates(site: Site) -> None:
    site.make_field("Actions", '<Field Type="Text" Name="Code" DisplayName="Code"/>')
    assert change(site, "Code", EnforceUniqueValues=True)[0] == 500
    for _ in range(2):
        site.post("web/lists/getbytitle('Actions')/items", {"Title": "x", "Code": "A1"})
    assert change(site, "Code", Indexed=True, EnforceUniqueValues=True)[0] == 500
    assert site.call("DELETE", "web/lists/getbytitle('Actions')/items(2)", If_Match="*").status_code == 200
    assert change(site, "Code", Indexed=True, EnforceUniqueValues=True) is None
    assert change(site, "Code", Indexed=False)[0] == 500


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        # sharepoint-rest.md §1.8 and §4.5: Note, person, hyperlink and MultiChoice are refused with a 500.
        ("=[Notes]", "One or more column references are not allowed"),
        ("=[Owner]", "One or more column references are not allowed"),
        ("=[Nope]+1", "The formula refers to a column that does not exist"),
        ("=TODAY()-[Amount]", "Calculated columns cannot contain volatile functions"),
        ("=[Today]", "Calculated columns cannot contain volatile functions"),
        ("=IF([Amount]>1;1;2)", "The formula contains a syntax error"),
        ("=([Amount]", "The formula contains a syntax error"),
    ],
)
def test_formulas_that_are_refused(site: Site, formula: str, text: str) -> None:
    _numbers(site)
    shown = formula.replace(">", "&gt;")
    xml = f'<Field Type="Calculated" Name="F" DisplayName="F" ResultType="Number"><Formula>{shown}</Formula></Field>'
    status, _, found = create(site, xml)
    assert status == 500
    assert found.startswith(text)


def test_formulas_that_are_accepted(site: Site) -> None:
    _numbers(site)
    formula = '=IF([Bedrag]&gt;10,"hoog","laag [x]")&amp;Amount'
    xml = f'<Field Type="Calculated" Name="F" DisplayName="F" ResultType="Text"><Formula>{formula}</Formula></Field>'
    made = site.make_field("Actions", xml)
    assert (made["OutputType"], made["Formula"]) == (2, '=IF([Bedrag]>10,"hoog","laag [x]")&Amount')


def _numbers(site: Site) -> None:
    for xml in (
        '<Field Type="Number" Name="Amount" DisplayName="Bedrag"/>',
        '<Field Type="Note" Name="Notes" DisplayName="Notes"/>',
        '<Field Type="User" Name="Owner" DisplayName="Owner"/>',
    ):
        site.make_field("Actions", xml)


def test_column_validation(site: Site) -> None:
    _numbers(site)
    assert change(site, "Amount", ValidationFormula="=[Bedrag]>0", ValidationMessage="Meer dan nul.") is None
    assert site.field("Actions", "Amount")["ValidationMessage"] == "Meer dan nul."
    assert change(site, "Notes", ValidationFormula="=[Notes]>0")[2] == (
        "This field type does not support validation formulas."
    )
    assert change(site, "Amount", ValidationFormula="=[Titel]>0")[0] == 500


def test_form_switches_stand_in_the_xml(site: Site) -> None:
    site.make_field("Actions", DATE)
    path = f"{FIELDS}/getbyinternalnameortitle('DueDate')"
    site.post(f"{path}/setShowInNewForm(false)", form=VERBOSE)
    site.post(f"{path}/setShowInEditForm(false)")
    xml = site.field("Actions", "DueDate")["SchemaXml"]
    assert 'ShowInNewForm="FALSE"' in xml
    assert 'ShowInEditForm="FALSE"' in xml


def test_the_schema_xml_can_be_replaced_but_not_the_type(site: Site) -> None:
    made = site.make_field("Actions", DATE)
    changed = made["SchemaXml"].replace('DisplayName="Uiterlijk"', 'DisplayName="Klaar op"')
    assert change(site, "DueDate", SchemaXml=changed) is None
    assert site.field("Actions", "DueDate")["Title"] == "Klaar op"
    assert change(site, "DueDate", SchemaXml=changed.replace('Type="DateTime"', 'Type="Text"'))[0] == 500


def test_deleting(site: Site) -> None:
    site.make_field("Actions", DATE, options=24)
    assert site.call("POST", f"{FIELDS}/getbytitle('Uiterlijk')", tunnel="DELETE").status_code == 200
    assert "DueDate" not in site.get("web/lists/getbytitle('Actions')/DefaultView/ViewFields")["Items"]
    # sharepoint-rest.md §1.8.
    hidden = failure(site.call("DELETE", f"{FIELDS}/getbyinternalnameortitle('GUID')"))
    assert hidden == (500, "-2130575214, Microsoft.SharePoint.SPException", "You cannot delete a hidden column.")
    assert failure(site.call("DELETE", f"{FIELDS}/getbytitle('Titel')"))[0] == 500


def test_a_missing_column_names_the_list(site: Site) -> None:
    # sharepoint-rest.md §1.8: two blanks before the list's URL.
    by_name = failure(site.call("GET", f"{FIELDS}/getbyinternalnameortitle('Nope')"))
    assert by_name == (
        400,
        "-2147024809, System.ArgumentException",
        "Column 'Nope' does not exist. It may have been deleted by another user.  /sites/demo/Lists/Actions",
    )
    identity = "3b2d0bdc-1d3c-4f3c-8d5a-0f6f5f1e2a11"
    by_id = failure(site.call("GET", f"{FIELDS}(guid'{identity}')"))
    assert by_id[1:] == (
        "-2147024809, System.ArgumentException",
        f"Invalid field name. {{{identity}}}  /sites/demo/Lists/Actions",
    )


@pytest.mark.parametrize(
    "xml",
    [
        "<Field",
        "<View/>",
        '<Field Type="Nope" Name="F" DisplayName="F"/>',
        '<Field Type="Text" Name="F"/><Field/>',
        '<Field Type="Number" Min="a" Name="F" DisplayName="F"/>',
        '<!DOCTYPE x [<!ENTITY a "b">]><Field Type="Text" Name="F" DisplayName="&a;"/>',
        '<Field Type="Text" ID="x" Name="F" DisplayName="F"/>',
    ],
)
def test_bad_xml_is_refused(site: Site, xml: str) -> None:
    assert create(site, xml)[0] in {400, 500}


@given(st.text())
def test_any_text_is_read_as_xml_or_refused(text: str) -> None:
    assert status_of(lambda: fieldxml.parse(text)) in {200, 400, 500}


@given(st.text(alphabet='=[]()";,AB1+ TODAY', max_size=30))
def test_any_formula_is_checked_or_refused(formula: str) -> None:
    assert status_of(lambda: formulas.check(formula, [], volatile=True)) in {200, 500}
