"""What the tests of provisioning share: a site that is built, changes by others, changes in short."""

from __future__ import annotations

from typing import Any

from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish
from projectlists.structure.plan import Change
from tests.far_end import FarEnd

STARTER = Wish("starter")


def merge(far_end: FarEnd, path: str, body: dict[str, Any]) -> None:
    """A change that somebody else makes."""
    done(far_end, Operation("MERGE", path, body))


def done(far_end: FarEnd, *operations: Operation) -> None:
    """Operations that somebody else carries out."""
    for answer in far_end.open().run(operations):
        answer.checked()


def of_list(key: str, rest: str = "") -> str:
    """An address in a list of the demo site: `of_list("Actions", "fields")`."""
    return f"web/GetList('/sites/demo/Lists/{key}')" + (f"/{rest}" if rest else "")


def actions(rest: str) -> str:
    """An address in the action list."""
    return of_list("Actions", rest)


def short(change: Change) -> tuple[str, str, str, str, str | None]:
    """A change without its values."""
    return (change.verb, change.kind, change.list, change.name, change.attribute)
