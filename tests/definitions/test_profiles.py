"""Profiles and the order of creation (guide.md §3, §2.0.14): which lists a site gets, and what differs in them."""

from __future__ import annotations

import pytest

from projectlists.definitions.model import Definitions
from tests.definitions.listed import column

OWN = ("ReminderSettings", "ReminderLog")
"""The lists of the tool itself, on every site."""

PROGRAMME_PHASES = ["exploration", "build_up", "execution", "wind_down"]


def test_order_of_creation(definitions: Definitions) -> None:
    # guide.md §2.0.14; the tool's own lists last.
    order = [
        *("Milestones", "Decisions", "Stakeholders", "CommunicationCalendar", "Actions", "Risks", "BudgetLines"),
        *("Commitments", "RunSheet", "ProjectDocuments", "StatusReports", "TeamRoles", "StartUpChecklist"),
        *("Evaluations", "ProgrammeProjects", "ReminderSettings", "ReminderLog"),
    ]
    assert list(definitions.lists) == order


# guide.md §3, the table column by column: number of lists made at once, and of lists offered.
@pytest.mark.parametrize(
    ("profile", "on", "offered", "escalation", "deadline_days", "review_days"),
    [
        ("starter", 4, 5, "project_manager", None, 90),
        ("small-project", 7, 7, "project_manager", None, 90),
        ("project", 13, 1, "project_manager", None, 90),
        ("programme", 12, 3, "programme_manager", (10, 3), 90),
        ("process", 6, 4, "process_manager", None, 30),
        ("routine", 2, 3, "capacity", None, 90),
        ("improvisation", 1, 6, "project_manager", None, 90),
    ],
)
def test_profiles(
    definitions: Definitions,
    *,
    profile: str,
    on: int,
    offered: int,
    escalation: str,
    deadline_days: tuple[int, ...] | None,
    review_days: int,
) -> None:
    found = definitions.profiles[profile]
    assert (len(found.lists), len(found.optional), found.escalation_role) == (on, offered, escalation)
    assert (found.deadline_days, found.review_days) == (deadline_days, review_days)


def test_the_starter_has_no_lookups_to_lists_it_has_not(definitions: Definitions) -> None:
    # guide.md §2.0.14: no RelatedDecision and RelatedMilestone in Actions, no RelatedMilestone in the calendar.
    starter = {found.key: found for found in definitions.chosen("starter")}
    assert list(starter) == ["Stakeholders", "CommunicationCalendar", "Actions", "TeamRoles", *OWN]
    assert len(starter["Actions"].fields) == 16
    assert starter["Actions"].lookups == ()
    assert [field.name for field in starter["CommunicationCalendar"].lookups] == ["StakeholderRef"]


def test_a_process_looks_at_stakeholders_again_after_thirty_days(definitions: Definitions) -> None:
    stakeholders = next(found for found in definitions.chosen("process") if found.key == "Stakeholders")
    assert column(stakeholders, "NextReviewOn").default == "today+30"
    assert stakeholders.status_rules[1].set[0].to == "today+30"


def test_a_programme_has_its_own_phases_and_a_process_its_own_titles(definitions: Definitions) -> None:
    # guide.md §3, "Defaults that differ".
    phase = definitions.profiles["programme"].choice_sets["phase"]
    assert [choice.nl for choice in phase.choices] == ["Verkenning", "Opbouw", "Uitvoering", "Afbouw"]
    assert (phase.default, phase.except_lists) == ("exploration", ("ProgrammeProjects",))
    assert definitions.profiles["process"].titles["Milestones"].nl == "Volgende stappen"


# guide.md §3: every list a profile names is there.
@pytest.mark.parametrize(
    ("profile", "count"),
    [
        ("starter", 9),
        ("small-project", 14),
        ("project", 14),
        ("programme", 15),
        ("process", 10),
        ("routine", 5),
        ("improvisation", 7),
    ],
)
def test_profiles_have_their_lists(definitions: Definitions, profile: str, count: int) -> None:
    found = definitions.profiles[profile]
    assert len({*found.lists, *found.optional}) == count
    assert {*found.lists, *found.optional} <= {*definitions.lists}


def test_a_list_comes_after_those_it_looks_up(definitions: Definitions) -> None:
    # guide.md §2.0.14: a list comes after those it looks up, itself excepted.
    made: set[str] = set()
    for key, definition in definitions.lists.items():
        made.add(key)
        assert {field.lookup for field in definition.lookups} <= made
    assert len(made) == 17


def test_lookups_of_a_small_project(definitions: Definitions) -> None:
    # Milestones is offered, not made (guide.md §3), so lookups to it are left out (§2.0.14); self-lookups stay.
    small = {found.key: found for found in definitions.chosen("small-project")}
    assert [field.name for field in small["Decisions"].lookups] == ["ReplacedBy"]
    assert small["Risks"].lookups == ()
    assert "RelatedMilestone" not in next(view for view in small["Decisions"].views if view.key == "ToBeTaken").fields
    assert [field.lookup for field in small["ProjectDocuments"].lookups] == ["Decisions"]
    later = {found.key: found for found in definitions.chosen("small-project", ("Milestones", "Commitments"))}
    assert [field.name for field in later["Decisions"].lookups] == ["ReplacedBy", "RelatedMilestone"]
    assert [field.name for field in later["Milestones"].lookups] == ["DependsOn"]
    # Orders without a budget: no cost item, and the view by cost item sleeps.
    assert later["Commitments"].lookups == ()
    assert "ByCostItem" not in {view.key for view in later["Commitments"].views}


def test_a_programme_has_its_own_phases_and_view_of_risks(definitions: Definitions) -> None:
    # guide.md §3, "Defaults that differ".
    programme = {found.key: found for found in definitions.chosen("programme")}
    for key in ("Milestones", "BudgetLines", "ProjectDocuments", "Evaluations"):
        phase = column(programme[key], "ProjectPhase")
        assert [choice.key for choice in phase.choices] == PROGRAMME_PHASES
        assert phase.default == "exploration"
    assert column(programme["ProgrammeProjects"], "ProjectPhase").default == "initiation"
    assert "ProgrammeRisks" in {view.key for view in programme["Risks"].views}
    project = {found.key: found for found in definitions.chosen("project")}
    assert "ProgrammeRisks" not in {view.key for view in project["Risks"].views}
    assert len(column(project["Milestones"], "ProjectPhase").choices) == 6


def test_a_process_calls_milestones_next_steps(definitions: Definitions) -> None:
    # guide.md §3; only stakeholders are looked at again after 30 days, risks stay at 90.
    process = {found.key: found for found in definitions.chosen("process", ("Milestones", "Risks"))}
    assert process["Milestones"].title.nl == "Volgende stappen"
    assert column(process["Risks"], "NextReviewOn").default == "today+90"


def test_a_process_has_no_phases_and_no_submission_dates(definitions: Definitions) -> None:
    # guide.md §3: "no phases; ... decisions ad hoc without submission dates".
    extra = ("Milestones", "BudgetLines", "Evaluations", "Risks")
    process = {found.key: found for found in definitions.chosen("process", extra)}
    assert not [key for key, found in process.items() if found.field("ProjectPhase")]
    assert "PhaseGates" not in {view.key for view in process["Milestones"].views}
    plan = next(view for view in process["Milestones"].views if view.default)
    assert (plan.key, plan.group, plan.sort[0].field) == ("Plan", (), "PlanEnd")
    assert "ByPhase" not in {view.key for view in process["BudgetLines"].views}
    decisions = process["Decisions"]
    assert decisions.field("SubmissionDueOn") is None
    assert "B-R1" not in {rule.id for rule in decisions.reminders}
    to_be_taken = next(view for view in decisions.views if view.key == "ToBeTaken")
    assert (to_be_taken.sort, "SubmissionDueOn" in to_be_taken.fields) == ((), False)
    project = {found.key: found for found in definitions.chosen("project")}
    assert project["Decisions"].field("SubmissionDueOn") is not None


# guide.md §3: "small: PM and supporter only" for the starter; who leads, by way of working; §1.9 for the core tasks.
@pytest.mark.parametrize(
    ("profile", "roles"),
    [
        ("starter", "project_manager supporter"),
        ("small-project", "political_client official_client project_manager supporter"),
        ("project", "political_client official_client project_manager supporter capacity"),
        ("programme", "political_client official_client programme_manager supporter capacity"),
        ("process", "political_client official_client process_manager supporter"),
        ("routine", "supporter capacity"),
        ("improvisation", "project_manager supporter"),
    ],
)
def test_the_team_starts_with_who_leads(definitions: Definitions, profile: str, roles: str) -> None:
    team = next(found for found in definitions.chosen(profile, ("TeamRoles",)) if found.key == "TeamRoles")
    assert [row.values["TeamRole"] for row in team.rows] == roles.split()
    assert all({"Title", "CoreTasks"} < set(row.values) for row in team.rows)
    assert definitions.profiles[profile].escalation_role in roles.split()


# guide.md §3, the table, row by row: o is on, p is opt, - is not offered.
@pytest.mark.parametrize(
    ("key", "cells"),
    [
        ("Actions", "ooooooo"),
        ("Stakeholders", "ooooo-p"),
        ("CommunicationCalendar", "ooooopp"),
        ("Decisions", "poooo-p"),
        ("Risks", "pooop--"),
        ("Milestones", "ppoop--"),
        ("BudgetLines", "-poo--p"),
        ("Commitments", "-pop---"),
        ("RunSheet", "ppppp--"),
        ("ProjectDocuments", "poooopp"),
        ("StatusReports", "-poo---"),
        ("TeamRoles", "oooooop"),
        ("StartUpChecklist", "-pop---"),
        ("Evaluations", "-poopp-"),
        ("ProgrammeProjects", "---o---"),
    ],
)
def test_the_table_of_profiles(definitions: Definitions, key: str, cells: str) -> None:
    order = ("starter", "small-project", "project", "programme", "process", "routine", "improvisation")
    found = (definitions.profiles[profile] for profile in order)
    assert "".join("o" if key in one.lists else "p" if key in one.optional else "-" for one in found) == cells


def test_a_copy_with_other_lists_chooses_anew(definitions: Definitions) -> None:
    before = definitions.chosen("starter")
    actions = definitions.lists["Actions"].model_copy(update={"letter": "Z"})

    copied = definitions.model_copy(update={"lists": {**definitions.lists, "Actions": actions}})

    assert next(found.letter for found in copied.chosen("starter") if found.key == "Actions") == "Z"
    assert definitions.chosen("starter") is before
