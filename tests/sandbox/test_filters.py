"""The `$filter` language (sharepoint-rest.md §6.5), read on its own and asked of a list."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.sandbox.sharepoint import filters
from projectlists.sandbox.sharepoint.conditions import Column, Comparison, Junction, head, index_search, matcher
from projectlists.sandbox.sharepoint.filters import Literals
from projectlists.sandbox.sharepoint.model import FieldRecord, ServiceError
from tests.sandbox.list_site import ACTIONS, ListSite


def column(name: str, member: str | None = None) -> Column:
    record = FieldRecord(name, "", name, "Text", 2, name, False, False, False, True, False, "")
    return Column(record, member)


def parse(text: str) -> Comparison | Junction:
    return filters.parse(text, column, lambda _column, literal: as_comparable(literal))


def as_comparable(literal: Literals) -> str | float:
    return float(literal.value) if literal.kind in {"number", "truth"} else str(literal.value).casefold()


def shown(condition: Comparison | Junction) -> str:
    if isinstance(condition, Junction):
        return f"({f' {condition.kind} '.join(shown(part) for part in condition.parts)})"
    name = condition.column.field.name + (f"/{condition.column.member}" if condition.column.member else "")
    return f"{name} {condition.operator}" + ("" if condition.value is None else f" {condition.value!r}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title eq 'O''Brien'", 'Title eq "o\'brien"'),
        ("A eq 1 and B eq 2 or C eq 3", "((A eq 1.0 and B eq 2.0) or C eq 3.0)"),
        ("A eq 1 and (B eq 2 or C eq 3)", "(A eq 1.0 and (B eq 2.0 or C eq 3.0))"),
        ("((A eq 1 and B eq 2)) and C eq 3", "(A eq 1.0 and B eq 2.0 and C eq 3.0)"),
        ("A eq null", "A null"),
        ("null ne A", "A present"),
        ("5 lt A", "A gt 5.0"),
        ("A ge -1.5e2", "A ge -150.0"),
        ("A EQ true AND B eq false", "(A eq 1.0 and B eq 0.0)"),
        ("Owner/EMail eq 'x'", "Owner/EMail eq 'x'"),
        ("startswith(A,'x')", "A starts 'x'"),
        ("substringof('x',A)", "A contains 'x'"),
        ("substringof('x', A) eq true", "A contains 'x'"),
        ("A eq datetime'2026-01-01T00:00:00Z'", "A eq '2026-01-01t00:00:00z'"),
        ("Order eq 1 or Android eq 2", "(Order eq 1.0 or Android eq 2.0)"),
        ("A eq 'and (or)'", "A eq 'and (or)'"),
    ],
)
def test_expressions(text: str, expected: str) -> None:
    assert shown(parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "A", "A eq", "eq 1", "A eq 1 and", "A == 1", "(A eq 1", "A eq 1)", "A eq 'x", "A lt null", "1 eq 1"),
        *(
            "A eq B",
            "not A eq 1",
            "A in (1,2)",
            "A add 1 eq 2",
            "endswith(A,'x')",
            "tolower(A) eq 'x'",
            "length(A) eq 1",
        ),
        *(
            "startswith('x',A)",
            "substringof(A,'x')",
            "A/B/C eq 1",
            "startswith(A,'x') eq false",
            "day(A)",
            "A eq 1 B eq 2",
        ),
        *("(" * 100 + "A eq 1" + ")" * 100, "A eq " + "1" * 40_000),
    ],
)
def test_what_the_service_does_not_know_is_a_400(text: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        parse(text)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # The first thing from the left that the service refuses is what it answers with, column or grammar.
        ("X eq 1 and tolower(A) eq 'x'", "no column X"),
        ("tolower(A) eq 'x' and X eq 1", "The function 'tolower' is not supported in a filter of list items."),
        ("X lt null", "no column X"),
        ("A lt null and X eq 1", 'The expression "A lt null and X eq 1" is not valid.'),
        ("A eq 1 or (X eq 1 or A/B/C eq 1)", "no column X"),
    ],
)
def test_the_leftmost_refusal_counts_each_time(text: str, said: str) -> None:
    def resolve(name: str, member: str | None) -> Column:
        if name == "X":
            raise ServiceError(400, "", "no column X")
        return column(name, member)

    for _ in range(2):
        with pytest.raises(ServiceError) as refusal:
            filters.parse(text, resolve, lambda _column, literal: as_comparable(literal))
        assert refusal.value.message == said


def test_one_text_means_the_columns_of_the_list_that_is_asked(tmp_path: Path) -> None:
    site = ListSite(tmp_path)
    numbers = site.add_list("Numbers", '<Field Type="Number" Name="Left" DisplayName="Left" />') + "/items"
    texts = site.add_list("Texts", '<Field Type="Text" Name="Left" DisplayName="Left" />') + "/items"
    site.json("POST", numbers, {"Title": "n", "Left": 5})
    for _ in range(2):
        assert [row["Title"] for row in site.json("GET", numbers, query="$filter=Left eq 5")["value"]] == ["n"]
        assert site.error("GET", texts, query="$filter=Left eq 5")[0] == 400


WORDS = st.sampled_from(
    [
        "A",
        "Owner/EMail",
        "eq",
        "ne",
        "lt",
        "and",
        "or",
        "not",
        "(",
        ")",
        "'x'",
        "''",
        "1",
        "null",
        "true",
        ",",
        "/",
        "'",
        "startswith(",
        "substringof(",
        "day(A)",
        "datetime'2026-01-01'",
        "guid'x'",
        "é",
        "$",
        "%27",
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=60) | st.lists(WORDS, max_size=14).map(" ".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    status = 400
    try:
        parse(text)
    except ServiceError as refusal:
        status = refusal.status
    assert status == 400


TREES = st.recursive(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), st.integers(0, 3)),
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=8,
)


@given(TREES, st.tuples(*(st.integers(0, 3) | st.none() for _ in "ABC")))
def test_the_test_of_a_row_is_that_of_the_expression(tree: object, row: tuple[int | None, ...]) -> None:
    signs = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

    def odata(node: object) -> str:
        left, word, right = node  # type: ignore[misc]
        return f"{left} {word} {right}" if isinstance(right, int) else f"({odata(left)}) {word} ({odata(right)})"

    def expected(node: object) -> bool:
        left, word, right = node  # type: ignore[misc]
        if not isinstance(right, int):
            return all((expected(left), expected(right))) if word == "and" else any((expected(left), expected(right)))
        value = row["ABC".index(left)]
        return value is not None and bool(eval(f"{value} {signs[word]} {right}"))

    def read(values: tuple[int | None, ...], asked: Column) -> tuple[float, ...]:
        value = values["ABC".index(asked.field.name)]
        return () if value is None else (float(value),)

    assert matcher(parse(odata(tree)), read)(row) == expected(tree)


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("A ge 1 and A lt 5 and B eq 2", "value >= ? AND value < ?"),  # a range counts as one
        ("A eq 1 or A eq 2", "value IN (?, ?)"),
        ("A ne null and B eq 1", "value IS NOT NULL"),
        ("startswith(A,'x')", "value >= ? AND value < ?"),
        ("A eq 1 or B eq 2", None),
        ("A eq 1 or A lt 0", None),
        ("substringof('x',A) and B eq 1", None),
        ("Owner/EMail eq 'x'", None),
    ],
)
def test_what_an_index_can_serve_at_the_head(text: str, sql: str | None) -> None:
    search = index_search(head(parse(text)))
    assert (search.sql if search else None) == sql


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[ListSite, str]:
    site = ListSite(tmp_path_factory.mktemp("filters"))
    items = site.add_list("Actions", *ACTIONS) + "/items"
    anna = site.user_id("anna.bos@gemeente.example")
    rows = [
        {
            "Title": "Bel Anna",
            "Status": "Open",
            "DueDate": "2026-12-01",
            "OwnerId": anna,
            "Percent": 10,
            "Tags": ["a", "b"],
        },
        {"Title": "O'Brien & co", "Status": "Klaar", "DueDate": "2026-12-02", "Percent": 20, "Off": True},
        {"Title": "derde", "Status": None, "Percent": None, "Tags": ["b"], "Moment": "2026-12-01T10:30:00Z"},
    ]
    for row in rows:
        site.json("POST", items, row)
    return site, items


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Status eq 'OPEN'", [1]),  # §6.5: text compares without case
        ("Status ne 'Open'", [2]),
        ("Status eq null or Status ne 'Open'", [2, 3]),
        ("Title eq 'O''Brien %26 co'", [2]),
        ("startswith(Title,'bel')", [1]),
        ("substringof('brien',Title)", [2]),
        # §6.6: a date-only value is the site's midnight.
        ("DueDate eq datetime'2026-11-30T23:00:00Z'", [1]),
        ("DueDate eq '2026-12-02'", [2]),
        ("DueDate ge datetime'2026-12-01T00:00:00Z'", [2]),
        ("DueDate le datetime'2026-12-01T00:00:00%2B01:00'", [1]),
        ("year(DueDate) eq 2026 and day(DueDate) eq 2", [2]),
        ("hour(Moment) eq 11", [3]),
        ("Off eq 1", [2]),
        ("Off eq false", [1, 3]),
        ("OwnerId ne null", [1]),
        ("Tags eq 'B'", [1, 3]),  # §6.3: `eq` on several choices means "contains this one"
        ("Percent gt 10 or Id eq 3", [2, 3]),
        ("ID gt 1 and ID lt 3", [2]),
        ("AuthorId eq 1073741822 and Percent eq 10", [1]),
        ("FSObjType eq 0 and Id eq 1", [1]),
    ],
)
def test_filters_of_a_list(asked: tuple[ListSite, str], text: str, ids: list[int]) -> None:
    site, items = asked
    found = site.json("GET", items, query=f"$select=Id&$filter={text}")["value"]
    assert [row["Id"] for row in found] == ids


@pytest.mark.parametrize(
    "text",
    [
        *("Percent eq 'tien'", "Title eq 5", "DueDate eq 5", "DueDate eq 'morgen'", "Off eq 2", "OwnerId eq 'x'"),
        *("HelpersId eq 1", "Details eq 'x'", "Link eq 'x'", "Left eq 5", "Owner eq 1", "year(Title) eq 1", "X eq 1"),
        "startswith(Percent,'1')",
    ],
)
def test_types_that_do_not_fit_are_a_400(asked: tuple[ListSite, str], text: str) -> None:
    site, items = asked
    assert site.error("GET", items, query=f"$filter={text}")[0] == 400


def test_people_are_compared_through_their_expansion(asked: tuple[ListSite, str]) -> None:
    site, items = asked
    query = "$select=Id,Owner/EMail&$expand=Owner&$filter=Owner/EMail eq 'Anna.Bos@gemeente.example'"
    assert [row["Id"] for row in site.json("GET", items, query=query)["value"]] == [1]
    assert site.error("GET", items, query="$filter=Owner/EMail eq 'x'")[0] == 400


@settings(deadline=None, max_examples=120)
@given(
    st.lists(
        st.sampled_from(
            ["Title", "Status", "DueDate", "Percent", "OwnerId", "Tags", "Off", "Left", "Id", "Moment", "Created"]
        ),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.sampled_from(["eq", "ne", "lt", "ge"]), min_size=3, max_size=3),
    st.lists(
        st.sampled_from(
            ["'x'", "1", "null", "true", "datetime'2026-01-01T00:00:00Z'", "'2026-01-01'", "-1e308", "datetime'x'"]
        )
        | st.text(max_size=8).map(lambda text: "'" + text.replace("'", "''") + "'"),
        min_size=3,
        max_size=3,
    ),
)
def test_any_filter_of_a_list_gets_an_answer(
    asked: tuple[ListSite, str], names: list[str], operators: list[str], literals: list[str]
) -> None:
    site, items = asked
    text = " and ".join(f"{name} {word} {value}" for name, word, value in zip(names, operators, literals, strict=False))
    assert site.send("GET", items, query="$filter=" + text.replace("%", "%25").replace("&", "%26")).status in {200, 400}


def test_an_empty_list_refuses_too(tmp_path: Path) -> None:
    # A filter by a column that does not exist on an empty list is refused as well.
    site = ListSite(tmp_path)
    assert site.error("GET", site.add_list("Empty") + "/items", query="$filter=X eq 1")[0] == 400
