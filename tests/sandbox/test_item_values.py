"""What each column type takes and gives (sharepoint-rest.md §6.3, §6.4, §6.6)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.list_site import ACTIONS, VERBOSE, ListSite, field


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ListSite:
    return ListSite(tmp_path_factory.mktemp("values"))


@pytest.fixture(scope="module")
def items(site: ListSite) -> str:
    return site.add_list("Actions", *ACTIONS) + "/items"


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("Title", "", None),
        ("Status", "Nergens in de lijst", "Nergens in de lijst"),  # §6.7: choices are not checked on POST
        ("Percent", 12.5, 12.5),
        ("Percent", 40, 40),
        ("Off", True, True),
        # §6.6: site-local midnight in UTC, in winter and in summer.
        ("DueDate", "2026-12-01", "2026-11-30T23:00:00Z"),
        ("DueDate", "2024-07-07", "2024-07-06T22:00:00Z"),
        ("DueDate", "2024-07-06T22:00:00Z", "2024-07-06T22:00:00Z"),
        ("DueDate", "2024-07-07T00:00:00Z", "2024-07-06T22:00:00Z"),
        # Both days the clock changes begin at an ordinary midnight.
        ("DueDate", "2026-03-29", "2026-03-28T23:00:00Z"),
        ("DueDate", "2026-03-30", "2026-03-29T22:00:00Z"),
        ("DueDate", "2026-10-25", "2026-10-24T22:00:00Z"),
        ("DueDate", "2026-10-26", "2026-10-25T23:00:00Z"),
        ("Moment", "2024-01-02T03:04:05+02:00", "2024-01-02T01:04:05Z"),
        ("Moment", "2024-01-02T03:04:05.678Z", "2024-01-02T03:04:05Z"),
        ("Moment", "2024-01-02T03:04:05", "2024-01-02T02:04:05Z"),
        ("Tags", ["b", "a"], ["b", "a"]),
        ("Tags", [], None),  # §6.3: an empty set reads null
        ("Link", {"Url": "https://x.example"}, {"Description": "https://x.example", "Url": "https://x.example"}),
        ("Link", None, None),
    ],
)
def test_values_in_and_out(site: ListSite, items: str, name: str, given: Any, read: Any) -> None:
    assert site.json("POST", items, {name: given})[name] == read


@pytest.mark.parametrize(
    ("name", "given", "refusal"),
    [
        ("Percent", "12", (400, "Edm.Double")),
        ("Percent", True, (400, "Edm.Double")),
        ("Off", "ja", (400, "Edm.Boolean")),
        ("Off", 1, (400, "Edm.Boolean")),
        ("DueDate", "1-12-2026", (400, "Edm.DateTime")),
        ("DueDate", 5, (400, "Edm.DateTime")),
        ("Title", 5, (400, "Edm.String")),
        ("OwnerId", "x", (400, "Edm.Int32")),
        ("Tags", "a", (400, "PrimitiveValue")),
        ("Owner", 5, (400, "StartObject")),
        ("Percent", 101, (500, "at most 100")),
        ("Percent", -1, (500, "at least 0")),
        ("Title", "x" * 256, (500, "Invalid text value")),
        ("OwnerId", 999, (500, "could not be found")),
        ("Moment", "1899-12-31T00:00:00Z", (500, "within the range of 1/1/1900 and 12/31/8900")),
    ],
)
def test_values_that_are_refused(site: ListSite, items: str, name: str, given: Any, refusal: tuple[int, str]) -> None:
    found = site.error("POST", items, {name: given})
    assert (found[0], refusal[1] in found[2]) == (refusal[0], True)


def test_people_are_ids_and_expand(site: ListSite, items: str) -> None:
    anna, bram = site.user_id("anna.bos@gemeente.example"), site.user_id("bram.dijk@gemeente.example")
    shown = site.json("POST", items, {"OwnerId": anna, "HelpersId": [bram, anna]})
    assert (shown["OwnerId"], shown["OwnerStringId"], shown["HelpersId"]) == (anna, str(anna), [bram, anna])
    path = f"{items}({shown['Id']})"
    query = "$select=Owner/EMail,Owner/JobTitle,Owner/Name,Helpers/Title&$expand=Owner,Helpers"
    assert site.json("GET", path, query=query) == {
        "Owner": {
            "EMail": "anna.bos@gemeente.example",
            "JobTitle": "Projectleider",
            "Name": "i:0#.f|membership|anna.bos@gemeente.example",
        },
        "Helpers": [{"Title": "Bram Dijk"}, {"Title": "Anna Bos"}],
    }
    assert site.error("GET", path, query="$select=Owner/Email&$expand=Owner")[0] == 400  # §6.4: it is EMail
    assert site.error("GET", path, query="$select=Owner/EMail")[0] == 400
    assert site.error("GET", path, query="$expand=Owner")[0] == 400
    site.send("MERGE", path, {"OwnerId": None, "HelpersId": []}, If_Match="*")
    cleared = site.json("GET", path)
    assert (cleared["OwnerId"], cleared["OwnerStringId"], cleared["HelpersId"]) == (None, None, None)


def test_lookups_show_texts_and_dates_only(site: ListSite, items: str) -> None:
    site.json("POST", items, {"Title": "Doel", "DueDate": "2026-12-01"})
    actions = site.list_id
    path = site.add_list("Pointing", field("Lookup", "Action", List=f"{{{actions}}}", ShowField="Title"))
    target = site.json("GET", items, query="$filter=Title eq 'Doel'&$select=Id")["value"][0]["Id"]
    made = site.json("POST", f"{path}/items", {"ActionId": target})
    assert made["ActionId"] == target
    query = "$select=Action/Title,Action/DueDate,Action/Id&$expand=Action"
    shown = site.json("GET", f"{path}/items", query=query + "&$filter=Action/Title eq 'doel'")["value"]
    assert shown == [{"Action": {"Title": "Doel", "DueDate": "2026-11-30T23:00:00Z", "Id": target}}]
    refused = site.error("GET", f"{path}/items", query="$select=Action/Status&$expand=Action")
    assert refused[0::2] == (400, "The query to field 'Action/Status' is not valid")  # §6.4
    assert site.error("POST", f"{path}/items", {"ActionId": 4711})[0] == 500
    site.list_id = actions


def test_calculated_columns_follow_their_row(site: ListSite, items: str) -> None:
    shown = site.json("POST", items, {"Percent": 40})
    assert shown["Left"] == 60
    site.send("MERGE", f"{items}({shown['Id']})", {"Percent": 90}, If_Match="*")
    assert site.json("GET", f"{items}({shown['Id']})/Left") == {"value": 10}


def test_rich_text_comes_back_in_its_own_div(site: ListSite) -> None:
    path = site.add_list("Rich", field("Note", "Body", RichText="TRUE", RichTextMode="FullHtml"))
    body = site.json("POST", f"{path}/items", {"Body": "<p>a</p>"})["Body"]
    assert body.startswith('<div class="ExternalClass')  # §6.3
    assert body.endswith("<p>a</p></div>")


def test_hidden_columns_are_shown_only_when_selected(site: ListSite) -> None:
    path = site.add_list("Hiding", field("Text", "Secret1", Hidden="TRUE"))
    shown = site.json("POST", f"{path}/items", {"Secret1": "s"})
    assert "Secret1" not in shown  # §6.2
    assert site.json("GET", f"{path}/items(1)", query="$select=Secret1") == {"Secret1": "s"}


def test_a_select_of_nothing_known_is_refused(site: ListSite, items: str) -> None:
    # §1.8: the sentence for an unknown column.
    assert site.error("GET", items, query="$select=State") == (
        400,
        "-1, Microsoft.SharePoint.SPException",
        "The field or property 'State' does not exist.",
    )


def test_thirteen_joins_are_refused(tmp_path: Path) -> None:
    site = ListSite(tmp_path)
    path = site.add_list("Joins", *(field("User", f"P{number}", List="UserInfo") for number in range(13)))
    twelve = ",".join(f"P{number}" for number in range(12))
    select = ",".join(f"P{number}/Title" for number in range(12))
    assert site.json("GET", f"{path}/items", query=f"$select={select}&$expand={twelve}") == {"value": []}
    code = site.error("GET", f"{path}/items", query=f"$select={select},P12/Title&$expand={twelve},P12")[:2]
    assert code == (500, "-2147024749, Microsoft.SharePoint.SPQueryThrottledException")  # §1.8


def test_verbose_values_have_their_wrappings(site: ListSite, items: str) -> None:
    made = site.json("POST", items, {"Tags": ["a"], "Link": {"Url": "http://u", "Description": "d"}})
    shown = site.json("GET", f"{items}({made['Id']})", accept=VERBOSE)["d"]
    assert shown["Tags"] == {"__metadata": {"type": "Collection(Edm.String)"}, "results": ["a"]}  # §6.3
    assert shown["Link"] == {"__metadata": {"type": "SP.FieldUrlValue"}, "Description": "d", "Url": "http://u"}
    assert shown["__metadata"]["etag"] == f'"{made["GUID"]},1"'
