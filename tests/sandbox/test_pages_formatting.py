"""Column formatting as marked-up text: what is kept of a formatter, and what never gets through."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.sandbox.pages import formatting
from projectlists.sandbox.pages.formatting import Part
from projectlists.sandbox.pages.operations import ExpressionError


def drawn(formatter: Any, **values: Any) -> Part | None:
    return formatting.read_formatter(json.dumps(formatter)).part(lambda name: values[name.strip("@[]$")])


def test_words_icons_and_classes_of_the_service_are_kept() -> None:
    late = {
        "elmType": "div",
        "attributes": {"class": "sp-field-severity--severeWarning own top ms-fontColor-red"},
        "children": [
            {"elmType": "span", "attributes": {"iconName": "Warning"}},
            {"elmType": "span", "txtContent": "=@currentField + ' te laat'"},
        ],
    }
    part = drawn(late, currentField="A-1")
    assert part is not None
    assert part.classes == "sp-field-severity--severeWarning ms-fontColor-red"
    assert [one.icon for one in part.parts] == ["Warning", ""]
    assert part.words == "A-1 te laat"


@pytest.mark.parametrize(
    "style", [{"display": "none"}, {"visibility": "hidden"}, {"display": "=if(@currentField, '', 'none')"}]
)
def test_what_is_hidden_is_not_there(style: dict[str, str]) -> None:
    assert drawn({"elmType": "span", "txtContent": "x", "style": style}, currentField="") is None


@pytest.mark.parametrize(("written", "kept"), [("42%", 40), ("43%", 45), ("150%", 100), ("0%", 0), ("30px", None)])
def test_a_width_in_percent_is_kept_in_steps_of_five(written: str, kept: int | None) -> None:
    part = drawn({"elmType": "div", "txtContent": "x", "style": {"width": written}})
    assert part is not None
    assert part.width == kept


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/x", True),
        ("/sites/demo", True),
        ("mailto:a@gemeente.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("//elsewhere.example", False),
        ("data:text/html,x", False),
        (" javascript:alert(1)", False),
    ],
)
def test_only_links_to_pages_and_addresses_are_links(address: str, kept: bool) -> None:
    part = drawn({"elmType": "a", "txtContent": "x", "attributes": {"href": "@currentField"}}, currentField=address)
    assert part is not None
    assert bool(part.href) is kept
    assert part.leads is kept


def test_an_element_is_repeated_for_each_value() -> None:
    tags = {
        "elmType": "div",
        "children": [{"elmType": "span", "forEach": "tag in @currentField", "txtContent": "='#' + [$tag.title]"}],
    }
    part = drawn(tags, currentField=[{"title": "a"}, {"title": "b"}])
    assert part is not None
    assert [one.text for one in part.parts] == ["#a", "#b"]
    nothing = drawn(tags, currentField="")
    assert nothing is not None
    assert nothing.parts == ()


def test_a_text_hides_the_children_and_empty_parts_fall_away() -> None:
    inner = {"elmType": "span", "txtContent": ""}
    part = drawn({"elmType": "div", "children": [inner, {"elmType": "span", "txtContent": "x"}]})
    assert part is not None
    assert [one.text for one in part.parts] == ["x"]
    both = drawn({"elmType": "div", "txtContent": "y", "children": [inner]})
    assert both is not None
    assert (both.text, both.parts) == ("y", ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"elmType": "script"}',
        '{"elmType": "div", "txtContent": "=nope("}',
        '{"elmType":"div","children":[1]}',
        '{"elmType": "div", "forEach": "x of y"}',
    ],
)
def test_a_formatter_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        formatting.read_formatter(text)


@given(
    st.recursive(
        st.none() | st.integers() | st.sampled_from(["div", "a", "=@currentField", "none", "x in @currentField"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["elmType", "txtContent", "children", "style", "attributes", "forEach", "display", "href"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    )
)
def test_any_json_is_drawn_or_refused(formatter: Any) -> None:
    with contextlib.suppress(ExpressionError):
        drawn(formatter, currentField=["a"])
