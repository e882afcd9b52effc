"""The proposals for GROTIK, at their edges (guide.md §2.11 G-S3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from projectlists.item import Item, Person
from projectlists.reporting import lights
from projectlists.reporting.outline import Colour
from projectlists.reporting.project import Project
from tests.reporting.sampled import DAY, marktplein, project
from tests.rows import row

ANNA = Person(1, "Anna")


@pytest.mark.parametrize(
    ("forecast", "colour"),
    [(None, "green"), (900, "green"), (1049, "green"), (1050, "amber"), (1100, "amber"), (1101, "red")],
)
def test_money_is_amber_from_five_and_red_above_ten_percent(forecast: float | None, colour: Colour) -> None:
    line = row(1, BudgetOriginal=1000.0, ForecastAmount=forecast)

    assert lights.money(project(BudgetLines=(line,)))[0] == colour


def test_the_light_for_money_goes_by_what_is_written_beside_it() -> None:
    # 4.99 % is shown as 5 %.
    line = row(1, BudgetOriginal=100000.0, ForecastAmount=104990.0)

    assert lights.money(project(BudgetLines=(line,))) == ("amber", "The forecast is 5% over the budget.")


def test_money_without_amounts_gives_no_proposal() -> None:
    assert lights.money(project())[0] is None


def risk(likelihood: int, impact: int, status: str, kind: str = "threat") -> Item:
    return row(1, RiskProbability=likelihood, RiskImpact=impact, RiskStatus=status, RiskKind=kind)


@pytest.mark.parametrize(
    ("found", "colour"),
    [
        (risk(4, 5, "managed"), "red"),  # 20, handled or not
        (risk(3, 5, "identified"), "red"),  # 15, not handled
        (risk(3, 5, "managed"), "amber"),
        (risk(4, 4, "accepted"), "amber"),
        (risk(3, 4, "identified"), "green"),  # 12
        (risk(5, 5, "closed"), "green"),
        (risk(5, 5, "occurred"), "green"),
        (risk(5, 5, "identified", "opportunity"), "green"),
    ],
)
def test_risk(found: Item, colour: Colour) -> None:
    assert lights.risk(project(Risks=(found,)))[0] == colour


def milestone(slip: int, kind: str = "milestone", status: str = "planned", plan: int = 30) -> Item:
    planned = DAY + timedelta(days=plan)
    return row(
        1, PlanEnd=planned, ForecastEnd=planned + timedelta(days=slip), MilestoneKind=kind, MilestoneStatus=status
    )


@pytest.mark.parametrize(
    ("found", "colour"),
    [
        (milestone(0), "green"),
        (milestone(-5), "green"),
        (milestone(1), "amber"),
        (milestone(10, "phase_gate"), "amber"),
        (milestone(11, "phase_gate"), "red"),
        (milestone(11), "amber"),
        (milestone(11, "phase_gate", "achieved"), "green"),
        (milestone(0, plan=-1), "amber"),  # its day has passed
    ],
)
def test_time(found: Item, colour: Colour) -> None:
    assert lights.time(project(Milestones=(found,)))[0] == colour


def team(**values: object) -> Project:
    manager = row(1, TeamRole="project_manager", TeamStatus="active", TeamMember=ANNA)
    member = row(2, TeamRole="member", TeamStatus="paused", DeputyUser=ANNA)
    rows = {"TeamRoles": (manager, member), "Actions": (row(1, ActionStatus="new", ActionOwner=ANNA),), **values}
    return project(**rows)  # type: ignore[arg-type]


def test_organisation() -> None:
    gone = row(1, TeamRole="project_manager", TeamStatus="left")
    alone = row(2, TeamRole="member", TeamStatus="paused")
    manager = row(1, TeamRole="project_manager", TeamStatus="active")

    assert lights.organisation(team())[0] == "green"
    assert lights.organisation(team(TeamRoles=(gone,)))[0] == "red"
    assert lights.organisation(team(TeamRoles=(manager, alone)))[0] == "amber"
    assert lights.organisation(team(Actions=(row(1, ActionStatus="new"),)))[0] == "amber"
    assert lights.organisation(team(Actions=(row(1, ActionStatus="done"),)))[0] == "green"
    assert lights.organisation(team(Actions=(row(1, ActionStatus="new", ExternalOwner="Buro"),)))[0] == "green"


@pytest.mark.parametrize(("late", "colour"), [(0, "green"), (1, "amber"), (2, "amber"), (3, "red")])
def test_information(late: int, colour: Colour) -> None:
    rows = tuple(row(number, CommDate=DAY - timedelta(days=1), CommStatus="planned") for number in range(late))

    assert lights.information(project(CommunicationCalendar=rows))[0] == colour


def test_quality_is_that_of_the_last_gate_and_nothing_before_the_first() -> None:
    def gate(number: int, ago: int, result: str) -> Item:
        day = DAY - timedelta(days=ago)
        return row(number, PlanEnd=day, ActualEnd=day, MilestoneKind="phase_gate", GateResult=result)

    assert lights.quality(project())[0] is None
    assert lights.quality(project(Milestones=(gate(1, -5, "go"),)))[0] is None
    assert lights.quality(project(Milestones=(gate(1, 50, "no_go"), gate(2, 5, "go"))))[0] == "green"
    assert lights.quality(project(Milestones=(gate(1, 50, "go"), gate(2, 5, "conditional"))))[0] == "amber"
    assert lights.quality(project(Milestones=(gate(1, 5, "no_go"),)))[0] == "red"


def test_lights_stand_beside_what_was_reported_last() -> None:
    found = lights.lights(marktplein(), "team")

    # The report of today in the sample (G2): amber, red, amber, amber, green, green.
    assert [light.reported for light in found] == ["amber", "red", "amber", "amber", "green", "green"]
    assert [light.aspect for light in found] == ["money", "risk", "organisation", "time", "information", "quality"]
    # It is a draft, so a wider audience sees the one before: risks amber, the rest green.
    wide = [light.reported for light in lights.lights(marktplein(), "wide")]
    assert wide == ["green", "amber", "green", "green", "green", "green"]


def test_a_small_project_has_no_lights_until_it_makes_reports() -> None:
    assert lights.lights(project("small-project"), "team") == ()
    assert len(lights.lights(project("project"), "team")) == 6
