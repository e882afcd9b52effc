"""How the rows of a site are read: in how many requests, and what happens when a list is too large to ask at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from projectlists.config import model as config
from projectlists.errors import FarEndError, Missing, ThresholdExceeded
from projectlists.farend.about import About
from projectlists.farend.batch import Answer, Operation
from projectlists.farend.sharepoint import Query, Rows, SharePointSite
from projectlists.reminding.reading import Asked, found_rows, joined, rows_of
from projectlists.reminding.siteday import Questions, foreseen
from projectlists.rules.calendar import AMSTERDAM, WorkingCalendar
from projectlists.rules.filters import Search
from tests.reminded import TODAY
from tests.rows import list_of, shipped


@dataclass
class LargeList:
    """A site of which some filters are refused, as for a list of more than 5,000 rows. Rows are their numbers."""

    refused: Iterable[str]
    last: int = 9000
    long: frozenset[str] = frozenset()
    error: type[FarEndError] = ThresholdExceeded
    asked: list[str] = field(default_factory=list)

    def attempted(self, queries: Sequence[Query]) -> list[Rows | FarEndError]:
        self.asked += [query.filter for query in queries]
        return [self.error("no") if query.filter in self.refused else ({"Id": query.filter},) for query in queries]

    def rows(self, queries: Sequence[Query]) -> list[Rows]:
        return [rows for rows in self.attempted(queries) if not isinstance(rows, FarEndError)]

    def run(self, operations: Sequence[Operation]) -> list[Answer]:
        assert [operation.query["$orderby"] for operation in operations] == ["Id desc"]
        body: Mapping[str, Any] = {"value": [{"Id": self.last}]}
        return [Answer(200, {}, body)]

    def list_path(self, key: str, *, library: bool = False) -> str:
        return f"{key}/{library}"

    def about(self) -> About:
        return About("", "", "nl", AMSTERDAM, long=self.long)

    def found(self, search: Search) -> list[str]:
        (rows,) = found_rows(cast(SharePointSite, self), [Asked(list_of("Actions"), search)])
        return [str(row["Id"]) for row in rows]

    def together(self, *searches: Search) -> list[str]:
        """The rows of searches in one list that are asked as one question where that can be."""
        asked = joined(Asked(list_of("Actions"), search) for search in searches)
        answers = self.attempted([one.whole.query(one.whole.search.text) for one in asked])
        return [str(row["Id"]) for _list, rows in rows_of(cast(SharePointSite, self), asked, answers) for row in rows]


# sharepoint-rest.md §6.5: what a list of more than 5,000 rows refuses is asked in narrower parts, then by row numbers.
@pytest.mark.parametrize(
    ("refused", "search", "found"),
    [
        ([], Search("a", ("b", "c")), ["a"]),
        (["a"], Search("a", ("b", "c")), ["b", "c"]),
        (
            ["a", "c"],
            Search("a", ("b", "c")),
            ["b", *(f"Id ge {first} and Id lt {first + 4000} and (c)" for first in (1, 4001, 8001))],
        ),
        (["a"], Search("a", optional=True), []),
        (["a"], Search("a", ("b",), optional=True), []),
    ],
)
def test_a_list_that_is_too_large(refused: list[str], search: Search, found: list[str]) -> None:
    assert LargeList(refused).found(search) == found


def test_another_refusal_is_told() -> None:
    with pytest.raises(Missing):
        LargeList(["a"], error=Missing).found(Search("a", ("b",)))


def test_an_empty_list_that_was_refused_has_no_rows() -> None:
    assert LargeList(["a"], last=0).found(Search("a")) == []


def test_searches_of_a_list_are_one_question() -> None:
    assert LargeList([]).together(Search("a eq 1 and b eq 2"), Search("c eq 3")) == ["(a eq 1 and b eq 2) or c eq 3"]


# sharepoint-rest.md §6.5: to alternatives over several columns a long list answers with a refusal or with too little.
@pytest.mark.parametrize(
    "site", [LargeList([], long=frozenset({"Actions"})), LargeList(["a or b"])], ids=["long", "refused"]
)
def test_a_long_list_is_asked_search_by_search(site: LargeList) -> None:
    assert site.together(Search("a"), Search("b")) == ["a", "b"]
    assert site.asked == ["a or b", "a", "b"]


def test_what_a_long_list_will_refuse_is_asked_narrower_at_once() -> None:
    site = LargeList(["a", "c"], long=frozenset({"Actions"}))
    assert site.together(Search("a", ("b", "c")), Search("d", ("e",)), Search("f", optional=True)) == [
        *("b", *(f"Id ge {first} and Id lt {first + 4000} and (c)" for first in (1, 4001, 8001)), "d", "f")
    ]
    assert site.asked[:7] == ["a or d or f", "a", "b", "c", "d", "e", "f"]


def test_another_list_being_long_changes_nothing() -> None:
    assert LargeList([], long=frozenset({"Risks"})).together(Search("a"), Search("b")) == ["a or b"]


def test_a_search_that_is_asked_alone_is_not_asked_twice() -> None:
    site = LargeList(["a"], long=frozenset({"Actions"}))
    assert site.together(Search("a", ("b",))) == ["b"]
    assert site.asked == ["a", "b"]


def test_a_refusal_that_is_not_for_size_is_told() -> None:
    with pytest.raises(Missing):
        LargeList(["a or b"], error=Missing).together(Search("a"), Search("b"))


def test_a_question_does_not_grow_beyond_what_single_searches_need() -> None:
    # Two of 900 characters fit in 2,000 with " or " between them, three do not; a list never shares with another.
    searches = [Asked(list_of("Actions"), Search(letter * 900)) for letter in "abc"]
    found = joined([*searches, Asked(list_of("Risks"), Search("d"))])
    assert [len(one.parts) for one in found] == [2, 1, 1]
    assert [one.definition.key for one in found] == ["Actions", "Actions", "Risks"]


def test_all_rows_of_a_list_need_no_filter() -> None:
    (one,) = joined([Asked(list_of("Actions"), Search("a")), Asked(list_of("Actions"), Search(""))])
    assert one.whole.search.text == ""


def test_a_guess_serves_when_it_looks_back_at_least_as_far() -> None:
    # Tuesday 1 December 2026: the last run was on Monday, and no change before it counts.
    calendar, definitions = WorkingCalendar(), shipped()
    site = config.Site(key="demo", name="", url="https://x.example/sites/demo", profile="project")
    guess = foreseen(site, definitions, calendar, first=TODAY, last=TODAY)
    assert guess is not None
    assert (guess.period.last_run, guess.period.changed_since.date()) == (date(2026, 11, 30), date(2026, 11, 30))

    def actual(last_run: date | None, changed: datetime) -> Questions:
        return replace(guess, period=replace(guess.period, last_run=last_run, changed_since=changed))

    morning = datetime(2026, 11, 30, 6, 50, tzinfo=UTC)
    assert guess.covers(actual(date(2026, 11, 30), morning))
    assert guess.covers(actual(TODAY, datetime(2026, 12, 1, 6, 50, tzinfo=UTC)))
    assert not guess.covers(actual(date(2026, 11, 27), morning))  # a run was missed
    assert not guess.covers(actual(date(2026, 11, 30), morning - timedelta(days=1)))
    assert not guess.covers(actual(None, morning))
    assert not guess.covers(replace(actual(date(2026, 11, 30), morning), lists=guess.lists[1:]))
    assert foreseen(site.model_copy(update={"profile": None}), definitions, calendar, first=TODAY, last=TODAY) is None
