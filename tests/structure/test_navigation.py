"""Links to the lists: in the order of the profile, between those of people, moved as little as possible."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.structure.navigation import Destination, Link, moves, navigation_changes

WANTED = [Destination(key, f"Lijst {key}", f"/sites/demo/Lists/{key}") for key in ("A", "B", "C", "D")]
HOME = Link(1, "Start", "/sites/demo")


def link(key: str) -> Link:
    return Link(ord(key), f"Lijst {key}", f"/sites/demo/Lists/{key}")


def changes(*found: Link) -> list[tuple[object, ...]]:
    return [
        (change.verb, change.name, change.attribute, change.before, change.after)
        for change in navigation_changes(WANTED, found)
    ]


def test_as_declared_needs_nothing() -> None:
    assert changes(HOME, *map(link, "ABCD")) == []
    assert changes(link("A"), HOME, link("B"), link("C"), Link(2, "Nieuws", "https://x.example"), link("D")) == []


def test_a_link_that_is_not_there_is_made() -> None:
    assert changes(HOME, *map(link, "ABD")) == [("create", "C", None, None, "Lijst C")]


@pytest.mark.parametrize(
    "url",
    [
        "https://lindervoort.sharepoint.com/sites/demo/Lists/A",
        "/sites/Demo/lists/A/",
        "/sites/demo/Lists/%41?x=1",
    ],
)
def test_a_link_is_known_by_its_address(url: str) -> None:
    assert changes(replace(link("A"), url=url), *map(link, "BCD")) == []


def test_a_link_to_one_view_is_somebodys_own() -> None:
    view = replace(link("A"), title="Mijn acties", url="/sites/demo/Lists/A/Mine.aspx")
    assert changes(view, *map(link, "ABCD")) == []


def test_another_title_is_put_right() -> None:
    found = replace(link("B"), title="Oud")
    assert changes(link("A"), found, *map(link, "CD")) == [("update", "B", "title", "Oud", "Lijst B")]


def test_a_link_below_another_stays_there() -> None:
    below = replace(link("D"), top=False)
    assert changes(HOME, below, *map(link, "ABC")) == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("DABC", [("update", "D", "position", None, "Lijst C")]),
        ("BCDA", [("update", "A", "position", "Lijst D", None)]),
        ("ACBD", [("update", "C", "position", "Lijst A", "Lijst B")]),
        ("ADBC", [("update", "D", "position", "Lijst A", "Lijst C")]),
        # Two that moved together are one difference.
        ("CDAB", [("update", "C", "position", None, "Lijst B")]),
    ],
)
def test_what_stands_elsewhere_is_named(order: str, expected: list[tuple[object, ...]]) -> None:
    assert changes(HOME, *map(link, order)) == expected


@given(st.permutations("ABCDxyz"), st.sets(st.sampled_from("ABCD")))
def test_moves_put_ours_in_order_and_leave_the_rest(order: list[str], absent: set[str]) -> None:
    found = [link(key) if key.isupper() else Link(ord(key), key, f"/elders/{key}") for key in order]
    found = [one for one in found if chr(one.id) not in absent]
    made = moves(WANTED, found)
    assert bool(made) == any(change.attribute == "position" for change in navigation_changes(WANTED, found))
    for change in navigation_changes(WANTED, found):
        assert change.before != change.after
    numbers = [one.id for one in found]
    for move in made:
        numbers.remove(move.id)
        numbers.insert(numbers.index(move.after) + 1 if move.after else 0, move.id)
    ours = [chr(number) for number in numbers if chr(number).isupper()]
    assert ours == sorted(ours)
    others = [chr(one.id) for one in found if not chr(one.id).isupper()]
    assert [chr(number) for number in numbers if not chr(number).isupper()] == others
    assert moves(WANTED, [found[[one.id for one in found].index(number)] for number in numbers]) == []
