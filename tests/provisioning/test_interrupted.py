"""A provision that is disturbed at one write and run again ends like one that was not (architecture.md decision 4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.definitions.names import ProfileKey
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, plan_site, provision
from projectlists.sandbox.main import Options, running
from tests.far_end import FarEnd
from tests.provisioning.site_state import state_of

# contract.md §4: what a service or a line can do to one operation; the last is "conflict, but made".
HARMS = ("status:500", "status:503", "reset-before", "reset-after", "status:409-after")
MOST_WRITES = {"routine": 200, "starter": 300, "project": 900}
"""More than building takes: numbers above the last write are skipped, and a test tells when this is too low."""


class Undisturbed:
    """What building a profile does and ends with, worked out once."""

    def __init__(self, far_end: FarEnd, definitions: Definitions, profile: ProfileKey) -> None:
        self.profile = profile
        far_end.reset()
        assert provision(far_end.open(), definitions, Wish(profile)).ok
        self.writes = far_end.writes()
        self.state = state_of(far_end)

    def rule(self, number: int, harm: str) -> dict[str, Any]:
        """The fault that hits exactly this write, counted from 0."""
        method, path = self.writes[number].split(" ", 1)
        before = self.writes[:number].count(self.writes[number])
        return {"method": method, "path": f"^{re.escape(path)}$", "after": before, "do": harm}


@pytest.fixture(scope="module")
def undisturbed(definitions: Definitions) -> Iterator[Callable[[ProfileKey], Undisturbed]]:
    with running(Options(seed="none")) as ready:
        yield cache(lambda profile: Undisturbed(FarEnd(ready), definitions, profile))


def check(far_end: FarEnd, definitions: Definitions, whole: Undisturbed, number: int, harm: str) -> None:
    assert len(whole.writes) < MOST_WRITES[whole.profile]
    if number >= len(whole.writes):
        pytest.skip("building takes fewer writes")
    wish = Wish(whole.profile)
    far_end.faults(whole.rule(number, harm))
    provision(far_end.open(), definitions, wish)
    assert sum(rule["fired"] for rule in far_end.control("GET", "faults")) == 1
    assert provision(far_end.open(), definitions, wish).ok
    assert plan_site(far_end.open(), definitions).changes == ()
    assert state_of(far_end) == whole.state


# Making a list, and a column in the middle.
@pytest.mark.parametrize(("number", "harm"), [(0, HARMS[4]), (41, HARMS[3])])
def test_a_disturbed_write_is_healed(
    far_end: FarEnd,
    definitions: Definitions,
    undisturbed: Callable[[ProfileKey], Undisturbed],
    number: int,
    harm: str,
) -> None:
    check(far_end, definitions, undisturbed("starter"), number, harm)


@pytest.mark.slow
@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("number", range(MOST_WRITES["routine"]))
def test_any_disturbed_write_is_healed(
    far_end: FarEnd,
    definitions: Definitions,
    undisturbed: Callable[[ProfileKey], Undisturbed],
    number: int,
    harm: str,
) -> None:
    check(far_end, definitions, undisturbed("routine"), number, harm)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(MOST_WRITES["starter"]))
def test_disturbed_writes_of_a_start_are_healed(
    far_end: FarEnd, definitions: Definitions, undisturbed: Callable[[ProfileKey], Undisturbed], number: int
) -> None:
    check(far_end, definitions, undisturbed("starter"), number, HARMS[number % len(HARMS)])


@pytest.mark.slow
@pytest.mark.parametrize("number", range(0, MOST_WRITES["project"], 3))
def test_disturbed_writes_of_a_project_are_healed(
    far_end: FarEnd, definitions: Definitions, undisturbed: Callable[[ProfileKey], Undisturbed], number: int
) -> None:
    check(far_end, definitions, undisturbed("project"), number, HARMS[number // 3 % len(HARMS)])


def foreign(kind: str) -> list[Operation]:
    """Somebody else's list where our list of actions would be."""
    actions = "web/GetList('/sites/demo/Lists/Actions')"
    made = [Operation("POST", "web/lists", {"Title": "Actions", "BaseTemplate": 100})]
    if kind == "columns":
        xml = "<Field Type='Text' Name='Wijk' DisplayName='Wijk' />"
        made.append(
            Operation("POST", f"{actions}/fields/createfieldasxml", {"parameters": {"SchemaXml": xml, "Options": 8}})
        )
    if kind == "rows":
        made.append(Operation("POST", f"{actions}/items", {"Title": "Afval ophalen"}))
    return made


@pytest.mark.parametrize("kind", ["columns", "rows"])
def test_a_list_of_somebody_else_is_not_touched(far_end: FarEnd, definitions: Definitions, kind: str) -> None:
    for answer in far_end.open().run(foreign(kind)):
        answer.checked()
    before = state_of(far_end)["/sites/demo/Lists/Actions"]
    far_end.control("DELETE", "requests")
    result = provision(far_end.open(), definitions, Wish("starter"))
    assert not result.ok
    assert "Actions" in str(result.error)
    assert "somebody else" in str(result.error)
    assert [change.name for change in result.plan.refusals] == ["Actions"]
    assert state_of(far_end)["/sites/demo/Lists/Actions"] == before
    assert not [path for path in far_end.writes() if "Lists/Actions" in path]
    # The other lists are made all the same.
    assert "/sites/demo/Lists/Stakeholders" in state_of(far_end)


def test_a_list_that_was_only_just_made_is_ours(far_end: FarEnd, definitions: Definitions) -> None:
    (made,) = far_end.open().run([Operation("POST", "web/lists", {"Title": "Actions", "BaseTemplate": 100})])
    made.checked()
    assert provision(far_end.open(), definitions, Wish("starter")).ok
