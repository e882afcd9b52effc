"""The table of refusals of sharepoint-rest.md §1.8, row by row: status, code and whole text, over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from projectlists.sandbox.sharepoint import query as item_query
from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import VERBOSE, Site, failure

CORE = "Microsoft.SharePoint.SPException"
QUERY = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException"
ARGUMENT = "-2147024809, System.ArgumentException"
UNKNOWN = "11111111-0000-0000-0000-000000000000"
LIST = "web/lists/getbytitle('Actions')"
# Where the facts give a text and no number, the code is that of an unspecified failure.
OPEN = f"-2147467259, {CORE}"
COLUMNS = (
    "<Field Type='Number' Name='N' DisplayName='N'/>",
    "<Field Type='User' Name='P' DisplayName='P'/>",
    "<Field Type='MultiChoice' Name='M' DisplayName='M'><CHOICES><CHOICE>a</CHOICE></CHOICES></Field>",
    "<Field Type='UserMulti' Name='Many' DisplayName='Many' Mult='TRUE'/>",
    "<Field Type='Lookup' Name='K' DisplayName='K' List='TARGET' ShowField='Title'/>",
    "<Field Type='Text' Name='U' DisplayName='U' Indexed='TRUE' EnforceUniqueValues='TRUE'/>",
    "<Field Type='Text' Name='H' DisplayName='H' Hidden='TRUE'/>",
    "<Field Type='Number' Name='V' DisplayName='V'><Validation Message='Minstens nul'>=[V]&gt;=0</Validation></Field>",
)


@pytest.fixture(scope="module")
def site(running_sandbox: Sandbox) -> Iterator[Site]:
    """One site for all rows; a refusal leaves nothing behind."""
    running_sandbox.reset()
    running_sandbox._tokens.clear()
    found = Site(running_sandbox)
    found.make_list()
    target = found.make_list("Doelen")
    found.make_field("Doelen", "<Field Type='Choice' Name='Kind' DisplayName='Kind'><CHOICES/></Field>")
    for xml in COLUMNS:
        found.make_field("Actions", xml.replace("TARGET", target["Id"]))
    found.post(f"{LIST}/items", {"Title": "a", "U": "one"})
    yield found
    assert found.get(f"{LIST}/ItemCount") == {"value": 1}


def column(name: str) -> str:
    return f"{LIST}/fields/getbyinternalnameortitle('{name}')"


def no_property(name: str, type_name: str) -> str:
    return (
        f"The property '{name}' does not exist on type '{type_name}'. Make sure to only use property names that are"
        " defined by the type."
    )


READING = {
    "a list by a title": (
        "web/lists/getbytitle('X')",
        404,
        "-1, System.ArgumentException",
        "List 'X' does not exist at site with URL 'https://lindervoort.sharepoint.com/sites/demo'.",
    ),
    "a list by a URL": (
        "web/GetList('/sites/demo/Lists/X')",
        404,
        "-2147024894, System.IO.FileNotFoundException",
        "File Not Found.",
    ),
    "an item": (
        f"{LIST}/items(99)",
        404,
        f"-2130575338, {CORE}",
        "Item does not exist. It may have been deleted by another user.",
    ),
    "a column by an id": (
        f"{LIST}/fields(guid'{UNKNOWN}')",
        404,
        ARGUMENT,
        f"Invalid field name. {{{UNKNOWN}}}  /sites/demo/Lists/Actions",
    ),
    "a site column by an id": (
        f"web/fields(guid'{UNKNOWN}')",
        404,
        ARGUMENT,
        f"Invalid field name. {{{UNKNOWN}}} https://lindervoort.sharepoint.com/sites/demo ",
    ),
    "a column by a title": (
        f"{LIST}/fields/getbytitle('X')",
        400,
        ARGUMENT,
        "Column 'X' does not exist. It may have been deleted by another user.  /sites/demo/Lists/Actions",
    ),
    "a column by a name": (
        column("X"),
        400,
        ARGUMENT,
        "Column 'X' does not exist. It may have been deleted by another user.  /sites/demo/Lists/Actions",
    ),
    "a view by an id": (f"{LIST}/views(guid'{UNKNOWN}')", 404, ARGUMENT, "The specified view is invalid."),
    **{
        f"an unknown column in ${option}": (
            f"{LIST}/items?${option}=State{rest}",
            400,
            f"-1, {CORE}",
            "The field or property 'State' does not exist.",
        )
        for option, rest in {"select": "", "filter": " eq 1", "expand": "", "orderby": ""}.items()
    },
    "a column that no lookup shows": (
        f"{LIST}/items?$select=K/Kind&$expand=K",
        400,
        f"-1, {CORE}",
        "The query to field 'K/Kind' is not valid",
    ),
    "a link of a navigation that is not there": (
        "web/navigation/getnodebyid(99)",
        404,
        "-1, Microsoft.SharePoint.Client.ResourceNotFoundException",
        "Resource not found for the request NavigationNode(99).",
    ),
    "an argument of another kind": (
        "web/getuserbyid('x')",
        400,
        ARGUMENT,
        "Value does not fall within the expected range.",
    ),
}


@pytest.mark.parametrize("row", READING.values(), ids=READING.keys())
def test_what_is_not_there(site: Site, row: tuple[str, int, str, str]) -> None:
    path, status, code, text = row
    assert failure(site.call("GET", path)) == (status, code, text)


def test_a_view_by_a_title_is_empty_and_no_failure(site: Site) -> None:
    answer = site.call("GET", f"{LIST}/views/getbytitle('X')")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(("method", "path"), [("POST", f"{LIST}/items"), ("MERGE", f"{LIST}/items(1)")])
def test_a_property_that_is_not_there(site: Site, method: str, path: str) -> None:
    answer = site.merge(path, {"X": 1}) if method == "MERGE" else site.call("POST", path, {"X": 1})
    assert failure(answer) == (400, QUERY, no_property("X", "SP.Data.ActionsListItem"))


VERBOSE_BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "no type": (
        {"Title": "x"},
        "An entry without a type name was found, but no expected type was specified. To allow entries without type"
        " information, the expected type must also be specified when the model is specified.",
    ),
    **{
        f"an array for {name}": (
            {name: value, "__metadata": {"type": "SP.Data.ActionsListItem"}},
            "A node of type 'PrimitiveValue' was read from the JSON reader when trying to read the start of an entry."
            " A 'StartObject' node was expected.",
        )
        for name, value in {"M": ["a"], "ManyId": [1]}.items()
    },
}


@pytest.mark.parametrize(("body", "text"), VERBOSE_BODIES.values(), ids=VERBOSE_BODIES.keys())
def test_verbose_bodies(site: Site, body: dict[str, Any], text: str) -> None:
    assert failure(site.call("POST", f"{LIST}/items", body, form=VERBOSE), "error") == (400, QUERY, text)


CHANGING: dict[str, tuple[str, str, Any, int, str, str]] = {
    "an unknown parameter": (
        "POST",
        f"{LIST}/items(1)/ValidateUpdateListItem",
        {"formValues": [], "datesInUTCs": True},
        400,
        QUERY,
        "The parameter datesInUTCs does not exist in method ValidateUpdateListItem.",
    ),
    "a verb of another type": (
        "DELETE",
        f"{LIST}/items",
        None,
        405,
        QUERY,
        "The type SP.ListItemEntityCollection does not support HTTP DELETE method.",
    ),
    "a title that is taken": (
        "POST",
        "web/lists",
        {"Title": "ACTIONS", "BaseTemplate": 100},
        500,
        f"-2130575342, {CORE}",
        "A list, survey, discussion board, or document library with the specified title already exists in this Web"
        " site.  Please choose another title.",
    ),
    "a column name that is taken": (
        "POST",
        f"{LIST}/fields/createfieldasxml",
        {"parameters": {"SchemaXml": "<Field Type='Text' Name='N' DisplayName='Other'/>", "Options": 8}},
        500,
        OPEN,
        'A duplicate field name "N" was found.',
    ),
    "a hidden column": ("DELETE", column("H"), None, 500, f"-2130575214, {CORE}", "You cannot delete a hidden column."),
    "a formula on a person": (
        "POST",
        f"{LIST}/fields",
        {"Title": "C", "FieldTypeKind": 17, "Formula": "=[P]"},
        500,
        OPEN,
        "One or more column references are not allowed, because the columns are defined as a data type that is not"
        " supported in formulas.",
    ),
    "a formula on nothing": (
        "POST",
        f"{LIST}/fields",
        {"Title": "C", "FieldTypeKind": 17, "Formula": "=[X]"},
        500,
        OPEN,
        "The formula refers to a column that does not exist. Check the formula for spelling mistakes or change the"
        " non-existing column to an existing column.",
    ),
    "a validation where there is none": (
        "MERGE",
        column("M"),
        {"ValidationFormula": "=1"},
        500,
        OPEN,
        "This field type does not support validation formulas.",
    ),
    "an index where there is none": (
        "MERGE",
        column("M"),
        {"Indexed": True},
        500,
        OPEN,
        "This column type is not supported for indexing.",
    ),
    "an item in a library": (
        "POST",
        "web/lists/getbytitle('Documents')/items",
        {"Title": "x"},
        500,
        OPEN,
        "To add an item to a document library, use SPFileCollection.Add()",
    ),
    "a long description": (
        "POST",
        "web/sitegroups",
        {"Title": "G", "Description": "x" * 513},
        500,
        f"-2146232832, {CORE}",
        "The parameter Description cannot be (null or) bigger than 512 characters.",
    ),
    "somebody unknown in a group": (
        "POST",
        "web/sitegroups(5)/users",
        {"LoginName": "i:0#.f|membership|niemand@elders.example"},
        404,
        f"-2130575276, {CORE}",
        "The user does not exist or is not unique.",
    ),
    "somebody unknown": (
        "POST",
        "web/ensureuser",
        {"logonName": "niemand@elders.example"},
        404,
        f"-2146232832, {CORE}",
        "The specified user niemand@elders.example could not be found.",
    ),
    "a value that is taken": (
        "POST",
        f"{LIST}/items",
        {"U": "ONE"},
        500,
        "-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException",
        "The list item could not be added or updated because duplicate values were found in the following field(s) in"
        " the list: [U].",
    ),
    "the rule of a column": (
        "POST",
        f"{LIST}/items",
        {"V": -1},
        400,
        "-2130575163, Microsoft.SharePoint.SPListDataValidationException",
        "Minstens nul",
    ),
    "a right on what inherits": (
        "POST",
        f"{LIST}/roleassignments/addroleassignment(principalid=3,roledefid=1073741826)",
        None,
        400,
        "-2146233079, System.InvalidOperationException",
        "This operation is not allowed on an object that inherits permissions.",
    ),
}


@pytest.mark.parametrize("row", CHANGING.values(), ids=CHANGING.keys())
def test_what_is_refused(site: Site, row: tuple[str, str, Any, int, str, str]) -> None:
    method, path, body, *expected = row
    answer = site.call("POST", path, body, tunnel=None if method == "POST" else method, IF_MATCH="*")
    assert failure(answer) == tuple(expected)


def test_the_rule_of_a_list(site: Site) -> None:
    site.merge(LIST, {"ValidationFormula": "=[N]>5", "ValidationMessage": "Te klein"})
    answer = site.call("POST", f"{LIST}/items", {"N": 1})
    site.merge(LIST, {"ValidationFormula": ""})
    assert failure(answer) == (400, "-2130575162, Microsoft.SharePoint.SPListDataValidationException", "Te klein")


def test_another_version(site: Site) -> None:
    etag = site.call("GET", f"{LIST}/items(1)").headers["ETag"]
    code = "-1, Microsoft.SharePoint.Client.ClientServiceException"
    for asked in ('"x,1"', etag.upper(), etag.replace('"', ""), ""):
        answer = site.call("POST", f"{LIST}/items(1)", {"Title": "x"}, tunnel="MERGE", IF_MATCH=asked)
        text = f"The request ETag value '{asked}' does not match the object's ETag value '{etag}'."
        assert failure(answer) == (412, code, text)


def test_more_rows_than_a_view_may_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # 5,000 items would take a minute; the limit comes down instead.
    monkeypatch.setattr(item_query, "THRESHOLD", 0)
    assert failure(site.call("GET", f"{LIST}/items?$filter=N eq 1")) == (
        500,
        "-2147024860, Microsoft.SharePoint.SPQueryThrottledException",
        "The attempted operation is prohibited because it exceeds the list view threshold.",
    )


def test_more_than_twelve_joins(site: Site) -> None:
    site.make_list("Joins")
    names = [f"P{number}" for number in range(13)]
    for name in names:
        site.make_field("Joins", f"<Field Type='User' Name='{name}' DisplayName='{name}'/>")
    path = "web/lists/getbytitle('Joins')/items"

    def joined(count: int) -> str:
        wanted = names[:count]
        return f"{path}?$select={','.join(f'{name}/Title' for name in wanted)}&$expand={','.join(wanted)}"

    assert site.call("GET", joined(12)).status_code == 200
    status, code, text = failure(site.call("GET", joined(13)))
    assert (status, code) == (500, "-2147024749, Microsoft.SharePoint.SPQueryThrottledException")
    assert "lookup column threshold" in text


def test_who_is_not_let_in(site: Site) -> None:
    sandbox = site.sandbox
    for token, text in (
        ("", "Access denied. Before opening files in this location, you must first browse to the web site."),
        ("Bearer x", "Invalid JWT token."),
        (f"Bearer {sandbox.token('https://graph.microsoft.com')}", "Invalid issuer or signature."),
        (f"Bearer {sandbox.token(sandbox.sharepoint, 'secret')}", "Unsupported app only token."),
    ):
        answer = site.call("GET", "web", Authorization=token)
        assert (answer.status_code, answer.json()) == (401, {"error_description": text})
        assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
    denied = site.call("GET", "web", Authorization=f"Bearer {_without_rights(sandbox)}")
    assert failure(denied) == (
        403,
        "-2147024891, System.UnauthorizedAccessException",
        "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
    )


def _without_rights(sandbox: Sandbox) -> str:
    sandbox.control("POST", "rights", json={"application": {"sharepoint": ["Sites.Selected"]}})
    token = sandbox.token(sandbox.sharepoint, fresh=True)
    sandbox.control("POST", "rights", json={"application": {"sharepoint": ["Sites.FullControl.All"]}})
    sandbox._tokens.clear()
    return token
