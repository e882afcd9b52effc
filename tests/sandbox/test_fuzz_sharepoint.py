"""Any JSON, query, path, header, batch and file name: an answer of SharePoint, never a defect of the sandbox."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from tests.sandbox.fuzzing import GRAPH, LIST, SHAREPOINT, Bench, expressions, leaves, usual
from tests.sandbox.list_site import LIGHT, VERBOSE

NAMES = (
    *("Title", "Description", "Hidden", "BaseTemplate", "Id", "OwnerId", "HelpersId", "DueDate", "Moment", "Percent"),
    *("Amount", "Off", "Link", "Tags", "Status", "Key", "Left", "FileLeafRef", "Url", "parameters", "query", "ViewXml"),
    *(
        "SchemaXml",
        "Options",
        "FieldTypeKind",
        "Choices",
        "formValues",
        "FieldName",
        "FieldValue",
        "listItemCreateInfo",
    ),
    *("FolderPath", "DecodedUrl", "UnderlyingObjectType", "DatesInUtc", "ListItemCollectionPosition", "PagingInfo"),
    *("logonName", "LoginName", "principalId", "roleDefId", "copyRoleAssignments", "LocaleId", "Time24", "request"),
    *("RowLimit", "Query", "ViewFields", "DefaultView", "CustomFormatter", "Item", "Add", "ChangeTokenStart"),
    *("StringValue", "__metadata", "type", "results", "odata.type", "Indexed", "EnforceUniqueValues", "MaxLength"),
    *("ValidationFormula", "DefaultValue", "WebTemplate", "Lcid", "Owner", "speFilter", "Filter", "StartIndex"),
    *("hubSiteId", "permissionMask", "High", "Low", "userName", "cultureName", "value", "index", "field", "Required"),
    *("url", "overwrite", "nodeId", "previousNodeId", "ReadSecurity", "WriteSecurity", "DisplayFormat", "Folder"),
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
bodies = st.dictionaries(st.sampled_from(NAMES), values, max_size=5) | values

WRITES = (
    ("POST", "web/lists"),
    ("POST", "web/lists/add"),
    ("MERGE", LIST),
    ("POST", f"{LIST}/items"),
    ("MERGE", f"{LIST}/items(1)"),
    ("PUT", f"{LIST}/items(1)"),
    ("POST", f"{LIST}/items(1)/ValidateUpdateListItem"),
    ("POST", f"{LIST}/AddValidateUpdateItemUsingPath"),
    ("POST", f"{LIST}/fields"),
    ("POST", f"{LIST}/fields/AddField"),
    ("POST", f"{LIST}/fields/CreateFieldAsXml"),
    ("POST", f"{LIST}/fields/AddDependentLookupField"),
    ("MERGE", f"{LIST}/fields/getByInternalNameOrTitle('Status')"),
    ("POST", f"{LIST}/views"),
    ("POST", f"{LIST}/views/Add"),
    ("MERGE", f"{LIST}/DefaultView"),
    ("POST", f"{LIST}/DefaultView/SetViewXml"),
    ("POST", f"{LIST}/DefaultView/ViewFields/MoveViewFieldTo"),
    ("POST", f"{LIST}/GetItems"),
    ("POST", f"{LIST}/RenderListDataAsStream"),
    ("POST", f"{LIST}/GetChanges"),
    ("POST", f"{LIST}/BreakRoleInheritance"),
    ("POST", f"{LIST}/RoleAssignments/AddRoleAssignment"),
    ("POST", f"{LIST}/GetUserEffectivePermissions"),
    ("POST", f"{LIST}/DoesUserHavePermissions"),
    ("POST", f"{LIST}/TitleResource/SetValueForUICulture"),
    ("POST", f"{LIST}/RootFolder/Folders"),
    ("MERGE", "web"),
    ("MERGE", "web/RegionalSettings"),
    ("POST", "web/ensureuser"),
    ("POST", "web/siteGroups"),
    ("POST", "web/siteGroups(5)/users"),
    ("POST", "web/Navigation/QuickLaunch"),
    ("POST", "web/Navigation/QuickLaunch/MoveAfter"),
    ("POST", "SPSiteManager/Create"),
    ("POST", "Site/JoinHubSite"),
    ("POST", "SP.Web.GetWebUrlFromPageUrl"),
)


@usual
@given(target=st.sampled_from(WRITES), body=bodies, verbose=st.booleans())
def test_any_json(bench: Bench, target: tuple[str, str], body: Any, verbose: bool) -> None:
    method, path = target
    kind = VERBOSE if verbose else LIGHT
    bench.send(method, path, json.dumps(body).encode(), Content_Type=kind, Accept=kind)


@usual
@given(target=st.sampled_from(WRITES), body=st.binary(max_size=60))
@example(target=WRITES[3], body=b"[" * 100_000)
@example(target=WRITES[3], body=b'{"Title": ' * 50_000)
@example(target=WRITES[3], body=b'{"Percent": 1e999, "Amount": NaN}')
@example(target=WRITES[3], body=b'{"Percent": ' + b"9" * 5000 + b"}")
def test_any_bytes(bench: Bench, target: tuple[str, str], body: bytes) -> None:
    method, path = target
    bench.send(method, path, body)


OPTIONS = ("$filter", "$select", "$expand", "$orderby", "$top", "$skip", "$skiptoken", "$nope", "@v", "View")
QUERIED = ("items", "fields", "views", "items(1)", "RoleAssignments", "items(1)/versions")


@usual
@given(
    path=st.sampled_from(
        [f"{LIST}/{one}" for one in QUERIED] + ["web/lists", "web/siteusers", "web/recyclebin", "web"]
    ),
    options=st.dictionaries(st.sampled_from(OPTIONS), expressions, min_size=1, max_size=3),
    accept=st.sampled_from([LIGHT, VERBOSE, "*/*", "application/json;odata.metadata=none"]),
)
@example(path=f"{LIST}/items", options={"$filter": "(" * 5000}, accept=LIGHT)
@example(path=f"{LIST}/items", options={"$filter": "Title eq 'a'" + " or Title eq 'a'" * 2000}, accept=LIGHT)
@example(path=f"{LIST}/items", options={"$top": "9" * 5000}, accept=LIGHT)
def test_any_query(bench: Bench, path: str, options: dict[str, str], accept: str) -> None:
    query = "&".join(f"{quote(name)}={quote(value, errors='replace')}" for name, value in options.items())
    bench.send("GET", path, query=query, Accept=accept)


pieces = st.sampled_from(
    [
        "%00",
        "%ff",
        "%c3%28",
        "%25",
        "%2f",
        "%27",
        "%",
        "%zz",
        "'",
        "''",
        "(",
        ")",
        "()",
        "@v",
        "/",
        "//",
        "..",
        "guid'",
        "web",
        "lists",
        "getbytitle('Actions')",
        "items",
        "(1)",
        "(-1)",
        "(99999999999999999999)",
        "fields",
        "views",
        "$value",
        "GetFileByServerRelativeUrl(",
        "'Shared Documents/a.txt'",
        "Files",
        "add(url='x')",
        "$batch",
        "recyclebin",
        "site",
        "RoleAssignments",
        "getbyid('x')",
        "null",
        "true",
        "1.5",
        "AttachmentFiles",
        "ViewFields",
        "TitleResource",
        "é",
        "\x7f",
        "hubsites",
        "Navigation",
        "QuickLaunch",
        "siteusers",
        "sitegroups",
        "contextinfo",
        "recycle",
        "moveto(newurl='/')",
    ]
)


@usual
@given(
    path=st.lists(pieces, max_size=9).map("/".join) | st.lists(pieces, max_size=9).map("".join),
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=20),
    method=st.sampled_from(["GET", "POST", "MERGE", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "BREW"]),
    prefix=st.sampled_from(
        ["/sites/demo/_api/", "/_api/", "/sites/demo/_vti_bin/client.svc/", "/sites/%2e%2e/_api/", "/"]
    ),
)
def test_any_path(bench: Bench, path: str, query: str, method: str, prefix: str) -> None:
    if method == "DELETE" and path.strip("/").endswith("getbytitle('Actions')"):
        return
    bench.ask(SHAREPOINT, method, prefix + path, query, {"Accept": LIGHT, "Content-Type": LIGHT, "If-Match": "*"})
    ensure(bench)


def ensure(bench: Bench) -> None:
    """Put back what a lucky request may have removed, so that the next one meets the same tenant."""
    if bench.send("GET", LIST).status == 404:
        bench.json("POST", "web/lists", {"Title": "Actions", "BaseTemplate": 100})


headers = st.dictionaries(
    st.sampled_from(
        ["Accept", "Content-Type", "If-Match", "X-HTTP-Method", "OData-Version", "Accept-Language", "X-Other"]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
    | st.sampled_from(
        ["*/*", "application/json", "MERGE", "DELETE", "PUT", "4.0", LIGHT, VERBOSE, '"x,1"', "a;b;c=", "BREW"]
    ),
    max_size=5,
)


@usual
@given(method=st.sampled_from(["GET", "POST", "MERGE"]), given_headers=headers)
def test_any_header(bench: Bench, method: str, given_headers: dict[str, str]) -> None:
    bench.ask(SHAREPOINT, method, f"/sites/demo/_api/{LIST}/items(1)", "", given_headers, b'{"Title": "x"}')


@usual
@given(authorization=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60))
@example(authorization="Bearer a.b.c")
@example(authorization="Bearer eyJhbGciOiJub25lIn0.e30.")
def test_any_token(bench: Bench, authorization: str) -> None:
    for host, path in ((SHAREPOINT, "/sites/demo/_api/web"), (GRAPH, "/v1.0/users")):
        assert bench.ask(host, "GET", path, "", {"Authorization": authorization}).status == 401


lines = st.sampled_from(
    [
        "--b",
        "--b--",
        "--c",
        "--c--",
        "",
        "Content-Type: application/http",
        "Content-Type: multipart/mixed; boundary=c",
        "Content-Transfer-Encoding: binary",
        "GET /sites/demo/_api/web HTTP/1.1",
        "POST https://[/x HTTP/1.1",
        "BREW / HTTP/9",
        f"POST https://{SHAREPOINT}/sites/demo/_api/{LIST}/items HTTP/1.1",
        '{"Title": "x"}',
        "Accept: application/json",
        "GET ../../x HTTP/1.1",
        "X-HTTP-Method: DELETE",
        "no colon",
        "\x00",
        "é",
    ]
)


@usual
@given(
    body=st.lists(lines, max_size=20),
    ending=st.sampled_from(["\n", "\r\n"]),
    kind=st.sampled_from(
        ["multipart/mixed; boundary=b", "multipart/mixed", "text/plain", "multipart/mixed; boundary=é"]
    ),
)
def test_any_batch(bench: Bench, body: list[str], ending: str, kind: str) -> None:
    bench.send("POST", "$batch", ending.join(body).encode(), Content_Type=kind)


@usual
@given(
    name=st.text(max_size=12), content=st.binary(max_size=40), overwrite=st.sampled_from(["true", "false", "1", "x"])
)
def test_any_file_name(bench: Bench, name: str, content: bytes, overwrite: str) -> None:
    quoted = quote(name.replace("'", "''"), safe="", errors="replace")
    folder = "web/GetFolderByServerRelativeUrl('Shared Documents')"
    answer = bench.send("POST", f"{folder}/Files/add(url='{quoted}',overwrite={overwrite})", content)
    if answer.status < 300:
        made = json.loads(answer.body)
        path = quote(made["ServerRelativeUrl"].replace("'", "''"), safe="")
        read = bench.send("GET", f"web/GetFileByServerRelativeUrl('{path}')/$value")
        assert (read.status, read.body) == (200, content)
