"""Conditions in the filter language: they may find more rows than the condition, never fewer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.definitions.condition import All, Any_, Condition, Test, matches
from projectlists.language import LANGUAGES, Language
from projectlists.rules.calendar import AMSTERDAM
from projectlists.rules.odata import Translator, day_literal, instant_literal, text_literal, together
from tests.rows import list_of, row
from tests.service import a_value, selects, wire

TODAY = date(2026, 12, 1)


class TestLiterals:
    @pytest.mark.parametrize(
        ("day", "zone", "literal"),
        [
            # guide.md §6.3: 4 December arrives as 3 December 23:00Z, and in summer 22:00Z.
            (date(2026, 12, 4), "Europe/Amsterdam", "datetime'2026-12-03T23:00:00Z'"),
            (date(2026, 7, 4), "Europe/Amsterdam", "datetime'2026-07-03T22:00:00Z'"),
            # The days on which the clock changes still begin in the old time; the next ones in the new.
            (date(2027, 3, 28), "Europe/Amsterdam", "datetime'2027-03-27T23:00:00Z'"),
            (date(2027, 3, 29), "Europe/Amsterdam", "datetime'2027-03-28T22:00:00Z'"),
            (date(2026, 10, 25), "Europe/Amsterdam", "datetime'2026-10-24T22:00:00Z'"),
            (date(2026, 10, 26), "Europe/Amsterdam", "datetime'2026-10-25T23:00:00Z'"),
            (date(2026, 12, 4), "Europe/London", "datetime'2026-12-04T00:00:00Z'"),
        ],
    )
    def test_days(self, day: date, zone: str, literal: str) -> None:
        assert day_literal(day, ZoneInfo(zone)) == literal

    def test_texts_and_instants(self) -> None:
        assert text_literal("O'Brien & 'n zoon") == "'O''Brien & ''n zoon'"
        assert instant_literal(datetime(2026, 12, 1, 8, 0, 0, 500, AMSTERDAM)) == "datetime'2026-12-01T07:00:00Z'"


@pytest.mark.parametrize(
    ("test", "text"),
    [
        # For every day from 1 to 10 December: the last one counts for "before", the first one for "since".
        ({"before": "today"}, "DueDate lt datetime'2026-12-09T23:00:00Z'"),
        ({"until": "today"}, "DueDate lt datetime'2026-12-10T23:00:00Z'"),
        ({"since": "today"}, "DueDate ge datetime'2026-11-30T23:00:00Z'"),
        ({"after": "today-1"}, "DueDate ge datetime'2026-11-30T23:00:00Z'"),
        ({"until": "2026-12-24"}, "DueDate lt datetime'2026-12-24T23:00:00Z'"),
        ({"empty": True}, "DueDate eq null"),
        ({"before": "RaisedOn"}, ""),
    ],
)
def test_days_of_a_period(test: dict[str, Any], text: str) -> None:
    translator = Translator(list_of("Actions"), TODAY, date(2026, 12, 10), AMSTERDAM)
    assert together(translator.condition(Test(field="DueDate", **test)).clauses) == text


def test_a_text_that_differs_in_case_only_is_not_lost() -> None:
    # The service compares texts without case (sharepoint-rest.md §6.5).
    condition = Test(field="MeetingName", not_equals="O'Brien")
    translation = Translator(list_of("Actions"), TODAY, TODAY, AMSTERDAM).condition(condition)
    assert matches(condition, row(MeetingName="o'brien"), TODAY)
    assert (translation.clauses, translation.exact) == ((), False)


FIELDS = (
    "ActionStatus",
    "DueDate",
    "ActionDoneOn",
    "PercentDone",
    "ActionOwner",
    "MeetingName",
    "ProgressNote",
    "Created",
)
KEYS = st.sampled_from(["new", "in_progress", "waiting", "done", "cancelled"])
A_DAY = st.sampled_from(["today", "today-7", "today+30", "2026-12-01", "RaisedOn"])


@st.composite
def a_test(draw: st.DrawFn) -> Test:
    name = draw(st.sampled_from(FIELDS))
    options: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "ActionStatus": st.one_of(
            KEYS.map(lambda key: {"equals": key}),
            KEYS.map(lambda key: {"not_equals": key}),
            st.lists(KEYS, min_size=1, max_size=3).map(lambda keys: {"one_of": tuple(keys)}),
            st.lists(KEYS, min_size=1, max_size=3).map(lambda keys: {"none_of": tuple(keys)}),
        ),
        "PercentDone": st.sampled_from([{"at_least": 50}, {"at_most": 90.5}, {"equals": 100}, {"not_equals": 100}]),
        "ActionOwner": st.just({"empty": False}),
        "MeetingName": st.sampled_from([{"equals": "O'Brien"}, {"not_equals": "O'Brien"}]),
        "ProgressNote": st.just({"empty": False}),
    }
    dates = st.tuples(st.sampled_from(["before", "until", "since", "after"]), A_DAY).map(lambda pair: dict([pair]))
    own = options.get(name, dates)
    return Test(field=name, **draw(own if name == "Created" else st.one_of(own, st.just({"empty": True}))))


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    a_test(),
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda found: All(all=tuple(found))),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: Any_(any=tuple(found))),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(CONDITIONS, st.data(), st.sampled_from(LANGUAGES), st.sampled_from([0, 0, 9]))
def test_a_condition_never_loses_a_row_it_matches(
    condition: Condition, data: st.DataObject, language: Language, ahead: int
) -> None:
    definition = list_of("Actions")
    last = TODAY + timedelta(days=ahead)
    item = row(
        created=TODAY - timedelta(days=data.draw(st.integers(0, 60))),
        **{field.name: data.draw(a_value(definition, field.name, TODAY)) for field in definition.fields},
    )
    translation = Translator(definition, TODAY, last, AMSTERDAM).condition(condition)
    text = together(translation.clauses)
    selected = not text or selects(text, wire(definition, item, language, AMSTERDAM))
    held = [matches(condition, item, TODAY + timedelta(days=day)) for day in range(ahead + 1)]
    assert selected or not any(held)
    if translation.exact and ahead == 0 and item["MeetingName"] != "o'brien":
        assert selected == held[0]
