"""The tabs of a Teams channel: one for each list, known by the address it shows. Pure.

Tabs of people stay; their order is theirs, as Graph cannot set it (identity-mail-teams.md §10.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from projectlists.structure.navigation import Destination, address_of
from projectlists.structure.plan import Change

LONGEST_TITLE = 128


@dataclass(frozen=True)
class Tab:
    """A website tab of a channel: its id, its title, the address it shows."""

    id: str
    title: str
    url: str


def tab_changes(wanted: Sequence[Destination], found: Sequence[Tab]) -> Iterator[Change]:
    """What must change before each list has a tab with its title."""
    ours = own_tabs(wanted, found)
    for one in wanted:
        tab, title = ours.get(one.key), title_of(one)
        if tab is None:
            yield Change("create", "tab", one.key, one.key, after=title)
        elif tab.title != title:
            yield Change("update", "tab", one.key, one.key, "title", tab.title, title)


def no_tabs(wanted: Sequence[Destination], reason: str) -> Iterator[Change]:
    """That the tabs cannot be read or made, and why: the lists go on without."""
    return (Change("refuse", "tab", one.key, one.key, after=title_of(one), reason=reason) for one in wanted)


def own_tabs(wanted: Sequence[Destination], found: Sequence[Tab]) -> dict[str, Tab]:
    """The tab of each list by its key; of two tabs of one list the first counts."""
    tabs: dict[str, Tab] = {}
    for tab in found:
        tabs.setdefault(address_of(tab.url), tab)
    return {one.key: tabs[address_of(one.url)] for one in wanted if address_of(one.url) in tabs}


def title_of(wanted: Destination) -> str:
    """The title of a tab."""
    return wanted.title[:LONGEST_TITLE]
