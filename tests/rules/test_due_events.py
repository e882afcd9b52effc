"""Reminders that count from what happened, from a schedule, from another date, or go on every Monday; by hand.

The standard ladder is in test_due.py; who gets what, with people and their doings, in test_mails.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from projectlists.definitions.condition import Around
from projectlists.item import Item, Reference, Value
from projectlists.rules.calendar import AMSTERDAM
from projectlists.rules.due import reminders
from tests.ladders import CALENDAR, due_on, ladder, steps_on
from tests.rows import OWNER, list_of, profile_of, row

RISKS, MILESTONES, BUDGET = list_of("Risks"), list_of("Milestones"), list_of("BudgetLines")
MOMENTS, STAKEHOLDERS, HELICOPTER = (
    list_of("CommunicationCalendar"),
    list_of("Stakeholders"),
    list_of("ProgrammeProjects", "programme"),
)


def lived(item: Item, *versions: tuple[date, Mapping[str, Value]]) -> Item:
    """The row with its versions, given oldest first: the day each was saved, and what it held."""
    past = [
        replace(
            item,
            values=values,
            created=datetime.combine(day, time(12), AMSTERDAM),
            created_on=day,
            past=(),
        )
        for day, values in versions
    ]
    return replace(item, values={**item.values, **past[-1].values}, past=tuple(reversed(past)))


def due(key: str, item: Item, today: date, around: Around | None = None, last_run: date | None = None) -> set[str]:
    found = reminders(
        list_of(key, "programme" if key == "ProgrammeProjects" else "project"),
        [item],
        today=today,
        calendar=CALENDAR,
        last_run=last_run or CALENDAR.before(today, 1),
        profile=profile_of(),
        around=around or {},
    )
    return {f"{one.rule} {one.stage} {one.due}" for one in found}


# guide.md §2.5 R-R3. Tuesday 1 December 2026; the last run was on Monday unless said otherwise.
@pytest.mark.parametrize(
    ("versions", "last_run", "found"),
    [
        # New on Monday with 4 x 4 = 16: told on Tuesday.
        ([(date(2026, 11, 30), 4, 4)], None, {"R-R3 D0 2026-11-30"}),
        ([(date(2026, 11, 30), 3, 4)], None, set()),
        # 12 on 2 November, 16 since Monday.
        ([(date(2026, 11, 2), 3, 4), (date(2026, 11, 30), 4, 4)], None, {"R-R3 D0 2026-11-30"}),
        # 16 since 2 November: no news on Monday, however the score moves above 15.
        ([(date(2026, 11, 2), 4, 4), (date(2026, 11, 30), 5, 5)], None, set()),
        # Down to 4 and back: news.
        (
            [(date(2026, 11, 2), 4, 4), (date(2026, 11, 27), 1, 4), (date(2026, 11, 30), 4, 4)],
            None,
            {"R-R3 D0 2026-11-30"},
        ),
        # On Saturday the 28th: Friday was the last run, and Monday's was missed.
        ([(date(2026, 11, 28), 4, 4)], date(2026, 11, 27), {"R-R3 D0 2026-11-28"}),
        # Thirty days of missed runs: still told, once.
        ([(date(2026, 11, 5), 4, 4)], date(2026, 10, 30), {"R-R3 D0 2026-11-05"}),
    ],
)
def test_r_r3(versions: list[tuple[date, int, int]], last_run: date | None, found: set[str]) -> None:
    item = row(created=versions[0][0], RiskStatus="identified", RiskScore=versions[-1][1] * versions[-1][2])
    past = [
        (day, {"RiskProbability": likely, "RiskImpact": heavy, "RiskStatus": "identified"})
        for day, likely, heavy in versions
    ]
    assert due("Risks", lived(item, *past), date(2026, 12, 1), last_run=last_run) == found


def test_what_happened_on_the_day_of_the_last_run_is_looked_at_again() -> None:
    # Raised on Tuesday afternoon, after the run of that morning; the ledger knows whether that run told it.
    item = lived(
        row(RiskStatus="identified", RiskScore=16), (date(2026, 12, 1), {"RiskProbability": 4, "RiskImpact": 4})
    )
    assert due("Risks", item, date(2026, 12, 2), last_run=date(2026, 12, 1)) == {"R-R3 D0 2026-12-01"}
    assert due("Risks", item, date(2026, 12, 3), last_run=date(2026, 12, 2)) == set()


def test_r_r1_goes_on_every_monday_to_the_supporter() -> None:
    # guide.md §2.5: review on Tuesday 1 December 2026. Seven working days before is 20 November. After it on Mondays:
    # the 7th (2 3 4 7: 4 working days late), 14th (9), 21st (14) and 28th (25 December is a holiday: 18).
    item = row(NextReviewOn=date(2026, 12, 1), RiskStatus="managed", RiskOwner=OWNER, LastReviewedOn=date(2026, 11, 2))
    assert ladder(RISKS, item, date(2026, 11, 1), date(2026, 12, 31)) == {
        "2026-11-20": "R-R1 D-7 owner",
        "2026-11-30": "R-R1 D-1 owner",
        "2026-12-01": "R-R1 D0 owner",
        "2026-12-07": "R-R1 D+4 supporter",
        "2026-12-14": "R-R1 D+9 supporter",
        "2026-12-21": "R-R1 D+14 supporter",
        "2026-12-28": "R-R1 D+18 supporter",
    }
    closed = row(NextReviewOn=date(2026, 12, 1), RiskStatus="closed", RiskOwner=OWNER)
    assert ladder(RISKS, closed, date(2026, 11, 1), date(2026, 12, 31)) == {}
    # Easter Monday 6 April 2026 gives way to Tuesday; Friday 3 April is worked: two working days late on the 7th.
    easter = row(NextReviewOn=date(2026, 4, 2), RiskStatus="managed", LastReviewedOn=date(2026, 3, 2))
    assert ladder(RISKS, easter, date(2026, 4, 3), date(2026, 4, 12)) == {"2026-04-07": "R-R1 D+2 supporter"}


def test_m_r1_r2_count_from_the_plan_until_there_is_a_forecast() -> None:
    # guide.md §2.6: 1 December 2026; 20 working days before: 30 27 26 25 24 (5) 23 20 19 18 17 (10)
    # 16 13 12 11 10 (15) 9 6 5 4 3 (20) November.
    values: dict[str, Value] = {"MilestoneStatus": "planned", "MilestoneOwner": OWNER, "MilestoneKind": "milestone"}
    planned = row(PlanEnd=date(2026, 12, 1), **values)
    found = ladder(MILESTONES, planned, date(2026, 10, 1), date(2026, 12, 9))
    assert found == {
        "2026-11-03": "M-R1 D-20 owner",
        "2026-11-17": "M-R1 D-10 owner",
        "2026-11-24": "M-R1 D-5 owner",
        "2026-11-30": "M-R1 D-1 owner",
        "2026-12-01": "(M-R2 D0 project_manager), M-R2 D0 owner",
        "2026-12-08": "(M-R2 D+5 project_manager), M-R2 D+5 owner",
    }
    forecast = row(PlanEnd=date(2026, 11, 2), ForecastEnd=date(2026, 12, 1), **values)
    assert ladder(MILESTONES, forecast, date(2026, 10, 1), date(2026, 12, 9)) == found


def test_a_phase_gate_asks_for_papers_and_for_the_risks() -> None:
    # M-R4 20 and R-R5 5 working days before Tuesday 1 December 2026: 3 and 24 November.
    gate = row(PlanEnd=date(2026, 12, 1), MilestoneStatus="planned", MilestoneKind="phase_gate")
    found = ladder(MILESTONES, gate, date(2026, 10, 1), date(2026, 11, 27))
    assert [(day, steps) for day, steps in found.items() if "supporter" in steps] == [
        ("2026-11-03", "M-R1 D-20 owner, M-R4 D-20 supporter"),
        ("2026-11-24", "M-R1 D-5 owner, R-R5 D-5 supporter"),
    ]


def test_k_r3_counts_from_the_making_of_a_row_without_contact() -> None:
    # guide.md §2.2: 60 days after 2 October 2026 is 1 December; after Sunday 4 October Thursday 3 December.
    values: dict[str, Value] = {"StakeholderStatus": "active", "RingDesired": "decide", "RelationOwner": OWNER}
    never = row(created=date(2026, 10, 2), **values)
    assert ladder(STAKEHOLDERS, never, date(2026, 10, 2), date(2027, 2, 1)) == {"2026-12-01": "K-R3 W+60 owner"}
    once = row(created=date(2026, 1, 5), LastContactOn=date(2026, 10, 4), **values)
    assert ladder(STAKEHOLDERS, once, date(2026, 10, 2), date(2027, 2, 1)) == {"2026-12-03": "K-R3 W+60 owner"}


def test_r_r4_speaks_once_for_the_whole_list() -> None:
    # guide.md §2.5: last discussed on 1 December 2025; twelve months later both are a year old, one reminder for two.
    old = [
        row(number, created=date(2025, 1, 6), RiskStatus="managed", LastReviewedOn=date(2025, 12, 1))
        for number in (3, 4)
    ]

    def told(items: list[Item], today: date, around: Around) -> set[tuple[int, str, str]]:
        found = reminders(
            RISKS,
            items,
            today=today,
            calendar=CALENDAR,
            last_run=CALENDAR.before(today, 1),
            profile=profile_of(),
            around=around,
        )
        return {(one.item.id, one.stage, one.role) for one in found if one.rule == "R-R4"}

    day = date(2026, 12, 1)
    assert told(old, day, {}) == {(3, "D0", "supporter"), (3, "D0", "project_manager")}
    assert told(old, date(2026, 12, 2), {}) == set()
    recent = row(5, RiskStatus="managed", LastReviewedOn=date(2026, 6, 1))
    assert told(old, day, {"Risks": [recent]}) == set()


def test_f_r1_and_f_r3_follow_the_calendar() -> None:
    # guide.md §2.7. Checked on 15 August 2026: 17 days on 1 September, 47 on 1 October. 1 November is a Sunday.
    line = row(
        BudgetStatus="approved",
        BudgetHolder=OWNER,
        LastCheckedOn=date(2026, 8, 15),
        BudgetYear=2026,
        BudgetCurrent=100,
        InvoicedAmount=40,
    )
    assert ladder(BUDGET, line, date(2026, 8, 20), date(2026, 11, 30)) == {
        "2026-10-01": "F-R1 D0 supporter, F-R3 D0 project_manager",
        "2026-11-02": "F-R1 D0 supporter",
    }
    # A missed 1 October is made up for on the next working day, Friday 2 October.
    (found,) = [
        one for one in due_on(BUDGET, line, date(2026, 10, 2), last_run=date(2026, 9, 30)) if one.rule == "F-R3"
    ]
    assert (found.stage, found.due) == ("D0", date(2026, 10, 1))


def test_f_r2_tells_the_day_on_which_the_budget_was_exceeded() -> None:
    # 10 % of 10,000: a forecast of 11,000 is not more than that, 11,001 is. Also committed beyond the budget.
    def line(forecast: int, committed: int) -> dict[str, Value]:
        return {
            "BudgetOriginal": 9000,
            "BudgetChange": 1000,
            "ForecastAmount": forecast,
            "CommittedAmount": committed,
            "BudgetStatus": "approved",
        }

    def told(*versions: tuple[date, dict[str, Value]]) -> set[str]:
        now = versions[-1][1]
        forecast, committed = int(str(now["ForecastAmount"])), int(str(now["CommittedAmount"]))
        item = row(BudgetCurrent=10000, BudgetVariance=10000 - forecast, BudgetFree=10000 - committed, **now)
        return {one for one in due("BudgetLines", lived(item, *versions), date(2026, 12, 1)) if one.startswith("F-R2")}

    monday, earlier = date(2026, 11, 30), date(2026, 11, 2)
    assert told((earlier, line(11000, 0)), (monday, line(11000, 10000))) == set()
    assert told((earlier, line(11000, 0)), (monday, line(11001, 0))) == {"F-R2 D0 2026-11-30"}
    assert told((earlier, line(11001, 0)), (monday, line(11002, 0))) == set()
    assert told((earlier, line(9000, 0)), (monday, line(9000, 10001))) == {"F-R2 D0 2026-11-30"}


# guide.md §2.6 M-R3: more than 10 days since the last report, or since the start where there was none.
@pytest.mark.parametrize(
    ("reports", "forecasts", "found"),
    [
        ([], [(date(2026, 11, 2), 1), (date(2026, 11, 30), 11)], set()),
        ([], [(date(2026, 11, 2), 1), (date(2026, 11, 30), 12)], {"M-R3 D0 2026-11-30"}),
        # Since the report of 16 November it grew from 6 to 12: 6 days.
        ([date(2026, 11, 16)], [(date(2026, 11, 2), 1), (date(2026, 11, 10), 6), (date(2026, 11, 30), 12)], set()),
        # It passed the limit on 20 November already: told then.
        ([], [(date(2026, 11, 2), 1), (date(2026, 11, 20), 13), (date(2026, 11, 30), 14)], set()),
    ],
)
def test_m_r3(reports: list[date], forecasts: list[tuple[date, int]], found: set[str]) -> None:
    plan = date(2027, 6, 1)
    versions = [
        (day, {"PlanEnd": plan, "ForecastEnd": plan + timedelta(days=slip - 1), "MilestoneStatus": "planned"})
        for day, slip in forecasts
    ]
    item = lived(row(MilestoneStatus="planned", MilestoneKind="activity"), *versions)
    around = {"StatusReports": [row(number, SentOn=day) for number, day in enumerate(reports, 1)]}
    assert due("Milestones", item, date(2026, 12, 1), around) == found


def test_c_s5_tells_when_the_forecast_of_its_milestone_moved() -> None:
    moment = row(CommStatus="planned", CommDate=date(2027, 6, 1), CommOwner=OWNER, RelatedMilestone=Reference(9))
    there: tuple[date, Mapping[str, Value]] = (date(2026, 11, 2), {"ForecastEnd": date(2027, 6, 1)})
    moved: tuple[date, Mapping[str, Value]] = (date(2026, 11, 30), {"ForecastEnd": date(2027, 6, 8)})
    assert due("CommunicationCalendar", moment, date(2026, 12, 1), {"Milestones": [lived(row(9), there, moved)]}) == {
        "C-S5 D0 2026-11-30"
    }
    same: Around = {"Milestones": [lived(row(9), there, (date(2026, 11, 30), there[1]))]}
    assert due("CommunicationCalendar", moment, date(2026, 12, 1), same) == set()
    other: Around = {"Milestones": [lived(row(8), there, moved)]}
    assert due("CommunicationCalendar", moment, date(2026, 12, 1), other) == set()


def test_h_r1_and_h_r3() -> None:
    # guide.md §2.15: a month after 2 November is 2 December; five working days later (3 4 7 8 9) is the 9th.
    project = row(PortfolioStatus="active", LastReportOn=date(2026, 11, 2), ProjectLead=OWNER)
    assert ladder(HELICOPTER, project, date(2026, 11, 3), date(2026, 12, 31)) == {
        "2026-12-09": "(H-R1 D+5 supporter), H-R1 D+5 owner"
    }
    green: Mapping[str, Value] = {"RagMoney": "green", "RagTime": "red", "PortfolioStatus": "active"}
    red: Mapping[str, Value] = {"RagMoney": "red", "RagTime": "red", "PortfolioStatus": "active"}
    turned = lived(row(PortfolioStatus="active"), (date(2026, 11, 2), green), (date(2026, 11, 30), red))
    assert due("ProgrammeProjects", turned, date(2026, 12, 1)) == {"H-R3 D0 2026-11-30"}
    stayed = lived(row(PortfolioStatus="active"), (date(2026, 11, 2), red), (date(2026, 11, 30), red))
    assert due("ProgrammeProjects", stayed, date(2026, 12, 1)) == set()


def test_both_clock_changes_leave_the_days_alone() -> None:
    # Clocks change on Sunday 29 March and 25 October 2026; the Mondays after count as one day each (guide.md §6.3).
    for sunday in (date(2026, 3, 29), date(2026, 10, 25)):
        item = row(DueDate=sunday + timedelta(days=1), ActionStatus="new", ActionOwner=OWNER)
        assert steps_on(list_of("Actions"), item, sunday - timedelta(days=2)) == {"D D-1 owner"}
        assert steps_on(list_of("Actions"), item, sunday + timedelta(days=1)) == {"D D0 owner"}
