"""What an overview says of a project, counted by hand in a few rows."""

from __future__ import annotations

from datetime import date

from projectlists.programme.facts import differences, facts
from tests.reporting.sampled import project
from tests.rows import row

DAY = date(2026, 11, 25)


def test_lights_come_from_the_latest_report_that_counts() -> None:
    reports = (
        row(1, ReportDate=date(2026, 9, 1), ReportStatus="sent", OverallRag="green", RagTime="green"),
        row(2, ReportDate=date(2026, 10, 1), ReportStatus="approved", OverallRag="amber", RagTime="red"),
        row(3, ReportDate=date(2026, 11, 1), ReportStatus="draft", OverallRag="red", RagTime="red"),
    )

    found = facts(project(StatusReports=reports))

    assert (found["OverallRag"], found["RagTime"], found["LastReportOn"]) == ("amber", "red", date(2026, 10, 1))


def test_without_such_a_report_the_lights_stay() -> None:
    reports = (row(1, ReportDate=date(2026, 9, 1), ReportStatus="draft", OverallRag="red"),)

    assert {"OverallRag", "LastReportOn"}.isdisjoint(facts(project(StatusReports=reports)))


def test_counters_and_the_next_milestone() -> None:
    actions = (
        row(1, DueDate=date(2026, 11, 24), ActionStatus="new"),  # a day late
        row(2, DueDate=date(2026, 11, 25), ActionStatus="in_progress"),  # due today
        row(3, DueDate=date(2026, 11, 1), ActionStatus="done"),
    )
    milestones = (
        row(
            1,
            Title="Later",
            MilestoneKind="milestone",
            PlanEnd=date(2027, 1, 5),
            MilestoneStatus="planned",
        ),
        row(
            2,
            Title="Eerst",
            MilestoneKind="milestone",
            PlanEnd=date(2026, 12, 7),
            MilestoneStatus="planned",
        ),
    )

    found = facts(project(Actions=actions, Milestones=milestones))

    assert (found["OpenActions"], found["OverdueActions"]) == (2, 1)
    assert (found["NextMilestone"], found["NextMilestoneOn"]) == ("Eerst", date(2026, 12, 7))


def test_what_a_site_has_no_list_for_is_left_alone() -> None:
    assert set(facts(project("routine"))) == {"OpenActions", "OverdueActions"}


def test_only_what_differs_is_written() -> None:
    before = row(1, OpenActions=2.0, OverdueActions=1, BudgetTotal=100.001, NextMilestone=None)

    found = differences(before, {"OpenActions": 2, "OverdueActions": 0, "BudgetTotal": 100.0, "NextMilestone": None})

    assert found == {"OverdueActions": 0}
