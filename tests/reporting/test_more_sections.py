"""Decisions, the plan's progress, the run sheet, the team, start-up, documents and lessons, of a few rows each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from projectlists.item import Item, Person, Reference
from projectlists.reporting.outline import Section
from projectlists.reporting.pictures.dayplan import Part
from projectlists.reporting.pictures.decisions import Taken
from projectlists.reporting.pictures.timescale import levels
from projectlists.reporting.pictures.triangle import Seat
from projectlists.reporting.project import Project
from projectlists.reporting.sections import decisions, documents, lessons, planning, runsheet, team
from tests.reporting.sampled import DAY, project
from tests.rows import list_of, row

ANNA, BRAM = Person(1, "Anna"), Person(2, "Bram")


def days(number: int) -> date:
    return DAY + timedelta(days=number)


def of(found: Section | None) -> Section:
    assert found is not None
    return found


def test_lists_that_a_site_has_not_are_not_told_about() -> None:
    small = project("starter")

    for section in (decisions.section, runsheet.section, team.start_up, documents.section, lessons.section):
        assert section(small, "team") is None


def test_a_list_that_could_not_be_read_is_named() -> None:
    whole = project()
    items = {key: rows for key, rows in whole.items.items() if key != "Decisions"}
    unread = Project(
        whole.name, whole.url, "en", whole.profile, DAY, whole.lists, items, unread={"Decisions": "No access."}
    )

    assert of(decisions.section(unread, "team")).sentences == ("Decision list could not be read: No access.",)


def some_decisions() -> Project:
    rows = (
        row(1, Title="Opdracht", DecisionStatus="executed", DecisionDate=days(-90), DecisionBody="board"),
        row(2, Title="Budget", DecisionStatus="taken", DecisionDate=days(-30), DueDate=days(-1)),
        row(3, Title="Plan", DecisionStatus="preparing", SubmissionDueOn=days(10)),
        row(4, Title="Geheim", DecisionStatus="rejected", DecisionDate=days(-5), ConfidentialityLevel="confidential"),
        row(5, Title="Zonder dag", DecisionStatus="preparing"),
    )
    gates = (
        row(1, MilestoneKind="phase_gate", PlanEnd=days(-60), ForecastEnd=days(-50), MilestoneStatus="planned"),
        row(2, MilestoneKind="milestone", PlanEnd=days(-20), MilestoneStatus="planned"),
        row(3, MilestoneKind="phase_gate", PlanEnd=days(20), MilestoneStatus="cancelled"),
    )
    return project(Decisions=rows, Milestones=gates)


def test_decisions_stand_on_their_day_between_the_phase_gates() -> None:
    found = some_decisions()
    line = decisions.line_of(found, list_of("Decisions"), list(found.rows("Decisions")))

    assert line.rows == (
        Taken("B-1", "Opdracht", days(-90), "executed"),
        Taken("B-2", "Budget", days(-30), "taken"),
        Taken("B-4", "Geheim", days(-5), "ended"),
        Taken("B-3", "Plan", days(10), "ahead"),
    )
    assert line.gates == (("M-1", days(-50)),)
    section = of(decisions.section(found, "team"))
    assert section.sentences == ("Still to be taken: 2. To be carried out: 1, of which 1 overdue.",)
    assert [cells[0] for cells in section.tables[0].rows] == ["B-1", "B-2", "B-4", "B-3", "B-5"]


def test_confidential_decisions_are_for_the_team() -> None:
    section = of(decisions.section(some_decisions(), "wide"))

    assert "Geheim" not in str(section.tables)
    assert section.sentences[1] == "Confidential decisions are left out here: 1."


def test_the_plan_goes_up_as_milestones_are_reached_and_by_what_is_done_of_the_others() -> None:
    items = [
        row(1, PlanEnd=days(-40), ActualEnd=days(-30), MilestoneStatus="achieved"),
        row(2, PlanEnd=days(-10), ForecastEnd=days(-5), PercentDone=50, MilestoneStatus="in_progress"),
        row(3, PlanEnd=days(30), MilestoneStatus="planned"),
        row(4, PlanEnd=days(30), ForecastEnd=days(60), PercentDone=10, MilestoneStatus="planned"),
    ]
    found = planning.progress_of(items, DAY)

    assert found.planned == ((days(-40), 0.25), (days(-10), 0.5), (days(30), 1.0))
    assert found.done == ((days(-30), 0.25), (DAY, 0.4))
    # What should have been ready five days ago is expected today at the earliest.
    assert [day for day, _share in found.expected] == [DAY, days(30), days(60)]
    assert [share for _day, share in found.expected] == pytest.approx([0.525, 0.775, 1.0])
    assert planning.at(found.planned, days(-41)) == 0
    assert planning.at(found.planned, days(29)) == 0.5
    section = planning.section(project(Milestones=tuple(items)), "team")
    assert section.sentences[-1] == "Done: 40% of the plan."
    assert [picture.key for picture in section.pictures] == ["timeline", "plan-progress"]


def part(number: int, start: str, end: str, **values: object) -> Item:
    given = {"Title": f"Deel {number}", "RunPart": "on_the_day", "DueDate": days(3), "RunStatus": "to_do", **values}
    return row(number, StartTime=start, EndTime=end, **given)  # type: ignore[arg-type]


def test_a_day_has_a_lane_for_each_person() -> None:
    evening = Reference(7, "Bewonersavond")
    rows = (
        part(1, "19:30", "20:00", RunOwner=ANNA, EventRef=evening),
        part(2, "9.05", "9.10", ExternalOwner="Zaalbeheer"),
        part(3, "20:00", "", RunOwner=ANNA),
        part(4, "straks", "", RunOwner=BRAM),
        part(5, "19:00", "20:00", RunStatus="cancelled"),
        part(6, "19:00", "20:00", DueDate=days(-3)),
        part(7, "19:00", "20:00", DueDate=days(30)),
        row(8, RunPart="preparation", DueDate=days(-1), RunStatus="to_do"),
    )
    whole = project(extra=("RunSheet",), RunSheet=rows)
    items = [item for item in rows if item["RunStatus"] != "cancelled"]

    assert runsheet.next_day(items, DAY) == days(3)
    plan = runsheet.plan_of(list_of("RunSheet"), runsheet.of_day(items, days(3)))
    assert plan.lanes == (
        ("Zaalbeheer", (Part("RS-2", 545, 550),)),
        ("Anna", (Part("RS-1", 1170, 1200), Part("RS-3", 1200, 1215))),
    )
    section = of(runsheet.section(whole, "team"))
    assert section.sentences == (
        "Saturday 28 November 2026: Bewonersavond.",
        "Preparations to do: 1, of which 1 overdue.",
    )
    assert runsheet.section(whole, "wide") is None


def test_three_steer_and_the_others_stand_around_them() -> None:
    rows = (
        row(1, Title="Wethouder", TeamRole="political_client", TeamStatus="active", TeamMember=ANNA),
        row(2, Title="Projectmanager", TeamRole="project_manager", TeamStatus="paused", TeamMember=BRAM),
        row(3, Title="Adviseur groen", TeamRole="member", TeamStatus="active", ExternalName="Bureau Groen"),
        row(4, Title="Oud-lid", TeamRole="member", TeamStatus="left", TeamMember=ANNA),
    )
    whole = project(TeamRoles=rows)
    found = team.triangle_of(whole, list_of("TeamRoles"), list(rows[:3]))

    assert found.corners == (
        Seat("Political client", "Anna"),
        Seat("Official client", "–"),
        Seat("Project manager", "Bram (away)"),
    )
    assert found.team == (Seat("Adviseur groen", "Bureau Groen"),)
    section = of(team.section(whole, "team"))
    assert section.sentences == ("Members: 3.", "Nobody is filled in for: Official client.")
    assert "Oud-lid" not in str(section.tables)


def test_start_up_is_counted_by_element() -> None:
    rows = (
        row(1, PsuElement="team", PsuStatus="agreed"),
        row(2, PsuElement="team", PsuStatus="open"),
        row(3, PsuElement="risks", PsuStatus="in_progress"),
        row(4, PsuElement="risks", PsuStatus="not_needed"),
    )
    section = of(team.start_up(project(StartUpChecklist=rows), "team"))

    assert section.sentences == ("Agreed: 1 of 3 topics.",)
    assert len(section.tables[0].rows) == 7
    assert section.tables[0].rows[2][1:] == ("1", "0", "1")
    assert section.tables[0].rows[4][1:] == ("0", "1", "0")


def test_documents_are_counted_and_what_is_not_filled_in_is_said() -> None:
    rows = (
        row(1, DocType="plan", DocStatus="adopted", DocOwner=ANNA, ConfidentialityLevel="internal", RetentionYears=10),
        row(2, DocType="plan", DocStatus="draft", RetentionForever=True),
        row(3, DocType="agenda", DocStatus="Kwijt", DocOwner=ANNA, ConfidentialityLevel="public"),
    )
    section = of(documents.section(project(ProjectDocuments=rows), "wide"))

    assert section.sentences == (
        "Documents: 3. Without an owner: 1. Without a confidentiality level: 1. Without a retention period: 1.",
    )
    assert section.tables[0].headings[1:] == (
        "Adopted",
        "For adoption",
        "Under review",
        "Draft",
        "Obsolete",
        "not filled in",
    )
    assert [cells[1:] for cells in section.tables[0].rows] == [
        ("1", "0", "0", "1", "0", "0"),
        ("0", "0", "0", "0", "0", "1"),
    ]


def test_a_lesson_counts_for_each_of_its_subjects() -> None:
    rows = (
        row(1, EvalKind="lesson", EvalDomain=("content", "process"), EvalStatus="embedded", EmbeddedIn="Handboek"),
        row(2, EvalKind="lesson", EvalStatus="open"),
        row(3, EvalKind="lesson", EvalDomain=("content",), EvalStatus="dropped"),
        row(4, EvalKind="question", EvalStatus="answered"),
        row(5, EvalKind="question", EvalStatus="open"),
    )
    section = of(lessons.section(project(Evaluations=rows), "team"))

    assert section.sentences == ("Lessons: 2. Evaluation questions answered: 1 of 2.",)
    counted = lessons.by_domain(list_of("Evaluations"), list(rows[:2]))
    assert counted.rows == (
        ("Content", (1, 0, 0, 0)),
        ("Delivered result", (0, 0, 0, 0)),
        ("Process", (1, 0, 0, 0)),
        ("Cooperation", (0, 0, 0, 0)),
        ("Not filled in", (0, 0, 0, 1)),
    )


def test_labels_that_would_touch_stand_on_lines_of_their_own() -> None:
    assert levels([1.0, 1.2, 1.3, 2.0, 2.1], 0.5) == [0, 1, 2, 0, 1]
