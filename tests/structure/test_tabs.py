"""Tabs of a channel: one for each list, known by its address; those of people stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projectlists.structure.navigation import Destination
from projectlists.structure.tabs import LONGEST_TITLE, Tab, no_tabs, tab_changes

WANTED = [
    Destination("Actions", "Actielijst", "/sites/demo/Lists/Actions"),
    Destination("Risks", "Risicolijst", "/sites/demo/Lists/Risks"),
]
ACTIONS = Tab("t1", "Actielijst", "https://lindervoort.sharepoint.com/sites/demo/Lists/Actions")
RISKS = Tab("t2", "Risicolijst", "https://lindervoort.sharepoint.com/sites/demo/Lists/Risks")
NEWS = Tab("t9", "Nieuws", "https://nieuws.example")


def changes(*found: Tab) -> list[tuple[object, ...]]:
    return [
        (change.verb, change.kind, change.name, change.attribute, change.before, change.after)
        for change in tab_changes(WANTED, found)
    ]


def test_as_declared_needs_nothing_in_any_order() -> None:
    assert changes(RISKS, NEWS, ACTIONS) == []


def test_what_is_missing_or_has_another_title() -> None:
    assert changes(Tab("t1", "Acties", ACTIONS.url)) == [
        ("update", "tab", "Actions", "title", "Acties", "Actielijst"),
        ("create", "tab", "Risks", None, None, "Risicolijst"),
    ]


def test_a_refusal_names_every_list_and_the_reason() -> None:
    refused = list(no_tabs(WANTED, "Geen recht."))
    assert [(change.verb, change.list, change.reason) for change in refused] == [
        ("refuse", "Actions", "Geen recht."),
        ("refuse", "Risks", "Geen recht."),
    ]


@given(st.text(min_size=1, max_size=300))
def test_a_title_fits_in_a_tab(title: str) -> None:
    (change,) = tab_changes([Destination("Actions", title, ACTIONS.url)], [])
    assert len(str(change.after)) <= LONGEST_TITLE
    assert (
        list(tab_changes([Destination("Actions", title, ACTIONS.url)], [Tab("t", str(change.after), ACTIONS.url)]))
        == []
    )
