"""Pages, order and the limits of a large list (sharepoint-rest.md §6.5, §10.7, §10.8)."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.sandbox.sharepoint import moments
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.schema import Schema
from tests.sandbox.list_site import ACTIONS, NOW, VERBOSE, ListSite

STATES = ("Open", "Bezig", "Klaar", None)


def fill(site: ListSite, count: int) -> None:
    """Put rows in the site's last list without a request each: row n is due n days after 2026-01-01 (mod 400)."""
    schema = Schema(site.tenant, people=None)  # type: ignore[arg-type]
    web = schema.web("/sites/demo")
    assert web is not None
    listing = schema.list_by_id("/sites/demo", site.list_id)
    assert listing is not None
    cells = Cells(web, listing, schema)
    ids = {field.name: field.id for field in cells.fields}
    cells.refresh_indexes()
    start = NOW.replace(month=1, day=1, hour=23)
    with site.tenant.store.transaction():
        for _ in range(count):
            number = cells.rows.next_id(listing.id)
            values = {
                ids["Title"]: f"Rij {number}",
                ids["Status"]: STATES[number % 4],
                ids["DueDate"]: moments.written(start + timedelta(days=number % 400)),
                ids["Percent"]: float(number % 7),
            }
            kept = {name: value for name, value in values.items() if value is not None}
            moment = moments.written(NOW)
            row = Row(listing.id, number, str(uuid.uuid4()), 1, 1, moment, moment, 1, 1, 0, kept)
            cells.rows.insert(row, cells.entries(row))
        schema.touch_list(listing.id, count)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[ListSite, str]:
    site = ListSite(tmp_path_factory.mktemp("small"))
    items = site.add_list("Actions", *ACTIONS) + "/items"
    fill(site, 250)
    return site, items


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[ListSite, str]:
    site = ListSite(tmp_path_factory.mktemp("large"))
    items = site.add_list("Actions", *ACTIONS) + "/items"
    fill(site, 6_800)
    return site, items


def walk(site: ListSite, items: str, query: str) -> list[list[int]]:
    """The ids of each page, following the links as given."""
    pages: list[list[int]] = []
    found = site.json("GET", items, query=query)
    while True:
        pages.append([row["Id"] for row in found["value"]])
        link = found.get("odata.nextLink")
        if link is None:
            return pages
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc) == ("https", "lindervoort.sharepoint.com")
        rest = parts.path.split("/_api/")[1]
        assert rest.endswith("/items")
        options = dict(parse_qsl(parts.query))
        text = "&".join(f"{name}={value.replace('%', '%25').replace('&', '%26')}" for name, value in options.items())
        found = site.json("GET", items, query=text.replace("=TRUE%26", "=TRUE%26"))


def test_the_default_page_has_a_hundred_rows(small: tuple[ListSite, str]) -> None:
    assert [len(page) for page in walk(*small, "$select=Id")] == [100, 100, 50]


def test_pages_cover_every_row_once(small: tuple[ListSite, str]) -> None:
    pages = walk(*small, "$select=Id&$top=60")
    assert [row for page in pages for row in page] == list(range(1, 251))


@pytest.mark.parametrize(
    "order", ["ID desc", "Percent desc", "Status", "Status desc,Percent", "DueDate,ID desc", "Title desc"]
)
def test_sorted_pages_cover_every_row_once(small: tuple[ListSite, str], order: str) -> None:
    pages = walk(*small, f"$select=Id&$top=40&$orderby={order}")
    whole = walk(*small, f"$select=Id&$top=300&$orderby={order}")
    assert [row for page in pages for row in page] == whole[0]
    assert sorted(whole[0]) == list(range(1, 251))


def test_order_is_by_value_then_id(small: tuple[ListSite, str]) -> None:
    found = small[0].json("GET", small[1], query="$select=Id,Percent&$top=250&$orderby=Percent desc")["value"]
    assert found == sorted(found, key=lambda row: (-row["Percent"], row["Id"]))
    first = small[0].json("GET", small[1], query="$select=Id,Status&$top=1&$orderby=Status")["value"]
    assert first == [{"Id": 3, "Status": None}]  # empty values come first


def test_an_unencoded_token_brings_page_one_again(small: tuple[ListSite, str]) -> None:
    # §6.5: the & must be encoded, else the id is lost and page 1 comes back.
    site, items = small
    assert site.json("GET", items, query="$select=Id&$top=1&$skiptoken=Paged=TRUE&p_ID=5")["value"] == [{"Id": 1}]
    assert site.json("GET", items, query="$select=Id&$top=1&$skiptoken=Paged=TRUE%26p_ID=5")["value"] == [{"Id": 6}]
    assert site.json("GET", items, query="%24select=Id&%24top=1&%24skiptoken=Paged%3DTRUE%26p_ID%3D5")["value"] == [
        {"Id": 6}
    ]


def test_pages_go_backwards(small: tuple[ListSite, str]) -> None:
    site, items = small
    query = "$select=Id&$top=3&$skiptoken=Paged=TRUE%26PagedPrev=TRUE%26p_ID=10"
    assert site.json("GET", items, query=query)["value"] == [{"Id": 7}, {"Id": 8}, {"Id": 9}]


def test_skip_is_ignored_and_wrong_options_are_refused(small: tuple[ListSite, str]) -> None:
    site, items = small
    assert site.json("GET", items, query="$select=Id&$top=1&$skip=10")["value"] == [{"Id": 1}]  # §6.5
    for query in ("$order_by=ID desc", "$top=x", "$top=-1", "$orderby=X", "$orderby=Title sideways", "$orderby=Tags"):
        assert site.error("GET", items, query=query)[0] == 400, query
    assert site.error("GET", items, query="$top=5001")[1].startswith("-2147024860")  # §6.5


def test_verbose_pages_link_by_next(small: tuple[ListSite, str]) -> None:
    answer = small[0].send("GET", small[1], query="$select=Id&$top=100", accept=VERBOSE)
    link = json.loads(answer.body)["d"]["__next"]
    assert "%24skiptoken=Paged%3DTRUE%26p_ID%3D100" in link
    assert "%24top=100" in link


THROTTLED = (
    500,
    "-2147024860, Microsoft.SharePoint.SPQueryThrottledException",
    "The attempted operation is prohibited because it exceeds the list view threshold.",
)


@pytest.mark.parametrize(
    "query",
    [
        "$filter=Title eq 'Rij 5'",  # Title has no index (§4.6)
        "$filter=Percent eq 3 and Status eq 'Open'",  # the first condition counts
        "$filter=Percent ne null",
        "$filter=Status eq 'Open' or Title eq 'x'",
        "$filter=Status ne 'Nergens'",  # indexed, but 5,100 rows
        "$filter=DueDate ge '2026-01-01'",
        "$filter=substringof('pen',Status)",
        "$orderby=Title",
        "$orderby=Percent desc",
    ],
)
def test_a_large_list_refuses_what_no_index_serves(large: tuple[ListSite, str], query: str) -> None:
    assert large[0].error("GET", large[1], query=query) == THROTTLED


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("$filter=Status eq 'Open'&$top=5000", 1700),
        ("$filter=(Status eq 'Open' or Status eq 'Bezig') and Percent eq 3&$top=5000", 486),
        ("$filter=DueDate ge '2026-03-01' and DueDate lt '2026-03-11' and Title ne 'x'&$top=5000", 170),
        ("$filter=Status eq null&$top=5000", 1700),
        ("$filter=Status eq 'Open'&$orderby=Title desc&$top=5000", 1700),
        ("$filter=ID gt 6700", 100),
        ("$orderby=DueDate desc&$top=10", 10),
        ("$orderby=ID desc&$top=10", 10),
        ("$top=5000", 5000),
    ],
)
def test_a_large_list_answers_what_an_index_serves(large: tuple[ListSite, str], query: str, count: int) -> None:
    assert len(large[0].json("GET", large[1], query=f"$select=Id&{query}")["value"]) == count


def test_an_unfiltered_walk_by_id_has_no_limit(large: tuple[ListSite, str]) -> None:
    pages = walk(*large, "$select=Id&$top=2000")
    assert [len(page) for page in pages] == [2000, 2000, 2000, 800]


def test_a_new_index_serves_rows_that_were_there(tmp_path: Path) -> None:
    site = ListSite(tmp_path)
    path = site.add_list("Actions", *ACTIONS)
    fill(site, 5_200)
    assert site.error("GET", f"{path}/items", query="$filter=Percent eq 3") == THROTTLED
    changed = site.send("MERGE", f"{path}/fields/getByInternalNameOrTitle('Percent')", {"Indexed": True}, If_Match="*")
    assert changed.status == 204
    found = site.json("GET", f"{path}/items", query="$select=Id,Percent&$filter=Percent eq 3&$top=5000")["value"]
    assert len(found) == 743
    assert {row["Percent"] for row in found} == {3}
    site.send("MERGE", f"{path}/items({found[0]['Id']})", {"Percent": 99}, If_Match="*")
    assert len(site.json("GET", f"{path}/items", query="$filter=Percent eq 3&$top=5000")["value"]) == 742


def test_an_indexed_filter_is_quick(tmp_path: Path) -> None:
    site = ListSite(tmp_path)
    path = f"{site.add_list('Actions', *ACTIONS)}/items"
    fill(site, 20_000)
    query = "$select=Id,Title,DueDate&$filter=DueDate ge '2026-02-01' and DueDate lt '2026-02-04' and Status eq 'Open'"
    durations: list[float] = []
    for _ in range(5):
        started = time.perf_counter()
        found = site.json("GET", path, query=query)["value"]
        durations.append(time.perf_counter() - started)
    # Rows 30, 31 and 32 are due in these three days, and those 400, 800, … later; every fourth row is 'Open'.
    due = [number for number in range(1, 20_001) if number % 400 in {30, 31, 32}]
    assert [row["Id"] for row in found] == [number for number in due if STATES[number % 4] == "Open"]
    assert len(found) == 50
    assert min(durations) < 0.05


OPTIONS = st.sampled_from(["$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$skiptoken"])
VALUES = st.sampled_from(
    [
        "*",
        "Id",
        "Owner",
        "Owner/EMail",
        "Title desc",
        "DueDate,ID desc",
        "5",
        "-1",
        "",
        ",",
        "Paged=TRUE%26p_ID=2",
        "null",
    ]
) | st.text(max_size=12).map(quote)


@settings(deadline=None, max_examples=150)
@given(st.dictionaries(OPTIONS, VALUES, max_size=4))
def test_any_options_get_an_answer(small: tuple[ListSite, str], options: dict[str, str]) -> None:
    query = "&".join(f"{name}={value}" for name, value in options.items())
    answer = small[0].send("GET", small[1], query=query)
    assert answer.status in {200, 400, 500}
    json.loads(answer.body)
