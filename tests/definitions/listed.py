"""What the tests of the shipped lists share: the lists of guide.md §2.4-§2.11 and §2.13-§2.15, and rows of a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from projectlists.definitions.model import ListDefinition, ListField
from projectlists.item import Item, Value

ELEVEN = (
    "Decisions",
    "Risks",
    "Milestones",
    "BudgetLines",
    "Commitments",
    "RunSheet",
    "ProjectDocuments",
    "StatusReports",
    "StartUpChecklist",
    "Evaluations",
    "ProgrammeProjects",
)
TODAY = date(2026, 12, 1)
YESTERDAY, TOMORROW = date(2026, 11, 30), date(2026, 12, 2)
DAY = 46_357.0
"""1 December 2026 as a formula counts days."""


def column(definition: ListDefinition, name: str) -> ListField:
    found = definition.field(name)
    assert found is not None, name
    return found


def item(*, modified: date = TODAY, **values: Value) -> Item:
    moment = datetime(2026, 11, 2, 9, tzinfo=UTC)
    return Item(1, "", moment, moment, date(2026, 11, 2), modified, values)
