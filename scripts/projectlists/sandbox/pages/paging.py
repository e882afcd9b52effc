"""Long lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE = 50
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Slice(Generic[Thing]):
    """One page of things; pages count from 1 and there is always one."""

    things: Sequence[Thing]
    page: int
    pages: int


def cut(things: Sequence[Thing], asked: str, size: int = PAGE) -> Slice[Thing]:
    """The page asked for as text; the nearest one when there is no such page."""
    pages = max(1, -(-len(things) // size))
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    page = min(max(wanted, 1), pages)
    return Slice(things[(page - 1) * size : page * size], page, pages)
