"""Rows to items and values to bodies (sharepoint-rest.md §6.2-§6.6)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.definitions.model import ListDefinition
from projectlists.farend.wire import items_from, midnight, options, values_for
from projectlists.item import Link, Person, Reference, Value

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TEXT = {"nl": "x", "en": "y"}
CHOICES = [{"key": "new", "nl": "Nieuw", "en": "New"}, {"key": "done", "nl": "Afgerond", "en": "Done"}]
LIST = ListDefinition.model_validate(
    {
        "key": "Actions",
        "letter": "A",
        "title": TEXT,
        "description": TEXT,
        "views": [],
        "fields": [
            {"name": "Title", "type": "Text", "title": TEXT},
            {"name": "Owner", "type": "User", "title": TEXT},
            {"name": "Related", "type": "Lookup", "lookup": "Decisions", "title": TEXT},
            {"name": "DueDate", "type": "DateTime", "title": TEXT},
            {"name": "Status", "type": "Choice", "title": TEXT, "choices": CHOICES},
            {"name": "Roles", "type": "MultiChoice", "title": TEXT, "choices": CHOICES},
            {"name": "Done", "type": "Number", "title": TEXT},
            {"name": "Off", "type": "Boolean", "title": TEXT},
            {"name": "Url", "type": "URL", "title": TEXT},
            {"name": "Score", "type": "Calculated", "result_type": "Number", "formula": "=1", "title": TEXT},
        ],
    }
)


def read(zone: ZoneInfo = AMSTERDAM, **row: Any) -> dict[str, Value]:
    (item,) = items_from(LIST, zone, [{"Id": 1, "Created": "2026-11-01T00:00:00Z", "Modified": None, **row}])
    return dict(item.values)


def test_what_is_asked_for() -> None:
    assert options(LIST, ["Title", "Owner", "Related"]) == {
        "$select": "Id,Created,Modified,Title,Owner/Id,Owner/Title,Owner/EMail,Owner/Name,Related/Id,Related/Title",
        "$expand": "Owner,Related",
    }
    assert options(LIST, ["Title"]) == {"$select": "Id,Created,Modified,Title"}


def test_a_row_becomes_an_item() -> None:
    (item,) = items_from(
        LIST,
        AMSTERDAM,
        [
            {
                "odata.etag": '"7645e69d-21fb-4a24-a17a-9bdfa7cb63dc,111"',
                "Id": 147,
                "Created": "2026-10-31T23:30:00Z",
                "Modified": "2026-11-02T10:55:37Z",
                "Title": "Vraag de vergunning aan",
                "Owner": {
                    "Id": 5,
                    "Title": "Anne de Boer",
                    "EMail": "A.deBoer@gemeente.example",
                    "Name": "i:0#.f|membership|a",
                },
                "Related": {"Id": 7, "Title": "Besluit"},
                "DueDate": "2026-12-03T23:00:00Z",
                "Status": "Afgerond",
                "Roles": ["Nieuw", "Eigen"],
                "Done": 100.0,
                "Off": True,
                "Url": {"Url": "https://a", "Description": "b"},
                "Score": "float;#2.5",
            }
        ],
    )
    assert item.id == 147
    assert item.etag == '"7645e69d-21fb-4a24-a17a-9bdfa7cb63dc,111"'
    assert item.created == datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert item.created_on == date(2026, 11, 1)  # half past midnight in Amsterdam, one hour ahead of UTC
    assert item.values == {
        "Title": "Vraag de vergunning aan",
        "Owner": Person(5, "Anne de Boer", "a.deboer@gemeente.example", "i:0#.f|membership|a"),
        "Related": Reference(7, "Besluit"),
        "DueDate": date(2026, 12, 4),
        "Status": "done",
        "Roles": ("new", "Eigen"),
        "Done": 100,
        "Off": True,
        "Url": Link("https://a", "b"),
        "Score": 2.5,
    }


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        # §6.6: in a UTC+2 site 2024-07-07 reads 2024-07-06T22:00:00Z
        ("Europe/Amsterdam", "2024-07-06T22:00:00Z", date(2024, 7, 7)),
        # both days of the clock change in 2026, and the days after
        ("Europe/Amsterdam", "2026-03-28T23:00:00Z", date(2026, 3, 29)),
        ("Europe/Amsterdam", "2026-03-29T22:00:00Z", date(2026, 3, 30)),
        ("Europe/Amsterdam", "2026-10-24T22:00:00Z", date(2026, 10, 25)),
        ("Europe/Amsterdam", "2026-10-25T23:00:00Z", date(2026, 10, 26)),
        ("America/New_York", "2026-07-07T04:00:00Z", date(2026, 7, 7)),
        ("Pacific/Auckland", "2026-01-14T11:00:00Z", date(2026, 1, 15)),  # +13 in summer
        ("UTC", "2026-07-07T00:00:00Z", date(2026, 7, 7)),
    ],
)
def test_dates_are_local_midnights(zone: str, instant: str, day: date) -> None:
    assert read(ZoneInfo(zone), DueDate=instant)["DueDate"] == day
    assert midnight(day, ZoneInfo(zone)) == instant


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from(["Europe/Amsterdam", "America/New_York", "UTC"]))
def test_a_date_comes_back_as_it_went(day: date, zone: str) -> None:
    assert read(ZoneInfo(zone), DueDate=midnight(day, ZoneInfo(zone)))["DueDate"] == day


@pytest.mark.parametrize("label", ["Nieuw", "New"])
def test_choices_are_understood_in_both_languages(label: str) -> None:
    assert read(Status=label)["Status"] == "new"


def test_an_unknown_label_stays_as_it_is() -> None:
    assert read(Status="Geparkeerd")["Status"] == "Geparkeerd"  # guide.md §2.0.2


@pytest.mark.parametrize(
    "unset",
    [
        {},
        {"Owner": None, "Roles": None, "Related": None, "Url": None},
        # §11.4: it is not known how an unset person looks
        {"Owner": {"__deferred": {"uri": "x"}}, "Roles": {"results": []}},
        {"Owner": {"Id": None, "Title": None}, "Related": {"Id": None}, "Roles": []},
    ],
)
def test_unset_in_every_form(unset: dict[str, Any]) -> None:
    values = read(**unset)
    assert values["Owner"] is None
    assert values["Related"] is None
    assert values["Roles"] == ()
    assert values["DueDate"] is None
    assert values["Done"] is None


def test_values_become_a_light_body() -> None:
    body = values_for(
        LIST,
        "nl",
        AMSTERDAM,
        {
            "Title": "A",
            "Owner": Person(5),
            "Related": Reference(7),
            "DueDate": date(2026, 12, 4),
            "Status": "done",
            "Roles": ("new", "Eigen"),
            "Done": 90,
            "Off": False,
            "Url": Link("https://a"),
        },
    )
    # §6.3: in light bodies arrays are right and no __metadata stands; people and lookups go under XId
    assert body == {
        "Title": "A",
        "OwnerId": 5,
        "RelatedId": 7,
        "DueDate": "2026-12-03T23:00:00Z",
        "Status": "Afgerond",
        "Roles": ["Nieuw", "Eigen"],
        "Done": 90,
        "Off": False,
        "Url": {"Url": "https://a", "Description": "https://a"},
    }


def test_none_empties_a_column() -> None:
    assert values_for(LIST, "en", AMSTERDAM, {"Owner": None, "DueDate": None, "Status": None}) == {
        "OwnerId": None,
        "DueDate": None,
        "Status": None,
    }


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(KeyError):
        values_for(LIST, "nl", AMSTERDAM, {"Nope": 1})
