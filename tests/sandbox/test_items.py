"""Items over REST: made, read, changed, removed, with the facts of sharepoint-rest.md §1.7, §1.8, §6.2, §6.7."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.list_site import ACTIONS, NOW, VERBOSE, ListSite, field


@pytest.fixture
def site(tmp_path: Path) -> ListSite:
    return ListSite(tmp_path)


@pytest.fixture
def items(site: ListSite) -> str:
    return site.add_list("Actions", *ACTIONS) + "/items"


def test_create_answers_the_whole_item_with_its_etag(site: ListSite, items: str) -> None:
    answer = site.send("POST", items, {"Title": "Bel Anna"})
    shown = json.loads(answer.body)
    headers = dict(answer.headers)
    assert answer.status == 201  # §6.7
    assert (shown["Id"], shown["ID"], shown["OData__UIVersionString"]) == (1, 1, "1.0")
    assert headers["ETag"] == f'"{shown["GUID"]},1"'  # §1.7: quotes, guid without braces, version
    assert shown["AuthorId"] == shown["EditorId"] == 1073741822  # §6.2: SharePoint App
    assert shown["Created"] == shown["Modified"] == "2026-11-23T09:00:00Z"
    assert list(shown)[:6] == [
        *(
            "FileSystemObjectType",
            "Id",
            "ServerRedirectedEmbedUri",
            "ServerRedirectedEmbedUrl",
            "ContentTypeId",
            "Title",
        )
    ]


def test_defaults_fill_what_the_body_leaves_out(site: ListSite) -> None:
    path = site.add_list(
        "Defaults",
        field("DateTime", "Day", "<Default>[today]</Default>", Format="DateOnly"),
        field("Number", "Count", "<Default>3</Default>"),
        field("Boolean", "On", "<Default>1</Default>"),
        field("Choice", "Kind", "<Default>b</Default><CHOICES><CHOICE>a</CHOICE><CHOICE>b</CHOICE></CHOICES>"),
    )
    shown = site.json("POST", f"{path}/items", {"Title": "x"})
    # 23 November in the Netherlands begins at 23:00 UTC the evening before (§6.6).
    assert (shown["Day"], shown["Count"], shown["On"], shown["Kind"]) == ("2026-11-22T23:00:00Z", 3, True, "b")
    cleared = site.json("POST", f"{path}/items", {"Title": "x", "Count": None, "On": None})
    assert (cleared["Count"], cleared["On"]) == (None, None)


def test_merge_answers_204_with_a_new_etag_and_moves_modified(site: ListSite, items: str) -> None:
    site.json("POST", items, {"Title": "a"})
    site.tenant.clock.set(NOW + timedelta(hours=1))
    answer = site.send("POST", f"{items}(1)", {"Title": "b"}, X_HTTP_Method="MERGE", If_Match="*")
    assert (answer.status, answer.body) == (204, b"")
    shown = site.json("GET", f"{items}(1)")
    assert dict(answer.headers)["ETag"] == f'"{shown["GUID"]},2"'
    assert (shown["Title"], shown["OData__UIVersionString"]) == ("b", "2.0")
    assert (shown["Created"], shown["Modified"]) == ("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z")


@pytest.mark.parametrize("method", ["MERGE", "PATCH", "PUT"])
def test_native_verbs_are_taken(site: ListSite, items: str, method: str) -> None:
    site.json("POST", items, {"Title": "a", "Percent": 5})
    assert site.send(method, f"{items}(1)", {"Title": "b"}, If_Match="*").status == 204
    # A PUT replaces the item: what it does not name is cleared.
    assert site.json("GET", f"{items}(1)")["Percent"] == (None if method == "PUT" else 5)


@pytest.mark.parametrize("asked", [None, '"00000000-0000-0000-0000-000000000000,1"', "{guid},1", '"{GUID},1"'])
@pytest.mark.parametrize("method", ["MERGE", "DELETE"])
def test_another_etag_or_none_is_refused(site: ListSite, items: str, asked: str | None, method: str) -> None:
    guid = site.json("POST", items, {"Title": "a"})["GUID"]
    text = (asked or "").replace("{guid}", guid).replace("{GUID}", guid.upper())
    headers = {} if asked is None else {"If_Match": text}
    found = site.error(method, f"{items}(1)", {"Title": "b"}, **headers)
    # §1.7: exact comparison of texts, 412, and this sentence.
    assert found == (
        412,
        "-1, Microsoft.SharePoint.Client.ClientServiceException",
        f"The request ETag value '{text}' does not match the object's ETag value '\"{guid},1\"'.",
    )
    assert site.json("GET", f"{items}(1)")["Title"] == "a"


def test_the_right_etag_is_taken_once(site: ListSite, items: str) -> None:
    etag = f'"{site.json("POST", items, {"Title": "a"})["GUID"]},1"'
    assert site.send("MERGE", f"{items}(1)", {"Title": "b"}, If_Match=etag).status == 204
    assert site.send("MERGE", f"{items}(1)", {"Title": "c"}, If_Match=etag).status == 412


def test_of_two_writers_with_one_etag_one_wins(site: ListSite, items: str) -> None:
    site.json("POST", items, {"Title": "a"})
    together = Barrier(2)

    def write(title: str, etag: str) -> int:
        together.wait()
        return site.send("MERGE", f"{items}(1)", {"Title": title}, If_Match=etag).status

    for _ in range(20):
        etag = dict(site.send("GET", f"{items}(1)").headers)["ETag"]
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(write, "bc", [etag, etag])) == [204, 412]


def test_ids_are_never_used_twice(site: ListSite, items: str) -> None:
    for title in "ab":
        site.json("POST", items, {"Title": title})
    assert site.send("DELETE", f"{items}(2)", If_Match="*").status == 200
    assert site.json("POST", items, {"Title": "c"})["Id"] == 3
    # §1.8: the text of a missing item.
    assert site.error("GET", f"{items}(2)")[0::2] == (
        404,
        "Item does not exist. It may have been deleted by another user.",
    )


@pytest.mark.parametrize("form", ["items(1)", "items/GetById(1)", "getItemById(1)", "Items('1')", "items/GETBYID('1')"])
def test_every_way_to_address_an_item(site: ListSite, items: str, form: str) -> None:
    site.json("POST", items, {"Title": "a"})
    assert site.json("GET", items.removesuffix("items") + form)["Title"] == "a"


def test_recycled_items_leave_the_list(site: ListSite, items: str) -> None:
    site.json("POST", items, {"Title": "a"})
    entry = site.json("POST", f"{items}(1)/recycle")["value"]
    assert len(entry) == 36
    assert site.json("GET", items)["value"] == []
    assert site.json("GET", items.removesuffix("/items"))["ItemCount"] == 0


def test_the_list_counts_its_items(site: ListSite, items: str) -> None:
    for title in "abc":
        site.json("POST", items, {"Title": title})
    site.send("DELETE", f"{items}(1)", If_Match="*")
    assert site.json("GET", items.removesuffix("/items"))["ItemCount"] == 2


def test_read_only_properties_are_ignored_and_unknown_ones_refused(site: ListSite, items: str) -> None:
    shown = site.json(
        "POST", items, {"Title": "a", "Created": "2020-01-01T00:00:00Z", "AuthorId": 5, "Left": 7, "Id": 9}
    )
    assert (shown["Created"], shown["AuthorId"], shown["Left"], shown["Id"]) == (
        *("2026-11-23T09:00:00Z", 1073741822),
        *(100, 1),
    )
    # §1.8: the sentence for an unknown property.
    assert site.error("POST", items, {"Title": "a", "X": 1}) == (
        400,
        "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
        "The property 'X' does not exist on type 'SP.Data.ActionsListItem'."
        " Make sure to only use property names that are defined by the type.",
    )


def test_a_library_takes_no_items(site: ListSite) -> None:
    found = site.error("POST", "web/GetList('/sites/demo/Shared Documents')/items", {"Title": "a"})
    assert found[0::2] == (500, "To add an item to a document library, use SPFileCollection.Add()")  # §1.8


def test_verbose_bodies_need_their_type(site: ListSite, items: str) -> None:
    typed = {"__metadata": {"type": "SP.Data.ActionsListItem"}, "Title": "a"}
    assert site.send("POST", items, typed, accept=VERBOSE).status == 201
    untyped = site.send("POST", items, {"Title": "a"}, accept=VERBOSE)
    assert untyped.status == 400
    assert b"An entry without a type name was found" in untyped.body  # §1.8
    bare = site.send("POST", items, {**typed, "HelpersId": [1]}, accept=VERBOSE)
    assert bare.status == 400
    assert b"PrimitiveValue" in bare.body  # §1.8
    assert site.send("POST", items, {**typed, "Tags": {"results": ["a"]}}, accept=VERBOSE).status == 201


def test_light_bodies_take_arrays_and_no_metadata(site: ListSite, items: str) -> None:
    assert site.json("POST", items, {"Tags": ["c", "a"]})["Tags"] == ["c", "a"]  # §6.3: order is kept
    assert site.error("POST", items, {"Tags": {"results": ["a"]}})[0] == 400
    assert site.error("POST", items, {"__metadata": {"type": "SP.ListItem"}, "Title": "a"})[0] == 400


def test_unique_values_are_kept(site: ListSite, items: str) -> None:
    site.json("POST", items, {"Key": "K-1"})
    refusal = (
        500,
        "-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException",
        "The list item could not be added or updated because duplicate values were found in the following field(s) in"
        " the list: [Key].",
    )
    assert site.error("POST", items, {"Key": "k-1"}) == refusal  # §1.8, text compares without case
    site.json("POST", items, {"Key": "K-2"})
    site.json("POST", items, {"Title": "none"})
    site.json("POST", items, {"Title": "none either"})
    assert site.error("MERGE", f"{items}(2)", {"Key": "K-1"}, If_Match="*") == refusal
    assert site.send("MERGE", f"{items}(1)", {"Key": "K-1", "Title": "same"}, If_Match="*").status == 204
    site.send("DELETE", f"{items}(1)", If_Match="*")
    assert site.json("POST", items, {"Key": "K-1"})["Key"] == "K-1"


def test_validation_formulas_refuse_with_their_message(site: ListSite) -> None:
    path = site.add_list(
        "Checked",
        field(
            "DateTime",
            "Done",
            '<Validation Message="Not later than today">=[Done]&lt;=TODAY()</Validation>',
            Format="DateOnly",
        ),
        field("DateTime", "Start", Format="DateOnly"),
    )
    site.send(
        "MERGE",
        path,
        {"ValidationFormula": "=OR(ISBLANK([Start]),[Done]>=[Start])", "ValidationMessage": "Done before start"},
        If_Match="*",
    )
    assert site.json("POST", f"{path}/items", {"Done": "2026-11-23"})["Done"] == "2026-11-22T23:00:00Z"
    late = site.error("POST", f"{path}/items", {"Done": "2026-11-24"})
    assert late[0] == 400  # §1.8: codes of column and list validation
    assert late[1:] == ("-2130575163, Microsoft.SharePoint.SPListDataValidationException", "Not later than today")
    early = site.error("POST", f"{path}/items", {"Done": "2026-11-20", "Start": "2026-11-21"})
    assert early[1:] == ("-2130575162, Microsoft.SharePoint.SPListDataValidationException", "Done before start")


def test_versions_are_kept_up_to_fifty(site: ListSite, items: str) -> None:
    site.json("POST", items, {"Title": "0"})
    for number in range(1, 53):
        site.send("MERGE", f"{items}(1)", {"Title": str(number)}, If_Match="*")
    versions = site.json("GET", f"{items}(1)/versions")["value"]
    assert len(versions) == 50
    # §6.11: newest first, 512 per version.
    first = versions[0]
    assert (first["VersionLabel"], first["VersionId"], first["IsCurrentVersion"], first["Title"]) == (
        *("53.0", 53 * 512),
        *(True, "52"),
    )
    assert (versions[-1]["VersionLabel"], versions[-1]["Title"]) == ("4.0", "3")


def test_an_attachment_changes_the_etag(site: ListSite, items: str) -> None:
    site.json("POST", items, {"Title": "a"})
    made = site.json("POST", f"{items}(1)/AttachmentFiles/add(FileName='plan van aanpak.txt')", b"\x00inhoud")
    assert made["ServerRelativeUrl"] == "/sites/demo/Lists/Actions/Attachments/1/plan van aanpak.txt"  # §6.11
    shown = site.send("GET", f"{items}(1)")
    assert json.loads(shown.body)["Attachments"] is True
    assert dict(shown.headers)["ETag"].endswith(',2"')  # §1.7
    content = site.send("GET", f"{items}(1)/AttachmentFiles/getByFileName('PLAN van aanpak.txt')/$value")
    assert content.body == b"\x00inhoud"
    assert len(site.json("GET", f"{items}(1)/AttachmentFiles")["value"]) == 1
    site.send("DELETE", f"{items}(1)/AttachmentFiles('plan van aanpak.txt')")
    assert site.json("GET", f"{items}(1)")["Attachments"] is False


def test_parent_list_and_texts(site: ListSite, items: str) -> None:
    site.json("POST", items, {"Title": "a", "DueDate": "2026-12-01", "Off": True, "Amount": 1234.5})
    parent = site.json("GET", f"{items}(1)/ParentList", query="$select=ListItemEntityTypeFullName,Id")
    assert parent == {"ListItemEntityTypeFullName": "SP.Data.ActionsListItem", "Id": site.list_id}
    texts = site.json("GET", f"{items}(1)/FieldValuesAsText")
    assert (texts["DueDate"], texts["Off"]) == ("1-12-2026", "Ja")
    assert texts["Amount"] == "€\xa01.234,50"


def test_changes_are_logged(site: ListSite, items: str) -> None:
    path = items.removesuffix("/items")
    for title in "ab":
        site.json("POST", items, {"Title": title})
    everything = {"Item": True, "Add": True, "Update": True, "DeleteObject": True}
    first = site.json("POST", f"{path}/getchanges", {"query": everything})["value"]
    assert [(one["ItemId"], one["ChangeType"]) for one in first] == [(1, 1), (2, 1)]  # §6.10
    site.send("MERGE", f"{items}(2)", {"Title": "c"}, If_Match="*")
    site.send("DELETE", f"{items}(1)", If_Match="*")
    query = {**everything, "ChangeTokenStart": first[-1]["ChangeToken"]}
    later = site.json("POST", f"{path}/getchanges", {"query": query})["value"]
    assert [(one["ItemId"], one["ChangeType"]) for one in later] == [(2, 2), (1, 3)]
    assert later[0]["ChangeToken"]["StringValue"].startswith(f"1;3;{site.list_id};")


def test_the_token_of_a_list_is_where_the_next_run_starts(site: ListSite, items: str) -> None:
    # §6.10: `list.CurrentChangeToken` gives the start point for the next run.
    path = items.removesuffix("/items")
    empty = site.json("GET", path)["CurrentChangeToken"]["StringValue"]
    assert empty.startswith(f"1;3;{site.list_id};")
    assert empty.endswith(";0")
    site.json("POST", items, {"Title": "a"})
    start = site.json("GET", path)["CurrentChangeToken"]
    query = {"Item": True, "Add": True, "Update": True, "ChangeTokenStart": start}
    assert site.json("POST", f"{path}/getchanges", {"query": query})["value"] == []
    # A clock set back hides nothing: the number counts.
    site.tenant.clock.set(NOW - timedelta(days=1))
    site.json("POST", items, {"Title": "b"})
    found = site.json("POST", f"{path}/getchanges", {"query": query})["value"]
    assert [(one["ItemId"], one["ChangeType"]) for one in found] == [(2, 1)]


def test_a_recreated_column_does_not_show_old_values(site: ListSite) -> None:
    path = site.add_list("Old", field("Text", "Note1"))
    site.json("POST", f"{path}/items", {"Note1": "old"})
    site.send("DELETE", f"{path}/fields/getByInternalNameOrTitle('Note1')", If_Match="*")
    site.json(
        "POST", f"{path}/fields/CreateFieldAsXml", {"parameters": {"SchemaXml": field("Text", "Note1"), "Options": 8}}
    )
    assert site.json("GET", f"{path}/items(1)")["Note1"] is None


def test_people_write_under_their_own_name(site: ListSite, items: str) -> None:
    anna = site.user_id("anna.bos@gemeente.example")
    shown = site.json("POST", items, {"Title": "a"}, token="person:anna.bos@gemeente.example")
    assert shown["AuthorId"] == anna


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [
        "Title",
        "Status",
        "Tags",
        "DueDate",
        "Moment",
        "Percent",
        "Off",
        "OwnerId",
        "Owner",
        "OwnerStringId",
        "HelpersId",
        "Link",
        "Key",
        "Left",
        "Id",
        "__metadata",
        "odata.type",
        "Author",
    ]
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[ListSite, str]:
    site = ListSite(tmp_path_factory.mktemp("shared"))
    return site, site.add_list("Actions", *ACTIONS) + "/items"


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON | st.dictionaries(NAMES, JSON, max_size=4), verbose=st.booleans())
def test_any_body_gets_an_answer(shared: tuple[ListSite, str], body: Any, verbose: bool) -> None:
    site, items = shared
    if verbose and isinstance(body, dict):
        body = {**body, "__metadata": {"type": "SP.Data.ActionsListItem"}}
    answer = site.send("POST", items, body, **({"accept": VERBOSE} if verbose else {}))
    assert answer.status in {201, 400, 404, 500}
    json.loads(answer.body)
