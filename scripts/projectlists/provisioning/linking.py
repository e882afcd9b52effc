"""A plan's links beside the pages as operations, and its tabs as steps. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from projectlists.farend.batch import Operation
from projectlists.farend.navigationwire import link_creation, link_move, link_title
from projectlists.farend.tabs import Step
from projectlists.structure.navigation import POSITION, Destination, Link, moves, own_links
from projectlists.structure.plan import Plan
from projectlists.structure.tabs import Tab, own_tabs, title_of


def navigation_operations(plan: Plan, wanted: Sequence[Destination], found: Sequence[Link]) -> list[Operation]:
    """New links at the end, titles, and moves of links that are there.

    A new link that must stand between others is moved in the next round, when it has a number.
    """
    changes = [change for change in plan.work if change.kind == "navigation"]
    by_key = {one.key: one for one in wanted}
    ours = own_links(wanted, found)
    created = {change.list for change in changes if change.verb == "create"}
    made = [link_creation(one) for one in wanted if one.key in created]  # each at the end, so in their own order
    titled = [
        link_title(ours[change.list], by_key[change.list].title) for change in changes if change.attribute == "title"
    ]
    moved = moves(wanted, found) if any(change.attribute == POSITION for change in changes) else ()
    return [*made, *titled, *(link_move(move) for move in moved)]


def tab_steps(plan: Plan, wanted: Sequence[Destination], found: Sequence[Tab], site_url: str) -> list[Step]:
    """New tabs and other titles; `site_url` gives the host, as a tab shows a whole address."""
    keys = [change.list for change in plan.work if change.kind == "tab"]
    ours, parts = own_tabs(wanted, found), urlsplit(site_url)
    return [
        Step(title_of(one), id=ours[one.key].id)
        if one.key in ours
        else Step(title_of(one), url=f"{parts.scheme}://{parts.netloc}{quote(one.url)}")
        for one in wanted
        if one.key in keys
    ]
