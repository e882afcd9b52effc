"""Expressions of column formatting. Most results are those of the service's own syntax reference."""

from __future__ import annotations

import contextlib
import math
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from projectlists.sandbox.pages import expressions, operations
from projectlists.sandbox.pages.operations import ExpressionError

ZONE = ZoneInfo("Europe/Amsterdam")


def moment(text: str) -> Any:
    return operations.local_moment(datetime.fromisoformat(text), ZONE, Locale("nl"))


ROW: dict[str, Any] = {
    # A date-only value: 4 December in Amsterdam, kept as the midnight before it in UTC (guide.md §6.3).
    "@currentField": moment("2026-12-03T23:00:00+00:00"),
    "@now": moment("2026-12-07T08:00:00+00:00"),
    "@me": "anna@gemeente.example",
    "[$ID]": 12.0,
    "[$Status]": "Open",
    "[$Empty]": "",
    "[$Tags]": ["a", "b"],
    "[$Owner]": {"title": "Anna Bos", "email": "anna@gemeente.example"},
}


def result(given: Any) -> Any:
    return expressions.evaluate(expressions.read(given), ROW.__getitem__)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("='A-' + [$ID]", "A-12"),
        ("=if(4 < 5, 'yes', 'no')", "yes"),
        ("=if(4 > 5, 'yes', 'no')", "no"),
        ("=toString(45)", "45"),
        ("=Number('365')", 365),
        ("=abs(-45)", 45),
        ("=floor(45.5)", 45),
        ("=ceiling(45.5)", 46),
        ("=pow(2,3)", 8),
        ("=indexOf('DogFood', 'F')", 3),
        ("=indexOf('DogFood', 'f')", -1),
        ("=lastIndexOf('DogFood DogFood', 'Dog')", 8),
        ("=startsWith('DogFood', 'Dog')", True),
        ("=endsWith('DogFood', 'Dog')", False),
        ("=substring('DogFood', 4, 3)", "F"),
        ("=substring('DogFood', 3, 6)", "Foo"),
        ("=replace('Hello world', 'world', 'everyone')", "Hello everyone"),
        ("=padStart('DogFood', 10, 'AB')", "ABADogFood"),
        ("=padEnd('DogFood', 5, 'A')", "DogFood"),
        ("=toUpperCase('DogFood')", "DOGFOOD"),
        ("=length('Some Text')", 1),
        ("=length('')", 0),
        ("=length([$Tags])", 2),
        ("=join([$Tags], ', ')", "a, b"),
        ("=7 - 2 - 1", 4),
        ("=2 + 3 * 4", 14),
        ("=(2 + 3) * -4", -20),
        ("=7 % 4", 3),
        ("=[$ID]-2", 10),
        ("=!([$Status] == 'Open') || @me == [$Owner] + ''", False),
        ("='it\\'s'", "it's"),
        ("@me", "anna@gemeente.example"),
        ("@ the office", "@ the office"),
        ("plain words", "plain words"),
    ],
)
def test_an_expression_has_the_value_of_the_reference(written: str, expected: Any) -> None:
    assert result(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("=if(@currentField < @now && [$Status] != 'Klaar', 'Te laat', '')", "Te laat"),
        # 4 December 00:00 to 7 December 09:00 in Amsterdam is three days and nine hours.
        ("=floor((@now - @currentField) / 86400000)", 3),
        ("=addDays(@currentField, 4) > @now", True),
        ("=toLocaleDateString(@currentField)", "4-12-2026"),
        ("=getDate(@currentField) + '/' + (getMonth(@currentField) + 1)", "4/12"),
        ("=getYear(@currentField)", 2026),
        # An empty date counts as 0, so that it lies before now: a trap of the service that the pages must show.
        ("=[$Empty] < @now", True),
        ("=Number([$Empty]) == 0", True),
        ("=[$Empty] == ''", True),
    ],
)
def test_dates_compare_and_show_as_days_of_the_site(written: str, expected: Any) -> None:
    assert result(written) == expected


def test_a_day_moved_over_the_clock_change_stays_a_day() -> None:
    # Summer time ends on 25 October 2026: the day has 25 hours.
    changed = {"@currentField": moment("2026-10-24T22:00:00+00:00")}
    node = expressions.read("=toLocaleString(addDays(@currentField, 1))")
    assert expressions.evaluate(node, changed.__getitem__) == "26-10-2026 00:00:00"


def test_a_tree_means_the_same_as_the_text() -> None:
    tree = {
        "operator": "?",
        "operands": [
            {"operator": ">", "operands": ["[$ID]", 40]},
            "100%",
            {"operator": "+", "operands": [{"operator": "toString()", "operands": ["[$ID]"]}, "%"]},
        ],
    }
    assert result(tree) == result("=if([$ID] > 40, '100%', toString([$ID]) + '%')") == "12%"


@pytest.mark.parametrize(
    "written", ["=1 +", "=foo(1)", "=if(1, 2)", "=pow(1)", {"operator": "+"}, None, "=" + "(" * 9000]
)
def test_what_cannot_be_read_or_worked_out_says_so(written: Any) -> None:
    with pytest.raises(ExpressionError):
        result(written)


def test_dividing_by_nothing_is_no_accident() -> None:
    assert result("=1 / 0") == math.inf
    assert math.isnan(result("=0 / 0"))
    assert result("='' + Number('Wowee')") == "NaN"


@given(st.text(alphabet="=if(@now'[$ID],+-*/<>!&|%0123456789. )\"\\", max_size=60))
def test_any_text_is_an_expression_or_refused(written: str) -> None:
    with contextlib.suppress(ExpressionError, KeyError):
        operations.text(result(written))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["+", "=@now", "[$ID]", "toString()", "?", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries({"operator": inner, "operands": st.lists(inner, max_size=3)})
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_tree_is_an_expression_or_refused(written: Any) -> None:
    with contextlib.suppress(ExpressionError, KeyError):
        operations.text(result(written))


def test_milliseconds_are_those_of_the_moment() -> None:
    # 26 December 1981, 00:00 UTC, in milliseconds since 1970: 4,377 days.
    assert operations.number(datetime(1981, 12, 26, tzinfo=UTC)) == 4377 * 86_400_000
