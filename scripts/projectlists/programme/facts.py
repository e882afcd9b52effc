"""What the overview of a programme says of one project, worked out from the project's own lists. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from projectlists.item import Item, Value
from projectlists.reporting.project import Project
from projectlists.reporting.sections import budget, planning, standing

LIGHTS = ("OverallRag", "RagMoney", "RagRisk", "RagOrganisation", "RagTime", "RagInformation", "RagQuality")
REPORTED = frozenset({"approved", "sent"})
"""States of a progress report in which its lights count."""
RULES: Mapping[str, str] = dict.fromkeys((*LIGHTS, "LastReportOn"), "H-S1")
"""Which rule of the guide a column follows; every other one is a counter."""
COUNTERS = "H-S2"


def facts(project: Project) -> dict[str, Value]:
    """Values by column of the overview (H-S1, H-S2). What a site has no list for, or cannot be read, is left out."""
    return {**_reported(project), **_counted(project)}


def _reported(project: Project) -> dict[str, Value]:
    """The lights of the latest report that was approved or sent (H-S1)."""
    found = [item for item in project.rows("StatusReports") if item["ReportStatus"] in REPORTED]
    latest = max(found, key=lambda item: (str(item["ReportDate"] or ""), item.id), default=None)
    if latest is None:
        return {}
    lights = {name: latest[name] for name in LIGHTS if latest[name]}
    return {**lights, "LastReportOn": latest.day("ReportDate")}


def _counted(project: Project) -> dict[str, Value]:
    """Counters, next milestone and budget (H-S2)."""
    values: dict[str, Value] = {}
    if "Actions" in project.items:
        values["OpenActions"] = standing.open_rows(project, "Actions")
        values["OverdueActions"] = standing.overdue_rows(project, "Actions")
    if "Risks" in project.items:
        values["HighRisks"] = standing.high_risks(project)
    if "Milestones" in project.items:
        coming = planning.next_milestone(project)
        values["NextMilestone"] = coming.text("Title") if coming else None
        values["NextMilestoneOn"] = planning.expected(coming) if coming else None
    if "BudgetLines" in project.items:
        money = budget.totals(project)
        values["BudgetTotal"], values["BudgetForecast"] = money.budget, money.forecast
    return values


def differences(row: Item, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values that a row of the overview does not have yet."""
    return {name: value for name, value in values.items() if not _same(row[name], value)}


def _same(found: Value, wanted: Value) -> bool:
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return abs(found - wanted) < 0.005  # cents
    return (found or None) == (wanted or None)
