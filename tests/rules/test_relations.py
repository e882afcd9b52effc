"""Which rows of other lists stand in the mail about a row."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.item import Person
from projectlists.rules.relations import shown
from tests.rows import OWNER, list_of, row

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize("rule", ["T-R1", "T-R2"])
def test_what_somebody_who_leaves_still_has_open(rule: str) -> None:
    # guide.md §2.12: T-R1 open actions of this person listed; T-R2 list of open items to reassign
    team, actions, risks = list_of("TeamRoles"), list_of("Actions"), list_of("Risks")
    found = next(one for one in team.reminders if one.id == rule)
    around = {
        "Risks": [row(3, RiskOwner=OWNER, RiskStatus="occurred"), row(4, RiskOwner=OWNER, RiskStatus="closed")],
        "Actions": [
            row(9, ActionOwner=OWNER, ActionStatus="waiting"),
            row(2, ActionOwner=OWNER, ActionStatus="new"),
            row(5, ActionOwner=OWNER, ActionStatus="done"),
            row(6, ActionOwner=Person(12), ActionStatus="new"),
            row(7, ActionStatus="new"),
        ],
    }
    told = shown([actions, risks, team], found, row(TeamMember=OWNER, TeamStatus="active"), TODAY, around)
    assert [(definition.letter, item.id) for definition, item in told] == [("A", 2), ("A", 9), ("R", 3)]
