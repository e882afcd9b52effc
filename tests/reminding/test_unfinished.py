"""What happened to rows is told, and acted upon, also after runs that did not finish their day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from projectlists.definitions.model import Definitions
from projectlists.item import Link, Value
from projectlists.reminding.result import RemindResult
from tests.conftest import FarEnd
from tests.reminded import FENNA, MANAGER, TODAY, Project

FAR_AWAY = date(2027, 6, 1)
FRIDAY = date(2026, 12, 4)


@pytest.fixture
def project(far_end: FarEnd, definitions: Definitions) -> Project:
    return Project(far_end, definitions, extra=("Risks",), alone=True)


def low_risk(project: Project) -> int:
    texts: dict[str, Value] = dict.fromkeys(("RiskCause", "RiskEvent", "RiskEffect"), "x")
    scales: dict[str, Value] = {"RiskProbability": 1, "RiskImpact": 4, "RiskStatus": "managed", "RiskKind": "threat"}
    return project.add("Risks", Title="r", NextReviewOn=FAR_AWAY, **scales, **texts)


def told(result: RemindResult) -> list[tuple[str, str, str]]:
    return [(one.rule, one.recipient, one.outcome) for one in result.reminders]


def test_what_happens_before_a_weekend_is_told_after_it(project: Project) -> None:
    # guide.md §2.5 R-R3, and §2.0.7 b: mails go out on working days, also where the job runs every day
    risk = low_risk(project)
    project.run(FRIDAY)
    project.far_end.control("POST", "clock", {"now": datetime(2026, 12, 4, 15, tzinfo=UTC).isoformat()})
    project.edit("Risks", risk, RiskProbability=5)

    assert told(project.run(FRIDAY + timedelta(days=1))) == []
    assert told(project.run(FRIDAY + timedelta(days=2))) == []
    assert told(project.run(FRIDAY + timedelta(days=3))) == [("R-R3", MANAGER, "sent")]
    assert told(project.run(FRIDAY + timedelta(days=4))) == []


def test_a_signal_that_could_not_be_mailed_is_mailed_the_next_day(project: Project) -> None:
    risk = low_risk(project)
    project.run(TODAY)
    project.edit("Risks", risk, RiskProbability=5)
    project.far_end.faults({"host": "graph.microsoft.com", "path": "/messages", "do": "status:403"})
    (failed,) = project.run(TODAY + timedelta(days=1)).reminders
    assert (failed.rule, failed.outcome) == ("R-R3", "failed")
    project.far_end.control("DELETE", "faults")

    assert told(project.run(TODAY + timedelta(days=2))) == [("R-R3", MANAGER, "sent")]
    assert len(project.mails()) == 1


def test_a_status_change_that_was_refused_is_made_the_next_day(project: Project) -> None:
    # guide.md §2.3 C-S1: nothing but the change of the row leads to it, and no other rule looks at a row so far ahead
    moment: dict[str, Value] = {"CommDate": FAR_AWAY, "CommOwner": project.person(FENNA), "CommStatus": "planned"}
    about: dict[str, Value] = {"CommGoal": "inform", "CommAudience": ("residents",), "CommChannel": ("website",)}
    number = project.add("CommunicationCalendar", Title="Bericht", KeyMessage="x", **moment, **about)
    project.run(TODAY)
    project.edit("CommunicationCalendar", number, PublishedLink=Link("https://gemeente.example/bericht", "bericht"))
    project.far_end.faults(
        {"path": rf"CommunicationCalendar.*items\({number}\)$", "method": "MERGE", "do": "status:400"}
    )
    (refused,) = project.run(TODAY + timedelta(days=1)).flips
    assert (refused.rule, refused.outcome) == ("C-S1", "failed")
    project.far_end.control("DELETE", "faults")

    (made,) = project.run(TODAY + timedelta(days=2)).flips

    assert (made.rule, made.outcome) == ("C-S1", "done")
    assert project.rows("CommunicationCalendar")[number]["CommStatus"] == "published"
    assert project.run(TODAY + timedelta(days=3)).flips == ()
