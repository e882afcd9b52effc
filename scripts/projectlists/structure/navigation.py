"""The links beside a site's pages: one to each list, in the order of the profile, between those of people. Pure.

A link is known by its address. Only links to whole lists are ours; one to a single view is somebody's own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from projectlists.structure.plan import Change

POSITION = "position"


@dataclass(frozen=True)
class Destination:
    """A list that is linked to: its key, its title, its server-relative address."""

    key: str
    title: str
    url: str


@dataclass(frozen=True)
class Link:
    """A link on a site. `top` is False for one that people moved below another."""

    id: int
    title: str
    url: str
    top: bool = True


@dataclass(frozen=True)
class Move:
    """A link that must stand elsewhere: after the link with number `after`, 0 for in front of all."""

    key: str
    id: int
    after: int


def navigation_changes(wanted: Sequence[Destination], found: Sequence[Link]) -> Iterator[Change]:
    """What must change before there is a link to each list, with its title, in this order."""
    ours = own_links(wanted, found)
    titles = {one.key: one.title for one in wanted}
    order = [one.key for one in wanted if one.key in ours and ours[one.key].top]
    there = sorted(order, key=lambda key: found.index(ours[key]))
    moved = {move.key for move in moves(wanted, found)}
    for one in wanted:
        link = ours.get(one.key)
        if link is None:
            yield Change("create", "navigation", one.key, one.key, after=one.title)
            continue
        if link.title != one.title:
            yield Change("update", "navigation", one.key, one.key, "title", link.title, one.title)
        if one.key in moved and (_before(one.key, there) != _before(one.key, order)):
            before, after = (titles.get(_before(one.key, keys)) for keys in (there, order))
            yield Change("update", "navigation", one.key, one.key, POSITION, before, after)


def moves(wanted: Sequence[Destination], found: Sequence[Link]) -> list[Move]:
    """The fewest moves that put our links in this order, to be made one after the other."""
    ours = {key: link for key, link in own_links(wanted, found).items() if link.top}
    order = [one.key for one in wanted if one.key in ours]
    there = sorted(order, key=lambda key: found.index(ours[key]))
    staying = _longest_rising([order.index(key) for key in there])
    top = [link for link in found if link.top]
    first = next((number for number, link in enumerate(top) if link in {ours[order[at]] for at in staying}), 0)
    return [
        Move(key, ours[key].id, ours[order[at - 1]].id if at else top[first - 1].id if first else 0)
        for at, key in enumerate(order)
        if at not in staying
    ]


def own_links(wanted: Sequence[Destination], found: Sequence[Link]) -> dict[str, Link]:
    """The link to each list by its key; of two links to one list the first counts."""
    links: dict[str, Link] = {}
    for link in found:
        links.setdefault(address_of(link.url), link)
    return {one.key: links[address_of(one.url)] for one in wanted if address_of(one.url) in links}


def address_of(url: str) -> str:
    """The path of an address in one spelling, for comparing: with or without host, whatever its case."""
    return unquote(urlsplit(url).path).rstrip("/").casefold()


def _before(key: str, order: Sequence[str]) -> str:
    at = order.index(key) if key in order else 0
    return order[at - 1] if at else ""


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The members of a longest rising subsequence: those that can stay where they are."""
    tails: list[int] = []
    best: list[list[int]] = []
    for number in numbers:
        at = bisect_left(tails, number)
        chain = [*(best[at - 1] if at else []), number]
        tails[at:] = [number, *tails[at + 1 :]]
        best[at:] = [chain, *best[at + 1 :]]
    return set(best[-1]) if best else set()
