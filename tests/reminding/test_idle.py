"""What a site costs on a day on which it has nothing to tell: one batch that reads, one that writes the heartbeat.

The first batch asks what will nearly always be asked. Where that guess is wrong, a run asks once more and is as right.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from projectlists.config.model import ProfileKey
from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from tests.conftest import FarEnd
from tests.reminded import FENNA, MANAGER, SUPPORTER, TODAY, Project

FRIDAY = date(2026, 11, 27)
MONDAY = date(2026, 11, 30)
"""The first working day of a week: overviews are due."""
OTHERS: list[ProfileKey] = ["small-project", "programme", "process", "routine"]


def provisioned(
    far_end: FarEnd, definitions: Definitions, profile: ProfileKey = "starter", named: ProfileKey | None = None
) -> Project:
    """A site of a profile that ran on two days before; the site table says the same, or what is `named`."""
    project = Project(far_end, definitions, profile=profile)
    project.site = project.site.model_copy(update={"profile": named or profile})
    return project


def asked(project: Project, day: date) -> int:
    """The requests to the site in a run, a batch counting as one."""
    project.far_end.control("DELETE", "requests")
    assert project.run(day).ok
    return sum(entry["batch"] is None for entry in project.far_end.log(host="sharepoint"))


@pytest.mark.parametrize(
    "profile", ["starter", "project", *(pytest.param(one, marks=pytest.mark.slow) for one in OTHERS)]
)
def test_an_idle_site_costs_two_requests(profile: ProfileKey, far_end: FarEnd, definitions: Definitions) -> None:
    project = provisioned(far_end, definitions, profile)
    for day in (MONDAY, TODAY):
        assert project.run(day).ok
    assert [asked(project, TODAY + timedelta(days=ahead)) for ahead in (1, 1)] == [2, 2]
    assert project.ledger("run")[0]["DayOn"] == TODAY + timedelta(days=1)


def test_overviews_are_read_ahead(far_end: FarEnd, definitions: Definitions) -> None:
    project = provisioned(far_end, definitions)
    site = project.far_end.tenant.site(project.url)
    path = site.list_path("TeamRoles")
    site.run([Operation("DELETE", f"{path}/items({number})") for number in project.rows("TeamRoles")])
    for day in (FRIDAY - timedelta(days=1), FRIDAY):
        assert project.run(day).ok
    assert asked(project, MONDAY) == 2  # there is nothing to say
    assert project.ledger("run")[0]["DayOn"] == MONDAY

    for role, person in (("project_manager", MANAGER), ("supporter", SUPPORTER)):
        project.add("TeamRoles", Title=role, TeamRole=role, TeamMember=project.person(person))
    assert [mail.kind for mail in project.run(MONDAY).mails] == ["overview", "overview"]
    assert all("open 2," in mail["text"] for mail in project.mails())


def test_an_overview_tells_of_rows_as_the_rules_left_them(far_end: FarEnd, definitions: Definitions) -> None:
    project = provisioned(far_end, definitions)
    for day in (FRIDAY - timedelta(days=1), FRIDAY):
        assert project.run(day).ok
    project.add("Actions", Title="klaar", ActionOwner=project.person(FENNA), DueDate=MONDAY, PercentDone=100)
    assert [flip.rule for flip in project.run(MONDAY).flips] == ["S2"]
    texts = [mail["text"] for mail in project.mails()]
    assert len(texts) == 2
    assert not any("/Lists/Actions" in text for text in texts)


def test_a_site_with_days_of_its_own_is_asked_once_more(far_end: FarEnd, definitions: Definitions) -> None:
    project = provisioned(far_end, definitions)
    project.add("ReminderSettings", Title="x", RemindersOn=True, DeadlineDays="20")
    for day in (MONDAY, TODAY):
        assert project.run(day).ok
    assert asked(project, TODAY + timedelta(days=1)) == 3
    in_twenty = project.add("Actions", Title="ver weg", ActionOwner=project.person(FENNA), DueDate=date(2026, 12, 31))
    # Twenty working days before 31 December 2026, Christmas off: 2 December (guide.md §2.0.7 e).
    told = [(one.item, one.outcome) for one in project.run(TODAY + timedelta(days=1)).reminders]
    assert told == [(in_twenty, "sent")]


def test_a_table_that_names_another_profile_does_no_harm(far_end: FarEnd, definitions: Definitions) -> None:
    project = provisioned(far_end, definitions, named="project")
    row = project.add("Actions", Title="a", ActionOwner=project.person(FENNA), DueDate=TODAY + timedelta(days=9))
    for day in (FRIDAY, MONDAY):
        assert project.run(day).ok
    assert [(one.item, one.outcome) for one in project.run(TODAY).reminders] == [(row, "sent")]
    assert asked(project, TODAY + timedelta(days=1)) == 3
