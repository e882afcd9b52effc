"""A municipality's own lists, changes and profiles in its config folder, up to the site and the day's mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from projectlists.cli.session import Session
from projectlists.definitions.loading import load, own_folders, profile_keys, shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.provisioning.job import Wish, plan_site, provision
from projectlists.rules.due import steps_of
from projectlists.validate import validate
from tests.far_end import FarEnd

ACTIONS = """
extends: Actions
title: {nl: Takenlijst, en: Task list}
fields:
  - name: DueDate
    title: {nl: Gereed op, en: Ready by}
    synonyms: [klaar op]
  - name: Neighbourhood
    type: Choice
    title: {nl: Wijk, en: Neighbourhood}
    choices:
      - {key: centre, nl: Centrum, en: Centre}
      - {key: north, nl: Noord, en: North}
  - name: ActionOrigin
    choices:
      - {key: residents, nl: Inwoners, en: Residents}
      - {key: signal, nl: Melding, en: Report}
  - name: ActionPriority
    choices: [{key: urgent, nl: Spoed, en: Urgent}]
views:
  - key: Overdue
    title: {nl: Over tijd, en: Too late}
  - key: ByNeighbourhood
    title: {nl: Per wijk, en: By neighbourhood}
    default: true
    fields: [Title, ActionOwner, DueDate, Neighbourhood]
    filter: {field: ActionStatus, none_of: [done, cancelled]}
    group: [Neighbourhood]
reminders:
  - id: D
    move: {D-7: D-10, D-1: D-2}
leave_out:
  fields: [AgendaItem]
  views: [Board]
  status_rules: [S4]
"""
PERMITS = """
key: Permits
letter: P
title: {nl: Vergunningen, en: Permits}
description: {nl: Alle vergunningen, en: All permits}
fields:
  - {name: Title, type: Text, title: {nl: Vergunning, en: Permit}, required: true}
  - {name: RelatedAction, type: Lookup, lookup: Actions, title: {nl: Actie, en: Action}}
views:
  - {key: All, title: {nl: Alles, en: All}, default: true, fields: [Title, RelatedAction]}
"""
PROFILES = """
profiles:
  - key: area
    extends: starter
    title: {nl: Gebied, en: Area}
    add: [Permits]
    leave_out: [Stakeholders, RunSheet]
  - key: routine
    extends: routine
    deadline_days: [4]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config folder with lists of its own."""
    (tmp_path / "tenant.yaml").write_text("tenant: lindervoort.onmicrosoft.com\n", "utf-8")
    (tmp_path / "lists").mkdir()
    for name, text in (("actions", ACTIONS), ("permits", PERMITS), ("profiles", PROFILES)):
        (tmp_path / "lists" / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def own(config: Path) -> Definitions:
    return load([shipped_folder("lists"), *own_folders(config)])


def test_what_is_given_goes_over_what_is_there(own: Definitions, definitions: Definitions) -> None:
    before, after = definitions.lists["Actions"], own.lists["Actions"]
    assert (after.title.nl, after.letter, after.description) == ("Takenlijst", "A", before.description)
    names = [field.name for field in before.fields if field.name not in {"AgendaItem", "ImportKey", "ReminderOff"}]
    assert [field.name for field in after.fields] == [*names, "Neighbourhood", "ImportKey", "ReminderOff"]
    due = after.field("DueDate")
    assert due is not None
    assert (due.title.nl, due.required, due.format) == ("Gereed op", True, "overdue")
    assert due.synonyms[-2:] == ("when", "klaar op")


def test_choices_are_added_and_named_anew(own: Definitions) -> None:
    origin, priority = own.lists["Actions"].field("ActionOrigin"), own.lists["Actions"].field("ActionPriority")
    assert origin is not None
    assert [(choice.key, choice.nl) for choice in origin.choices][-3:] == [
        ("signal", "Melding"),
        ("other", "Anders"),
        ("residents", "Inwoners"),
    ]
    assert priority is not None
    assert [choice.nl for choice in priority.choices] == ["Hoog", "Normaal", "Laag", "Spoed"]


def test_views_are_added_replaced_and_left_out(own: Definitions) -> None:
    views = {view.key: view for view in own.lists["Actions"].views}
    assert "Board" not in views
    assert [key for key, view in views.items() if view.default] == ["ByNeighbourhood"]
    assert views["Overdue"].title.nl == "Over tijd"
    assert views["Overdue"].filter is not None, "what is not given stays"
    assert "AgendaItem" not in views["ByMeeting"].fields


def test_reminders_come_on_other_days(own: Definitions) -> None:
    (rule, *_others) = own.lists["Actions"].reminders
    steps = [(step.stage, step.days) for step in steps_of(rule, own.profiles["project"])]
    assert steps[:3] == [("D-10", -10), ("D-2", -2), ("D0", 0)]
    # A profile with days of its own goes before (guide.md §3).
    assert [step.stage for step in steps_of(rule, own.profiles["routine"])][:2] == ["D-4", "D0"]
    assert [rule.id for rule in own.lists["Actions"].status_rules] == ["S5", "S1", "S2", "S3"]


def test_profiles_start_from_others(own: Definitions) -> None:
    area = own.profiles["area"]
    assert area.lists == ("Actions", "CommunicationCalendar", "TeamRoles", "Permits")
    assert area.optional == ("Decisions", "Risks", "Milestones", "ProjectDocuments")
    assert own.profiles["routine"].escalation_role == "capacity"
    assert list(own.profiles)[-1] == "area"
    # What is for the starter is for a profile that started from it.
    roles = next(found for found in own.chosen("area") if found.key == "TeamRoles")
    assert [row.key for row in roles.rows] == ["role-project-manager", "role-supporter"]


THIRD = "    without: 5\n  - {key: third, extends: routine, without: {Actions: {views: [Board]}}}\n"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("profiles", PROFILES + THIRD, "without must be a group of keys"),
        ("profiles", "profiles: 5\n", "profiles must be a list"),
        ("actions", ACTIONS.replace("D-7: D-10", "D-7: D--10"), "D-7 cannot move to D--10"),
    ],
)
def test_a_slip_is_a_problem_at_its_line(config: Path, name: str, text: str, words: str) -> None:
    (config / "lists" / f"{name}.yaml").write_text(text, "utf-8")
    assert "project" in profile_keys(own_folders(config))
    problems = validate([config / "lists"])
    assert [problem.line > 0 for problem in problems if words in problem.message]


def test_the_program_works_with_them(config: Path) -> None:
    session = Session(config_folder=str(config), as_json=False, verbose=False)
    assert session.definitions.lists["Actions"].title.nl == "Takenlijst"
    assert profile_keys(own_folders(config))[-1] == "area"
    assert validate([config / "lists"]) == ()
    assert validate([config / "lists" / "actions.yaml", config / "lists" / "profiles.yaml"]) == ()


def test_a_site_is_made_with_them(far_end: FarEnd, own: Definitions) -> None:
    result = provision(far_end.open(), own, Wish("area"))
    assert (result.ok, result.error) == (True, None)
    made = {change.list for change in result.plan.changes if (change.verb, change.kind) == ("create", "list")}
    system = {"ReminderLog", "ReminderSettings"}
    assert made == {"Actions", "CommunicationCalendar", "TeamRoles", "Permits", *system}
    assert plan_site(far_end.open(), own).changes == ()
    # The profile is remembered; a program without it says so.
    refused = provision(far_end.open(), load([shipped_folder("lists")]))
    assert "There is no profile area" in str(refused.error)


def test_the_example_is_right_and_not_in_force(tmp_path: Path) -> None:
    shipped = shipped_folder("config")
    assert own_folders(shipped) == ()
    (tmp_path / "lists").mkdir()
    for example in (shipped / "lists").glob("*.example.yaml"):
        name = example.name.replace(".example", "")
        (tmp_path / "lists" / name).write_text(example.read_text("utf-8"), "utf-8")
    assert validate([tmp_path / "lists"]) == ()
    assert {"actions.yaml", "permits.yaml", "profiles.yaml"} == {path.name for path in (tmp_path / "lists").iterdir()}
