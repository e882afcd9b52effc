"""`ValidateUpdateListItem` and its twins (sharepoint-rest.md §6.8, §6.6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.list_site import ACTIONS, VERBOSE, ListSite


@pytest.fixture
def site(tmp_path: Path) -> ListSite:
    found = ListSite(tmp_path)
    found.add_list("Actions", *ACTIONS)
    found.json("POST", ITEMS, {"Title": "a", "Percent": 1})
    return found


LIST = "web/lists/GetByTitle('Actions')"
ITEMS = f"{LIST}/items"


def form(**values: Any) -> list[dict[str, Any]]:
    return [{"FieldName": name, "FieldValue": value} for name, value in values.items()]


def update(site: ListSite, *, flags: dict[str, Any] | None = None, **values: Any) -> list[dict[str, Any]]:
    body = {"formValues": form(**values), "bNewDocumentUpdate": False, **(flags or {})}
    return list(site.json("POST", f"{ITEMS}(1)/ValidateUpdateListItem", body)["value"])


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        # §6.6: the site's locale (nl) and time, or the neutral form.
        ("DueDate", "7-7-2026", "2026-07-06T22:00:00Z"),
        ("DueDate", "2026-07-07 00:00:00", "2026-07-06T22:00:00Z"),
        ("Moment", "23-2-2012 14:25", "2012-02-23T13:25:00Z"),
        ("Percent", "12,5", 12.5),
        ("Off", "1", True),
        ("Status", "Klaar", "Klaar"),
        ("Tags", "a;#c", ["a", "c"]),
        ("Link", "https://x.example, Een tekst", {"Description": "Een tekst", "Url": "https://x.example"}),
        ("Title", "", None),
    ],
)
def test_typed_values(site: ListSite, name: str, typed: str, kept: Any) -> None:
    results = update(site, **{name: typed})
    if name == "Title":
        # The built-in title is required, and this way checks it.
        assert results[0]["HasException"]
        return
    assert results == [
        {
            "ErrorCode": 0,
            "ErrorMessage": None,
            "FieldName": name,
            "FieldValue": typed,
            "HasException": False,
            "ItemId": 0,
        }
    ]
    assert site.json("GET", f"{ITEMS}(1)")[name] == kept


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("DueDate", "2026-07-07T00:00:00Z"),  # ISO is refused (§6.6)
        ("DueDate", "31-2-2026"),
        ("Moment", "14:25"),
        ("Percent", "veel"),
        ("Percent", "101"),
        ("Status", "Nergens"),  # §6.7: here choices are checked
        ("Tags", "a;#z"),
        ("Owner", "anna"),
        ("Owner", "[{'Key':'i:0#.f|membership|niemand@x.example'}]"),
        ("Nergens", "x"),
        ("Off", "ja"),
    ],
)
def test_one_refused_field_saves_nothing(site: ListSite, name: str, typed: str) -> None:
    results = update(site, Title="nieuw", **{name: typed})
    assert [result["HasException"] for result in results] == [False, True]
    assert results[1]["ErrorCode"] == -2146232832
    assert site.json("GET", f"{ITEMS}(1)")["Title"] == "a"


def test_people_are_given_by_their_claims(site: ListSite) -> None:
    keys = "[{'Key':'i:0#.f|membership|anna.bos@gemeente.example'},{'Key':'bram.dijk@gemeente.example'}]"
    assert not any(result["HasException"] for result in update(site, Helpers=keys))
    assert len(site.json("GET", f"{ITEMS}(1)")["HelpersId"]) == 2


def test_numbers_must_be_texts(site: ListSite) -> None:
    body = {"formValues": form(Percent=5)}
    assert site.error("POST", f"{ITEMS}(1)/ValidateUpdateListItem", body)[0] == 400  # §6.8


def test_an_unknown_parameter_is_named(site: ListSite) -> None:
    body = {"formValues": form(Title="x"), "datesUTC": True}
    assert site.error("POST", f"{ITEMS}(1)/ValidateUpdateListItem", body)[2] == (
        "The parameter datesUTC does not exist in method ValidateUpdateListItem."  # §1.8
    )


def test_as_a_new_document_there_is_no_version_and_modified_can_stay(site: ListSite) -> None:
    before = site.json("GET", f"{ITEMS}(1)")
    flags = {"bNewDocumentUpdate": True, "datesInUTC": True}
    results = update(site, flags=flags, Key="D-1:2026-12-01", Modified="2026-11-01 08:00:00")
    assert not any(result["HasException"] for result in results)
    after = site.json("GET", f"{ITEMS}(1)")
    assert after["OData__UIVersionString"] == before["OData__UIVersionString"]
    assert (after["Key"], after["Modified"]) == ("D-1:2026-12-01", "2026-11-01T08:00:00Z")


def test_creation_ends_with_the_new_id(site: ListSite) -> None:
    body = {
        "listItemCreateInfo": {"FolderPath": {"DecodedUrl": "/sites/demo/Lists/Actions"}, "UnderlyingObjectType": 0},
        "formValues": form(Title="b", DueDate="1-12-2026"),
        "bNewDocumentUpdate": False,
    }
    made = site.json("POST", f"{LIST}/AddValidateUpdateItemUsingPath()", body)["value"]
    assert (made[-1]["FieldName"], made[-1]["FieldValue"]) == ("Id", "2")
    body["formValues"] = form(Title="c", DueDate="2026-12-01T00:00:00Z")
    failed = site.json("POST", f"{LIST}/AddValidateUpdateItem", body)["value"]
    assert (failed[-1]["FieldValue"], failed[1]["HasException"]) == ("0", True)
    assert [row["Id"] for row in site.json("GET", ITEMS)["value"]] == [1, 2]


def test_what_the_core_refuses_is_a_result_too(site: ListSite) -> None:
    site.json("POST", ITEMS, {"Key": "k"})
    results = update(site, Title="x", Key="k")
    assert "duplicate values were found" in results[0]["ErrorMessage"]
    assert site.json("GET", f"{ITEMS}(1)")["Title"] == "a"


@pytest.mark.parametrize("bare", [True, False])
def test_the_verbose_form_is_wrapped_by_the_method(site: ListSite, bare: bool) -> None:
    entry = {"FieldName": "Title", "FieldValue": "b", "__metadata": {"type": "SP.ListItemFormUpdateValue"}}
    # Client 3.3.0 sends a bare array here (§6.1).
    body = {"formValues": [entry] if bare else {"results": [entry]}, "bNewDocumentUpdate": False}
    found = site.json("POST", f"{ITEMS}(1)/validateupdatelistitem", body, accept=VERBOSE)
    assert found["d"]["ValidateUpdateListItem"]["results"][0]["FieldName"] == "Title"
