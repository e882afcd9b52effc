"""CAML through `GetItems` and `RenderListDataAsStream`, and as the pages use it (sharepoint-rest.md §6.9)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.sandbox.sharepoint import caml
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.model import ServiceError
from projectlists.sandbox.sharepoint.schema import Schema
from tests.sandbox.list_site import ACTIONS, NOW, VERBOSE, ListSite

ANNA = "person:anna.bos@gemeente.example"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[ListSite, str]:
    """Four rows; today is Monday 23 November 2026."""
    site = ListSite(tmp_path_factory.mktemp("caml"))
    path = site.add_list("Actions", *ACTIONS)
    anna, bram = site.user_id("anna.bos@gemeente.example"), site.user_id("bram.dijk@gemeente.example")
    rows: list[dict[str, Any]] = [
        {
            "Title": "Vandaag",
            "Status": "Open",
            "DueDate": "2026-11-23",
            "OwnerId": anna,
            "Percent": 10,
            "Tags": ["a", "b"],
        },
        {"Title": "Te laat", "Status": "Bezig", "DueDate": "2026-11-20", "OwnerId": bram, "Off": True},
        {
            "Title": "Later",
            "Status": "Klaar",
            "DueDate": "2026-12-03",
            "OwnerId": anna,
            "Moment": "2026-12-03T10:30:00Z",
        },
        {"Title": "Zonder datum", "Status": "Open", "Details": "Bellen & mailen"},
    ]
    for row in rows:
        site.json("POST", f"{path}/items", row)
    return site, path


def get_items(site: ListSite, path: str, xml: str, **rest: Any) -> list[int]:
    query = {"ViewXml": xml, "DatesInUtc": True}
    found = site.json("POST", f"{path}/GetItems", {"query": query}, token=ANNA, **rest)
    return [row["Id"] for row in found["value"]]


def due(operator: str, inside: str) -> str:
    return f'<{operator}><FieldRef Name="DueDate"/><Value Type="DateTime">{inside}</Value></{operator}>'


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        ('<Eq><FieldRef Name="Status"/><Value Type="Choice">open</Value></Eq>', [1, 4]),
        ('<Neq><FieldRef Name="Status"/><Value Type="Choice">Open</Value></Neq>', [2, 3]),
        (due("Lt", "<Today/>"), [2]),
        (due("Eq", "<Today/>"), [1]),
        (due("Leq", "<Today/>"), [1, 2]),
        (due("Gt", "<Today/>"), [3]),
        (due("Neq", "<Today/>"), [2, 3]),
        (due("Leq", '<Today OffsetDays="10"/>'), [1, 2, 3]),
        (due("Leq", '<Today OffsetDays="9"/>'), [1, 2]),
        (due("Geq", "2026-11-23T00:00:00Z"), [1, 3]),
        (
            '<And><Geq><FieldRef Name="Moment"/><Value Type="DateTime" IncludeTimeValue="TRUE" StorageTZ="TRUE">'
            "2026-12-03T10:30:00Z</Value></Geq>" + due("Gt", "<Today/>") + "</And>",
            [3],
        ),
        # A view's [Me] stands for the caller.
        ('<Eq><FieldRef Name="Owner"/><Value Type="Integer"><UserID Type="Integer"/></Value></Eq>', [1, 3]),
        ('<Eq><FieldRef Name="Owner"/><Value Type="User">bram dijk</Value></Eq>', [2]),
        ('<IsNull><FieldRef Name="Owner"/></IsNull>', [4]),
        ('<IsNotNull><FieldRef Name="DueDate"/></IsNotNull>', [1, 2, 3]),
        (
            '<In><FieldRef Name="Status"/><Values><Value Type="Choice">Open</Value>'
            '<Value Type="Choice">Klaar</Value></Values></In>',
            [1, 3, 4],
        ),
        ('<BeginsWith><FieldRef Name="Title"/><Value Type="Text">te</Value></BeginsWith>', [2]),
        ('<Contains><FieldRef Name="Details"/><Value Type="Note">&amp; mail</Value></Contains>', [4]),
        ('<Eq><FieldRef Name="Tags"/><Value Type="Text">b</Value></Eq>', [1]),  # §6.3
        ('<Eq><FieldRef Name="Off"/><Value Type="Boolean">1</Value></Eq>', [2]),
        ('<Eq><FieldRef Name="Left"/><Value Type="Number">90</Value></Eq>', [1]),
        ('<Geq><FieldRef Name="ID"/><Value Type="Counter">3</Value></Geq>', [3, 4]),
        ("<Or>" + due("Lt", "<Today/>") + '<IsNull><FieldRef Name="DueDate"/></IsNull></Or>', [2, 4]),
        (
            '<DateRangesOverlap><FieldRef Name="DueDate"/><FieldRef Name="DueDate"/>'
            '<Value Type="DateTime"><Month/></Value></DateRangesOverlap>',
            [1, 2],
        ),
    ],
)
def test_where(asked: tuple[ListSite, str], where: str, ids: list[int]) -> None:
    assert get_items(*asked, f"<View><Query><Where>{where}</Where></Query></View>") == ids


def test_order_limit_and_unknown_scopes(asked: tuple[ListSite, str]) -> None:
    order = '<OrderBy><FieldRef Name="DueDate" Ascending="FALSE"/></OrderBy>'
    xml = f'<View Scope="ViewScope.DefaultValue"><Query>{order}</Query><RowLimit>3</RowLimit></View>'
    assert get_items(*asked, xml) == [3, 1, 2]
    grouped = '<GroupBy><FieldRef Name="Status"/></GroupBy><OrderBy><FieldRef Name="Title"/></OrderBy>'
    assert get_items(*asked, f"<View><Query>{grouped}</Query></View>") == [2, 3, 1, 4]


def test_positions_go_on_where_the_page_ended(asked: tuple[ListSite, str]) -> None:
    site, path = asked
    xml = '<View><Query><OrderBy><FieldRef Name="Title"/></OrderBy></Query><RowLimit>2</RowLimit></View>'
    query = {
        "ViewXml": xml,
        "DatesInUtc": True,
        "ListItemCollectionPosition": {"PagingInfo": "Paged=TRUE&p_Title=Te laat&p_ID=2"},
    }
    found = site.json("POST", f"{path}/GetItems", {"query": query})["value"]
    assert [row["Title"] for row in found] == ["Vandaag", "Zonder datum"]


def test_dates_are_the_site_s_without_dates_in_utc(asked: tuple[ListSite, str]) -> None:
    site, path = asked
    xml = (
        '<View><ViewFields><FieldRef Name="DueDate"/><FieldRef Name="Owner"/></ViewFields><RowLimit>1</RowLimit></View>'
    )
    local = site.json("POST", f"{path}/GetItems", {"query": {"ViewXml": xml}})["value"][0]
    assert local["DueDate"] == "2026-11-23T00:00:00"  # §6.6
    assert "OwnerId" in local
    assert "Title" not in local
    utc = site.json("POST", f"{path}/GetItems", {"query": {"ViewXml": xml, "DatesInUtc": True}})["value"][0]
    assert utc["DueDate"] == "2026-11-22T23:00:00Z"


@pytest.mark.parametrize(
    ("xml", "status"),
    [
        ("<View><Query><Where><Eq></Where></View>", 500),
        ("<View><Query><Where><Not/></Where></Query></View>", 500),
        ('<View><Query><Where><And><IsNull><FieldRef Name="Title"/></IsNull></And></Where></Query></View>', 500),
        ('<View><Query><Where><IsNull><FieldRef Name="Nergens"/></IsNull></Where></Query></View>', 500),
        (
            '<View><Query><Where><Membership Type="CurrentUserGroups"><FieldRef Name="Owner"/></Membership></Where>'
            "</Query></View>",
            501,
        ),
        (
            '<View><Query><Where><Eq><FieldRef Name="Percent"/><Value Type="Number">x</Value></Eq></Where></Query>'
            "</View>",
            500,
        ),
        ('<!DOCTYPE a [<!ENTITY b "c">]><View/>', 500),
        ("<View>" + "<And>" * 300 + "</And>" * 300 + "</View>", 500),
    ],
)
def test_what_caml_does_not_have(asked: tuple[ListSite, str], xml: str, status: int) -> None:
    site, path = asked
    assert site.error("POST", f"{path}/GetItems", {"query": {"ViewXml": xml}})[0] == status


def test_the_client_s_verbose_form(asked: tuple[ListSite, str]) -> None:
    site, path = asked
    query = {
        "DatesInUtc": True,
        "ViewXml": '<View Scope="ViewScope.DefaultValue"><Query></Query></View>',
        "AllowIncrementalResults": True,
        "__metadata": {"type": "SP.CamlQuery"},
    }
    found = site.json("POST", f"{path}/GetItems", {"query": query}, accept=VERBOSE)
    assert len(found["d"]["results"]) == 4


def test_rows_as_a_stream_are_texts(asked: tuple[ListSite, str]) -> None:
    site, path = asked
    fields = "".join(
        f'<FieldRef Name="{name}"/>' for name in ("LinkTitle", "DueDate", "Owner", "Off", "Percent", "Tags")
    )
    xml = f'<View><ViewFields>{fields}</ViewFields><RowLimit Paged="TRUE">2</RowLimit></View>'
    found = site.json("POST", f"{path}/RenderListDataAsStream", {"parameters": {"ViewXml": xml}})
    assert (found["FirstRow"], found["LastRow"], found["RowLimit"]) == (1, 2, 2)
    row = found["Row"][0]
    assert (row["ID"], row["FSObjType"], row["LinkTitle"]) == ("1", "0", "Vandaag")
    assert (row["DueDate"], row["DueDate."]) == ("23-11-2026", "2026-11-22T23:00:00Z")
    assert (row["Off"], row["Off.value"]) == ("Nee", "0")
    assert (row["Percent"], row["Percent."]) == ("10", "10.00000000000000")
    assert (row["Owner"][0]["title"], row["Owner"][0]["email"]) == ("Anna Bos", "anna.bos@gemeente.example")
    assert found["NextHref"] == "?Paged=TRUE&p_ID=2&PageFirstRow=3"
    rest = {"parameters": {"ViewXml": xml, "Paging": found["NextHref"]}}
    following = site.json("POST", f"{path}/RenderListDataAsStream", rest)
    assert ([one["ID"] for one in following["Row"]], following["FirstRow"], "NextHref" in following) == (
        ["3", "4"],
        3,
        False,
    )


def test_the_default_view_is_used_without_xml(asked: tuple[ListSite, str]) -> None:
    site, path = asked
    found = site.json("POST", f"{path}/RenderListDataAsStream", {"parameters": {"RenderOptions": 2}})
    assert [row["LinkTitle"] for row in found["Row"]] == ["Vandaag", "Te laat", "Later", "Zonder datum"]


def cells_of(site: ListSite) -> Cells:
    schema = Schema(site.tenant, people=None)  # type: ignore[arg-type]
    web = schema.web("/sites/demo")
    listing = schema.list_by_id("/sites/demo", site.list_id)
    assert web is not None
    assert listing is not None
    return Cells(web, listing, schema)


def test_pages_select_rows_by_the_inside_of_a_query(asked: tuple[ListSite, str]) -> None:
    query = f'<OrderBy><FieldRef Name="DueDate"/></OrderBy><Where>{due("Leq", "<Today/>")}</Where>'
    rows = caml.select(cells_of(asked[0]), caml.Asker(0, NOW), query)
    assert [row.id for row in rows] == [2, 1]


TAGS = st.sampled_from(
    ["And", "Or", "Eq", "In", "IsNull", "Lt", "Where", "Query", "Value", "Values", "FieldRef", "Today", "OrderBy"]
)
NAMES = st.sampled_from(["Title", "DueDate", "Owner", "Percent", "Left", "X", ""])
TREES = st.recursive(
    st.builds(
        lambda tag, name, text: f'<{tag} Name="{name}">{text}</{tag}>',
        TAGS,
        NAMES,
        st.sampled_from(["", "1", "2026-01-01"]),
    ),
    lambda inner: st.builds(lambda tag, some: f"<{tag}>{''.join(some)}</{tag}>", TAGS, st.lists(inner, max_size=3)),
    max_leaves=10,
)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40) | TREES | TREES.map(lambda tree: f"<View><Query><Where>{tree}</Where></Query></View>"))
def test_any_xml_is_read_or_refused(asked: tuple[ListSite, str], xml: str) -> None:
    status = 200
    try:
        caml.select(cells_of(asked[0]), caml.Asker(0, NOW), xml)
    except ServiceError as refusal:
        status = refusal.status
    assert status in {200, 400, 500, 501}
