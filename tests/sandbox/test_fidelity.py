"""The fidelity page tells what the sandbox does, and leaves out nothing it has a room for."""

from __future__ import annotations

from pathlib import Path

import pytest

from projectlists.sandbox import fidelity
from projectlists.sandbox.fidelitycatalogue import CHAPTERS
from projectlists.sandbox.sharepoint import folders, lists, service, webrooms

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"


def test_the_page_is_what_the_sandbox_does_now() -> None:
    assert PAGE.read_text("utf-8") == fidelity.page(), "python -m projectlists.sandbox.fidelity > docs/sandbox.md"


def mentioned() -> str:
    calls = [f"{each.path} {each.purpose}" for chapter in CHAPTERS for each in chapter.examples]
    return " ".join(calls).lower()


@pytest.mark.parametrize(
    "rooms",
    [
        pytest.param(frozenset(webrooms.ROOMS), id="site"),
        pytest.param(frozenset(service.ROOMS), id="service"),
        pytest.param(frozenset(lists.ROOMS) | lists.TO_ITEMS, id="list"),
        pytest.param(frozenset(folders.ROOMS), id="folder"),
    ],
)
def test_every_room_is_on_the_page(rooms: frozenset[str]) -> None:
    # What is new belongs into `fidelitycatalogue`, as a call of its own or in the words beside one.
    assert {room for room in rooms if room not in mentioned()} == set()
