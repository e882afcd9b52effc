"""Formulas in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from projectlists.structure.formula import normalised, with_titles

NAMES = {"Uitgevoerd op": "ActionDoneOn", "ActionDoneOn": "ActionDoneOn", "Voortgang (%)": "PercentDone"}


@pytest.mark.parametrize(
    "spelling",
    [
        "=OR(ISBLANK([ActionDoneOn]),[ActionDoneOn]<=TODAY())",
        "=OR( ISBLANK([Uitgevoerd op]), [Uitgevoerd op] <= TODAY() )",
        "=or(isblank(ActionDoneOn),ActionDoneOn<=today())",  # SharePoint drops brackets around plain names
        "\n=OR(ISBLANK([uitgevoerd OP]),[ActionDoneOn]<=TODAY())",
    ],
)
def test_spelling_does_not_count(spelling: str) -> None:
    assert normalised(spelling, NAMES) == "=OR(ISBLANK([ActionDoneOn]),[ActionDoneOn]<=TODAY())"


def test_text_in_quotes_is_left_alone() -> None:
    assert normalised('=FIND("a b [Uitgevoerd op]",[x])', NAMES) == '=FIND("a b [Uitgevoerd op]",[x])'


def test_names_become_titles_on_the_way_out() -> None:
    # sharepoint-rest.md §4.5: formulas refer to display names in brackets
    titles = {"ActionDoneOn": "Uitgevoerd op", "PercentDone": "Voortgang (%)"}
    assert with_titles('=IF([PercentDone]=100,[ActionDoneOn],"[PercentDone]")', titles) == (
        '=IF([Voortgang (%)]=100,[Uitgevoerd op],"[PercentDone]")'
    )


@given(st.text(max_size=60))
@example("A\r¼a")
def test_normalising_is_once_and_for_all(text: str) -> None:
    once = normalised(text, NAMES)
    assert normalised(once, NAMES) == once
