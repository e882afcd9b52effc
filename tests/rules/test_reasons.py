"""Sentences about rules that say nothing today: each cause of guide.md §2.0.7 and §2.0.8 has one of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item, Link, Person, Reference, Value
from projectlists.language import speaking
from projectlists.rules.reasons import (
    Case,
    reminder_reasons,
    resting_reasons,
    status_reasons,
    step_in_words,
    value_in_words,
)
from projectlists.rules.status import hindrances
from tests.ladders import CALENDAR
from tests.rows import OWNER, list_of, profile_of, row, shipped

TODAY = date(2026, 12, 1)
ACTIONS = list_of("Actions")
MOMENTS = list_of("CommunicationCalendar")


def case(definition: ListDefinition, item: Item, last_run: date | None = date(2026, 11, 30)) -> Case:
    return Case(definition, item, TODAY, CALENDAR, last_run, profile_of(), {}, {})


def about(definition: ListDefinition, rule: str, item: Item) -> list[str]:
    found = reminder_reasons(case(definition, item))
    return [reason.partition("): ")[2] or reason.partition(": ")[2] for reason in found if reason.startswith(rule)]


def test_states_that_a_rule_is_not_about() -> None:
    planned = row(CommStatus="planned", CommDate=date(2027, 3, 1), CommOwner=OWNER)
    assert about(MOMENTS, "C-R2 ", planned) == ["this rule is about rows in another state (Status: Planned)."]
    idea = row(CommStatus="idea", CommDate=date(2027, 3, 1))
    assert about(MOMENTS, "C-R1 ", idea) == ["the row waits for a start (Status: Idea)."]


def test_something_that_did_not_happen() -> None:
    waiting = row(CommStatus="to_approve", CommDate=date(2027, 3, 1))
    assert about(MOMENTS, "C-R2 ", waiting) == ["what it counts from has not happened, or not since the last run."]


def test_the_end_of_a_ladder() -> None:
    # The eighth time, D+24, of 1 October 2026: October 2 5 6 7 8 9 12 … 24 working days on is 4 November.
    item = row(DueDate=date(2026, 10, 1), ActionStatus="new", ActionOwner=OWNER)
    found = about(ACTIONS, "D ", item)
    assert found[-1] == "all its steps have passed; no more will come."
    assert found[0].startswith("step D+24 (24 working days after 1 October 2026) of 4 November 2026 is not caught up: ")


def test_status_rules_that_do_nothing() -> None:
    item = row(ActionStatus="waiting", PercentDone=100, ActionDoneOn=date(2026, 11, 2))

    def told(done: dict[tuple[int, str], frozenset[str]]) -> dict[str, str]:
        found = hindrances(ACTIONS, item, today=TODAY, done=done, closed={})
        sentences = status_reasons(case(ACTIONS, item), found)
        return {sentence.partition(" ")[0]: sentence.partition("): ")[2] for sentence in sentences}

    free = told({})
    assert "S1" not in free
    assert free["S5"] == "the row was not seen closed with these values before."
    assert free["S2"] == "what it asks for is not so here (Status: Waiting for someone)."
    undone = told({(1, "S1"): frozenset({"ActionDoneOn=2026-11-02"})})
    assert undone["S1"].startswith("it acted on these values before")
    assert undone["S1"].endswith("It acts again when this changes: Carried out on.")
    closed = row(ActionStatus="done", PercentDone=100, ActionDoneOn=date(2026, 11, 2))
    assert hindrances(ACTIONS, closed, today=TODAY, done={}, closed={})["S5"] == "condition"


def test_a_move_that_the_life_cycle_does_not_know() -> None:
    status = ACTIONS.status
    assert status is not None
    stiff = ACTIONS.model_copy(update={"status": status.model_copy(update={"moves": {}})})
    item = row(ActionStatus="new", ActionDoneOn=date(2026, 11, 2))
    found = hindrances(stiff, item, today=TODAY, done={}, closed={})
    assert found["S1"] == "life_cycle"
    (sentence,) = status_reasons(case(stiff, item), {"S1": "life_cycle"})
    assert sentence.endswith("the life cycle of the list has no such move from New.")


def test_rules_that_rest_in_a_small_project() -> None:
    whole, chosen = shipped().lists["Decisions"], list_of("Decisions", "starter")
    here = frozenset(found.key for found in shipped().chosen("starter", ("Decisions",)))
    awake = {*(rule.id for rule in chosen.reminders), *(rule.id for rule in chosen.status_rules)}
    found = list(resting_reasons(whole, chosen, here, shipped().title_of))
    assert {sentence.partition(" ")[0] for sentence in found}.isdisjoint(awake)
    assert list(resting_reasons(whole, whole, here, shipped().title_of)) == []
    without = whole.model_copy(update={"reminders": (), "status_rules": ()})
    asking = [rule.id for rule in whole.status_rules if "Actions" in rule.lists]
    told = list(resting_reasons(whole, without, frozenset(), shipped().title_of))
    assert asking
    for rule in asking:
        assert any(
            sentence.startswith(f"{rule} (") and "does not have the list “Action list”." in sentence
            for sentence in told
        )


@pytest.mark.parametrize(
    ("stage", "english", "dutch"),
    [
        ("D-7", "D-7 (7 working days before 4 December 2026)", "D-7 (7 werkdagen voor 4-12-2026)"),
        ("D-1", "D-1 (1 working day before 4 December 2026)", "D-1 (1 werkdag voor 4-12-2026)"),
        ("D0", "D0 (on 4 December 2026)", "D0 (op 4-12-2026)"),
        ("W+1", "W+1 (1 working day after 4 December 2026)", "W+1 (1 werkdag na 4-12-2026)"),
        ("D+24", "D+24 (24 working days after 4 December 2026)", "D+24 (24 werkdagen na 4-12-2026)"),
        ("ESC", "ESC (escalation, counted from 4 December 2026)", "ESC (escalatie, geteld vanaf 4-12-2026)"),
    ],
)
def test_steps_in_words(stage: str, english: str, dutch: str) -> None:
    assert step_in_words(ACTIONS, "D", stage, date(2026, 12, 4)) == english
    with speaking("nl"):
        assert step_in_words(ACTIONS, "D", stage, date(2026, 12, 4)) == dutch


@pytest.mark.parametrize(
    ("count", "words"),
    [("D-14", "14 days before"), ("D-1", "1 day before"), ("D+1", "1 day after"), ("D+30", "30 days after")],
)
def test_steps_in_calendar_days(count: str, words: str) -> None:
    rule = ACTIONS.reminders[0].model_copy(update={"unit": "days"})
    by_days = ACTIONS.model_copy(update={"reminders": (rule,)})
    assert step_in_words(by_days, "D", count, date(2026, 12, 4)) == f"{count} ({words} 4 December 2026)"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ActionStatus", "in_progress", "In progress"),
        ("ActionStatus", "Bij de drukker", "Bij de drukker"),
        ("ActionDoneOn", None, "(empty)"),
        ("ActionDoneOn", date(2026, 12, 4), "4 December 2026"),
        ("ReminderOff", True, "yes"),
        ("ReminderOff", False, "no"),
        ("ActionOwner", Person(1, "Noor\u202e", "noor@gemeente.example"), "Noor"),
        ("ActionOwner", Person(1, "", "noor@gemeente.example"), "noor@gemeente.example"),
        ("RelatedDecision", Reference(4, ""), "4"),
        ("Any", Link("https://x.example", ""), "https://x.example"),
        ("Any", ("a", "b"), "a, b"),
        ("PercentDone", 40, "40"),
    ],
)
def test_values_in_words(name: str, value: Value, words: str) -> None:
    assert value_in_words(ACTIONS, name, value) == words


# guide.md §6.2: decimal comma, point for thousands, € 1.234,56; a year is no amount.
@pytest.mark.parametrize(
    ("name", "value", "dutch", "english"),
    [
        ("CommittedAmount", 114500.0, "€ 114.500", "€ 114,500"),
        ("CommittedAmount", 1234.5, "€ 1.234,50", "€ 1,234.50"),
        ("BudgetChange", -1234, "€ -1.234", "€ -1,234"),
        ("BudgetYear", 2026.0, "2026", "2026"),
    ],
)
def test_numbers_in_words(name: str, value: float, dutch: str, english: str) -> None:
    budget = shipped().lists["BudgetLines"]
    assert (value_in_words(budget, name, value, "nl"), value_in_words(budget, name, value, "en")) == (dutch, english)


# guide.md §2.4 B-S1, with the rows of the other list in words.
@pytest.mark.parametrize(
    ("status", "actions", "reason"),
    [
        ("taken", {}, "Action list: no row belongs to this one"),
        ("taken", {4: "in_progress", 6: "done"}, "Action list: A-4 (Status: In progress)"),
        ("taken", {4: "cancelled", 6: "cancelled"}, "Action list: A-4 (Status: Cancelled), A-6 (Status: Cancelled)"),
        (
            "taken",
            dict.fromkeys(range(1, 6), "new"),
            "Action list: A-1 (Status: New), A-2 (Status: New), A-3 (Status: New) and 2 more",
        ),
        # Of a decision that is not taken the actions are not read, so nothing is said of them.
        ("preparing", {}, "Status: In preparation"),
    ],
)
def test_what_stands_in_the_way_in_another_list(status: str, actions: dict[int, str], reason: str) -> None:
    decisions = list_of("Decisions")
    around = {
        "Actions": [row(number, RelatedDecision=Reference(7), ActionStatus=state) for number, state in actions.items()]
    }
    decision = case(decisions, row(7, DecisionStatus=status))
    found = replace(decision, around=around, lists=(decisions, list_of("Actions")))
    (said,) = status_reasons(found, {"B-S1": "condition"})
    assert said == f"B-S1 (all actions of this decision are done): what it asks for is not so here ({reason})."


def test_a_moment_without_a_milestone_has_nothing_to_follow() -> None:
    moments = list_of("CommunicationCalendar")
    assert about(moments, "C-S5 ", row(CommStatus="planned")) == [
        "Belongs to milestone is empty, so there is nothing to follow."
    ]


def test_the_day_before_that_falls_on_the_day_itself() -> None:
    # Sunday 6 December 2026: M-R1 warns the working day before, Friday the 4th, which is that of M-R2 (guide.md l).
    item = row(PlanEnd=date(2026, 12, 6), MilestoneStatus="planned", MilestoneKind="milestone", MilestoneOwner=OWNER)
    friday = replace(case(list_of("Milestones"), item), today=date(2026, 12, 4), last_run=date(2026, 12, 3))
    said = next(one for one in reminder_reasons(friday) if one.startswith("M-R1 "))
    assert said.endswith(
        "step D-1 (1 working day before 6 December 2026) falls on 4 December 2026, the day of the date itself; only "
        "that reminder is sent."
    )
