"""Every rule of guide.md §2 is in the program, and the program has no others (`rules.txt`)."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.domain.guide import rows
from tests.rows import shipped

PLACES = [(cells[0], place.split()) for mark, cells in rows("rules.txt") if not mark for place in cells[1:]]


def test_the_lists_have_the_rules_of_the_guide_and_no_others() -> None:
    declared = {("reminder", key, rule.id) for key, one in shipped().lists.items() for rule in one.reminders}
    declared |= {("status", key, rule.id) for key, one in shipped().lists.items() for rule in one.status_rules}
    assert {tuple(place) for _rule, place in PLACES if place[0] != "code"} == declared


@pytest.mark.parametrize(
    ("rule", "module", "name"), [(rule, *place[1:]) for rule, place in PLACES if place[0] == "code"]
)
def test_what_is_no_rule_of_one_list_is_in_code(rule: str, module: str, name: str) -> None:
    found = import_module(module)
    assert callable(getattr(found, name))
    assert rule in (found.__doc__ or "") + (getattr(found, name).__doc__ or "")
