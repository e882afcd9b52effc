"""Every view of guide.md §2 on the wire, in both languages: compared with views.txt, not with lists/."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.domain.conftest import LISTS, Made
from tests.domain.guide import ViewRow, views
from tests.domain.rowsets import in_caml, in_words, rows

VIEWS = views()
LAYOUTS = {"list": None, "board": "KANBAN", "calendar": "MODERNCALENDAR", "gallery": "TILES"}
MADE_BY_SHAREPOINT = {"Alle items", "Alle documenten", "All Items", "All Documents"}


def name(view: ViewRow) -> str:
    return f"{view.list}.{view.titles['en']}"


def found(made: Made, view: ViewRow) -> dict[str, Any]:
    return dict(made.views(view.list)[view.titles[made.language]])


@pytest.mark.parametrize("key", list(LISTS))
def test_a_list_has_the_views_of_the_guide_and_opens_with_the_right_one(made: Made, key: str) -> None:
    wanted = [view for view in VIEWS if view.list == key]
    titles = {view.titles[made.language] for view in wanted}
    assert titles <= set(made.views(key))
    assert set(made.views(key)) - titles <= MADE_BY_SHAREPOINT
    first = [view.titles[made.language] for view in wanted if "default" in view.layout.split()]
    assert [title for title, view in made.views(key).items() if view["DefaultView"]] == first


@pytest.mark.parametrize("view", VIEWS, ids=name)
def test_layout(made: Made, view: ViewRow) -> None:
    on_the_wire = found(made, view)
    layout, *more = view.layout.split()
    assert (on_the_wire["ViewType2"] or None) == LAYOUTS[layout]
    shown = on_the_wire["ViewFields"]["Items"]
    if layout == "board":
        (pivot,) = [
            ref.get("Name")
            for ref in fromstring(f"<D>{on_the_wire['ViewData']}</D>")
            if ref.get("Type") == "KanbanPivotColumn"
        ]
        assert pivot == more[0]
        assert pivot in shown
    elif layout == "calendar":
        start, _dots, end = more[0].partition("..")
        # sharepoint-rest.md §5: start, end, title, then the rest.
        assert shown[: 3 if end != start else 2] == list(dict.fromkeys([start, end, "Title"]))
        overlap = fromstring(f"<Q>{on_the_wire['ViewQuery']}</Q>").find(".//DateRangesOverlap")
        assert overlap is not None
        assert [ref.get("Name") for ref in overlap.iterfind("FieldRef")] == [start, end]
    elif layout == "gallery":
        assert (on_the_wire["RowLimit"], on_the_wire["Paged"]) == (int(more[0]), False)
    if layout != "gallery":
        assert (on_the_wire["RowLimit"] >= 30, on_the_wire["Paged"]) == (True, True)


@pytest.mark.parametrize("view", VIEWS, ids=name)
def test_what_is_shown(made: Made, view: ViewRow) -> None:
    shown = found(made, view)["ViewFields"]["Items"]
    if LISTS[view.list].kind == "library":
        assert shown[:3] == ["DocIcon", "LinkFilename", "Title"], "a file is opened by its name"
    elif not view.layout.startswith("calendar"):
        assert shown[0] == "LinkTitle", "a row is opened by its title"
    assert len(shown) > 3
    people = [
        one
        for one in shown
        if one in LISTS[view.list].columns and LISTS[view.list].columns[one].type.split()[0] in {"User", "Lookup"}
    ]
    assert len(people) <= 12, "§2.0.9"


@pytest.mark.parametrize("view", VIEWS, ids=name)
def test_order_and_groups(made: Made, view: ViewRow) -> None:
    query = fromstring(f"<Q>{found(made, view)['ViewQuery']}</Q>")
    groups = [f"by {ref.get('Name')}" for ref in query.iterfind("GroupBy/FieldRef")]
    order = [
        "-" * (ref.get("Ascending") == "FALSE") + ref.get("Name", "") for ref in query.iterfind("OrderBy/FieldRef")
    ]
    wanted = [part.strip() for part in view.order.split(",") if part.strip()]
    # Where the guide names no order, the rows of a group may have any.
    assert [*groups, *order][: len(wanted)] == wanted
    assert len(groups) == sum(part.startswith("by ") for part in wanted)
    if wanted and not wanted[-1].startswith("by "):
        assert len(order) == len(wanted) - len(groups)


@pytest.mark.parametrize("view", VIEWS, ids=name)
def test_totals(made: Made, view: ViewRow) -> None:
    on_the_wire = found(made, view)
    totals = fromstring(f"<T>{on_the_wire['Aggregations'] or ''}</T>")
    assert (len(totals) > 0) == ("totals" in view.layout.split())
    if len(totals):
        assert on_the_wire["AggregationsStatus"] == "On"
        columns = {ref.get("Name"): ref.get("Type") for ref in totals}
        assert set(columns) <= set(on_the_wire["ViewFields"]["Items"])
        if view.list == "BudgetLines":
            money = {key for key, column in LISTS[view.list].columns.items() if column.type == "Currency"}
            assert columns == dict.fromkeys(money, "SUM"), "§2.7: totals on the currency columns"
        else:
            assert columns == {"LinkTitle": "COUNT"}


@pytest.mark.parametrize("view", VIEWS, ids=name)
def test_the_filter_means_what_the_guide_says(made: Made, view: ViewRow) -> None:
    listing = LISTS[view.list]
    guide, wire = in_words(view, listing, made.language), in_caml(str(found(made, view)["ViewQuery"] or ""))
    seen = set()
    for row in rows(view, listing, made.language):
        required = (column for column in row if column in listing.columns and "R" in listing.columns[column].flags)
        if any(row[column] is None and f"{column} empty" not in view.filter for column in required):
            continue
        assert wire(row) == guide(row), row
        seen.add(guide(row))
    assert seen == ({True, False} if view.filter else {True}), "the rows tried show what a filter leaves out"
