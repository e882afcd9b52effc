"""A list on a site as a definition: what it says, what it leaves out, and CAML in the words of a definition."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.definitions.viewmodel import View
from projectlists.language import Text
from projectlists.structure import caml
from projectlists.structure.camlreading import NotUnderstood, ReadQuery, read

FIELDS = (
    {"name": "Title", "type": "Text", "title": {"nl": "a", "en": "a"}},
    {"name": "Owner", "type": "User", "title": {"nl": "b", "en": "b"}},
    {"name": "DueDate", "type": "DateTime", "title": {"nl": "c", "en": "c"}},
    {"name": "Score", "type": "Number", "title": {"nl": "d", "en": "d"}},
    {"name": "Ready", "type": "Boolean", "title": {"nl": "e", "en": "e"}},
    {
        "name": "Status",
        "type": "Choice",
        "title": {"nl": "f", "en": "f"},
        "choices": [{"key": "open", "nl": "Loopt", "en": "Runs"}, {"key": "done", "nl": "Klaar & af", "en": "Done"}],
    },
)
CHOICES = {"Status": {"Loopt": "open", "Klaar & af": "done"}}


def definition(**view: Any) -> tuple[ListDefinition, View]:
    made = View(key="View", title=Text("v", "v"), fields=("Title",), **view)
    text = {"nl": "-", "en": "-"}
    whole = ListDefinition.model_validate(
        {"key": "X", "letter": "X", "title": text, "description": text, "fields": FIELDS, "views": []}
    )
    return whole, made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # As SharePoint's own pages write them; CAML from sharepoint-rest.md §6.9.
        ("", ReadQuery()),
        (
            '<OrderBy><FieldRef Name="DueDate" Ascending="FALSE" /></OrderBy>',
            ReadQuery(sort=({"field": "DueDate", "descending": True},)),
        ),
        (
            '<Where><Eq><FieldRef Name="Status"/><Value Type="Text">Loopt</Value></Eq></Where>',
            ReadQuery({"field": "Status", "equals": "open"}),
        ),
        (
            '<Where><Or><IsNull><FieldRef Name="Status"/></IsNull><Neq><FieldRef Name="Status"/>'
            '<Value Type="Choice">Klaar &amp; af</Value></Neq></Or></Where>',
            ReadQuery({"field": "Status", "not_equals": "done"}),
        ),
        (
            '<Where><And><Eq><FieldRef Name="Owner"/><Value Type="Integer"><UserID /></Value></Eq>'
            '<Leq><FieldRef Name="DueDate"/><Value Type="DateTime"><Today OffsetDays="7"/></Value></Leq></And></Where>',
            ReadQuery({"all": [{"field": "Owner", "is_me": True}, {"field": "DueDate", "until": "today+7"}]}),
        ),
    ],
)
def test_queries_in_the_words_of_a_definition(query: str, expected: ReadQuery) -> None:
    assert read(query, CHOICES) == expected


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ('<Where><BeginsWith><FieldRef Name="Title"/><Value Type="Text">A</Value></BeginsWith></Where>', "BeginsWith"),
        ('<Where><Eq><FieldRef Name="Status"/><Value Type="Text">Anders</Value></Eq></Where>', "Anders"),
        ('<Where><Eq><FieldRef Name="Party" LookupId="TRUE"/><Value Type="Integer">3</Value></Eq></Where>', "Eq"),
        ("<Where><Eq>", "Where"),
    ],
)
def test_what_is_not_understood_is_named(query: str, word: str) -> None:
    with pytest.raises(NotUnderstood, match=word):
        read(query, CHOICES)


tests = st.one_of(
    st.builds(lambda key: {"field": "Status", "equals": key}, st.sampled_from(["open", "done"])),
    st.just({"field": "Status", "one_of": ["open", "done"]}),
    st.just({"field": "Status", "none_of": ["open", "done"]}),
    st.builds(lambda yes: {"field": "Owner", "is_me": yes}, st.booleans()),
    st.builds(lambda yes: {"field": "Ready", "equals": yes}, st.booleans()),
    st.builds(lambda name, yes: {"field": name, "empty": yes}, st.sampled_from(["Title", "DueDate"]), st.booleans()),
    st.builds(
        lambda operator, days: {"field": "DueDate", operator: f"today{days:+d}" if days else "today"},
        st.sampled_from(["before", "until", "since", "after"]),
        st.integers(-90, 90),
    ),
    st.builds(lambda low: {"field": "Score", "at_least": low}, st.integers(0, 9)),
)
conditions = st.recursive(
    tests,
    lambda inner: st.builds(
        lambda word, parts: {word: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=2, max_size=3)
    ),
    max_leaves=6,
)


@given(conditions)
def test_what_a_definition_asks_is_read_back_to_the_same_query(condition: dict[str, Any]) -> None:
    whole, view = definition(filter=condition, sort=({"field": "DueDate"},))
    written = caml.query(whole, view, "nl")
    again = read(written, CHOICES)
    _whole, second = definition(filter=again.filter, sort=again.sort)
    assert caml.query(whole, second, "nl") == written


def test_shipped_views_are_read_back(definitions: Definitions) -> None:
    for listing in definitions.lists.values():
        choices = {f.name: {c.nl: c.key for c in f.choices} for f in listing.fields if f.choices}
        for view in (view for view in listing.views if view.layout == "list"):
            written = caml.query(listing, view, "nl")
            again = read(written, choices)
            second = View.model_validate(
                {"key": "View", "title": {"nl": "v", "en": "v"}, "fields": ["Title"], "filter": again.filter}
                | {"sort": again.sort, "group": again.group}
            )
            assert caml.query(listing, second, "nl") == written, (listing.key, view.key)
