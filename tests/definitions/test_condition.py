"""What a condition means: the reference for views, filters and rules (guide.md §2.0.9)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from projectlists.definitions.condition import All, Any_, Condition, Test, day_of, fields_of, is_field_name, matches
from projectlists.item import Person, Reference, Value
from tests.rows import row

TODAY = date(2026, 12, 1)
ME = Person(7, "Ik")
READER: TypeAdapter[Condition] = TypeAdapter(Condition)


def holds(test: dict[str, Any], value: Value, **others: Value) -> bool:
    return matches(Test(field="Value", **test), row(Value=value, **others), TODAY, ME)


@pytest.mark.parametrize(
    ("test", "meets", "fails"),
    [
        ({"equals": "done"}, ["done"], ["new", "Done", "Bij de drukker", None]),
        ({"not_equals": "done"}, ["new", "Bij de drukker", None], ["done"]),
        ({"not_equals": "this_year"}, [2025, None], [2026]),
        ({"one_of": ("new", "waiting")}, ["new", "waiting"], ["done", "Bij de drukker", None]),
        ({"none_of": ("done", "cancelled")}, ["new", "Bij de drukker", None], ["done", "cancelled"]),
        # Several choices: one of them is enough.
        ({"one_of": ("meeting", "press")}, [("website", "press")], [("website",), (), None]),
        ({"equals": "press"}, [("website", "press")], [("website",)]),
        ({"none_of": ("press",)}, [("website",), ()], [("website", "press")]),
        # An empty yes/no column means no.
        ({"equals": True}, [True], [False, None]),
        ({"equals": False}, [False, None], [True]),
        ({"equals": 100}, [100, 100.0], [99, None]),
        ({"empty": True}, [None, "", ()], ["x", 0, False, TODAY, ("a",), Person(1), Reference(1)]),
        ({"empty": False}, ["x", 0, False, TODAY, ("a",), Person(1)], [None, "", ()]),
        ({"is_me": True}, [Person(7, "Andere naam")], [Person(8, "Ik"), None, "Ik"]),
        ({"is_me": False}, [Person(8), None], [Person(7)]),
        ({"at_least": 50}, [50, 50.5, 100], [49.9, 0, None, "60"]),
        ({"at_most": 50}, [50, 0, -1], [50.1, None, "40"]),
        ({"before": "today"}, [date(2026, 11, 30)], [TODAY, date(2026, 12, 2), None, "2026-11-30"]),
        ({"until": "today"}, [date(2026, 11, 30), TODAY], [date(2026, 12, 2), None]),
        ({"since": "today"}, [TODAY, date(2026, 12, 2)], [date(2026, 11, 30), None]),
        ({"after": "today"}, [date(2026, 12, 2)], [TODAY, None]),
        # Calendar days: 1 December + 7 is the 8th, - 60 is 2 October.
        ({"until": "today+7"}, [date(2026, 12, 8)], [date(2026, 12, 9)]),
        ({"before": "today-60"}, [date(2026, 10, 1)], [date(2026, 10, 2)]),
        ({"since": "2026-12-24"}, [date(2026, 12, 24)], [date(2026, 12, 23)]),
    ],
)
def test_operators(test: dict[str, Any], meets: list[Value], fails: list[Value]) -> None:
    assert [value for value in meets if not holds(test, value)] == []
    assert [value for value in fails if holds(test, value)] == []


def test_against_another_field() -> None:
    assert holds({"after": "Other"}, TODAY, Other=date(2026, 11, 30))
    assert not holds({"after": "Other"}, TODAY, Other=TODAY)
    assert not holds({"after": "Other"}, TODAY, Other=None)
    # Created and Modified are dates in the site's zone.
    edited = row(created=date(2026, 11, 1), modified=date(2026, 11, 20), NextReviewOn=date(2026, 11, 10))
    assert matches(Test(field="Modified", after="NextReviewOn"), edited, TODAY)
    assert matches(Test(field="NextReviewOn", after="Created"), edited, TODAY)
    assert not matches(Test(field="Created", after="NextReviewOn"), edited, TODAY)


def test_nobody_is_me_when_nobody_asks() -> None:
    assert not matches(Test(field="Owner", is_me=True), row(Owner=Person(7)), TODAY)


def test_no_condition_is_met_by_every_row() -> None:
    assert matches(None, row(), TODAY)
    assert fields_of(None) == ()


def test_nested_conditions() -> None:
    # W1 (guide.md §2.1): without owner, inside or outside, or without deadline.
    condition = READER.validate_python(
        {
            "any": [
                {"all": [{"field": "ActionOwner", "empty": True}, {"field": "ExternalOwner", "empty": True}]},
                {"field": "DueDate", "empty": True},
            ]
        }
    )
    assert isinstance(condition, Any_)
    assert isinstance(condition.any[0], All)
    assert fields_of(condition) == ("ActionOwner", "ExternalOwner", "DueDate")
    assert matches(condition, row(DueDate=TODAY), TODAY)
    assert matches(condition, row(ActionOwner=ME), TODAY)
    assert not matches(condition, row(ActionOwner=ME, DueDate=TODAY), TODAY)
    assert not matches(condition, row(ExternalOwner="Aannemer", DueDate=TODAY), TODAY)


def test_fields_include_the_one_compared_with() -> None:
    condition = All(all=(Test(field="Modified", after="NextReviewOn"), Test(field="Modified", since="today-7")))
    assert fields_of(condition) == ("Modified", "NextReviewOn")
    # A text that looks like a field name is not one.
    assert fields_of(Test(field="MeetingName", equals="Projectteam")) == ("MeetingName",)


@pytest.mark.parametrize(
    "data",
    [
        {"field": "A"},
        {"field": "A", "equals": "x", "empty": True},
        {"field": "A", "before": "tomorrow"},
        {"field": "A", "before": "today + 7"},
        {"field": "A", "before": "2026-13-01"},
        {"field": "A", "like": "x"},
        {"equals": "x"},
        {"all": [{"field": "A"}]},
        {"any": {"field": "A", "equals": "x"}},
    ],
)
def test_what_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        READER.validate_python(data)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", TODAY),
        ("today+30", date(2026, 12, 31)),
        ("today-1", date(2026, 11, 30)),
        ("2027-03-29", date(2027, 3, 29)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert day_of(text, TODAY) == day
    assert not is_field_name(text)


VALUES = st.one_of(st.none(), st.sampled_from(["new", "done", "Onbekend"]), st.just(("new",)), st.just(()))
KEYS = st.lists(st.sampled_from(["new", "done", "waiting"]), min_size=1).map(tuple)


@given(VALUES, KEYS)
def test_none_of_is_the_opposite_of_one_of(value: Value, keys: tuple[str, ...]) -> None:
    assert holds({"one_of": keys}, value) != holds({"none_of": keys}, value)
    assert holds({"equals": keys[0]}, value) != holds({"not_equals": keys[0]}, value)


@given(st.dates(), st.dates())
def test_dates_are_before_on_or_after(value: date, other: date) -> None:
    day = other.isoformat()
    assert holds({"before": day}, value) != holds({"since": day}, value)
    assert holds({"after": day}, value) != holds({"until": day}, value)
    assert (holds({"until": day}, value) and holds({"since": day}, value)) == (value == other)
