"""A run spread over several processes: one digest per person, whatever repeats, overlaps, dies or never comes."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from projectlists.config import model as config
from projectlists.definitions.model import Definitions
from projectlists.errors import UsageError
from projectlists.reminding.result import RemindResult
from projectlists.reminding.shards import Share
from projectlists.sandbox.main import Options as SandboxOptions
from projectlists.sandbox.main import running
from tests.far_end import FarEnd
from tests.reminded import DAAN, FENNA, MORNING, TODAY, Clockwork, Killed, Project, SharedClockwork, Trap

# D-7 on 1 December: seven working days before Thursday 10 December (guide.md §2.0.7 e).
IN_SEVEN = date(2026, 12, 10)
ALL = Counter({FENNA: 1, DAAN: 1})
"""Everything that is to be mailed: Fenna has a row on the first two sites, Daan one on the third."""


class Fleet:
    """Three sites and a shard for each."""

    def __init__(self, far_end: FarEnd, definitions: Definitions) -> None:
        self.far_end = far_end
        self.projects = [Project(far_end, definitions, url) for url in far_end.ready["sites"]]
        for project, owner in zip(self.projects, (FENNA, FENNA, DAAN), strict=True):
            project.add("Actions", Title="taak", DueDate=IN_SEVEN, ActionOwner=project.person(owner))
        self.sites = tuple(
            config.Site(key=project.url[-5:], name="Project", url=project.url) for project in self.projects
        )
        self.start = MORNING
        self._seen = 0

    def again(self) -> None:
        """As before the first run, a while later: tests in the same minute would wait for the mailbox."""
        self.start += timedelta(minutes=15)
        self.far_end.control("DELETE", "faults")
        for project in self.projects:
            project.forget()
        self._seen = len(self.projects[0].mails())

    def shard(
        self, index: int, *, later: int = 0, today: date = TODAY, passing: Clockwork | None = None
    ) -> RemindResult:
        passing = passing or Clockwork(self.far_end, self.start + timedelta(minutes=later, days=(today - TODAY).days))
        return self.projects[0].run(today, passing=passing, share=Share(self.sites, index, 3), workers=1)

    def whole(self, today: date = TODAY) -> RemindResult:
        passing = Clockwork(self.far_end, self.start + timedelta(minutes=5, days=(today - TODAY).days))
        return self.projects[0].run(today, passing=passing, share=Share(self.sites), workers=1)

    def mailed(self) -> Counter[str]:
        """How many mails each person got."""
        return Counter(mail["to"][0] for mail in self.projects[0].mails()[self._seen :])

    def rows_for(self, person: str) -> int:
        """How many rows all mails to somebody tell of."""
        return sum(
            mail["text"].count("- taak") for mail in self.projects[0].mails()[self._seen :] if person in mail["to"]
        )

    def finished(self) -> list[bool]:
        """Whether each site's heartbeat says that its day was looked after."""
        return [any(row["DayOn"] == TODAY for row in project.ledger("run")) for project in self.projects]


@pytest.fixture(scope="module")
def _fleet(definitions: Definitions) -> Iterator[Fleet]:
    with running(SandboxOptions(seed="fleet:3")) as ready:
        yield Fleet(FarEnd(ready), definitions)


@pytest.fixture
def fleet(_fleet: Fleet) -> Fleet:
    _fleet.again()
    return _fleet


def outcomes(result: RemindResult) -> list[str]:
    return sorted(one.outcome for one in result.reminders)


def test_shares_are_the_fleet_each_site_once() -> None:
    sites = tuple(config.Site(key=f"p{n}", name="", url=f"https://x.example/sites/p{n}") for n in range(10))
    shares = [Share(sites, index, 4).sites for index in range(4)]
    assert sorted(site.key for share in shares for site in share) == sorted(site.key for site in sites)
    for index, count in ((4, 4), (-1, 4), (0, 0)):
        with pytest.raises(UsageError):
            Share(sites, index, count)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_the_last_one_mails_for_all(order: tuple[int, ...], fleet: Fleet) -> None:
    first, second = (fleet.shard(index) for index in order[:2])
    assert (outcomes(first), outcomes(second)) == (["held"], ["held"])
    assert fleet.mailed() == Counter()
    assert fleet.finished() == [False, False, False]

    last = fleet.shard(order[2])

    assert outcomes(last) == ["sent", "sent", "sent"]
    assert fleet.mailed() == ALL
    assert Counter(site.site for run in (first, second, last) for site in run.sites) == Counter(
        site.url for site in fleet.sites
    )
    assert fleet.rows_for(FENNA) == 2
    assert fleet.finished() == [True, True, True]


def test_repeated_shards_send_nothing_more(fleet: Fleet) -> None:
    for index in (0, 0, 1, 1, 2, 2, 0, 1):
        fleet.shard(index)
    assert fleet.mailed() == ALL
    fleet.whole()
    assert fleet.mailed() == ALL


def test_what_is_due_after_the_round_is_sent_by_its_own_shard(fleet: Fleet) -> None:
    for index in range(3):
        fleet.shard(index)
    project = fleet.projects[2]
    number = project.add("Actions", Title="taak", DueDate=IN_SEVEN, ActionOwner=project.person(FENNA))
    try:
        assert "sent" in outcomes(fleet.shard(2, later=5))
        assert fleet.mailed() == ALL + Counter({FENNA: 1})
        assert fleet.rows_for(FENNA) == 3
    finally:
        project.edit("Actions", number, ActionStatus="cancelled")


def test_a_site_with_nothing_to_tell_is_finished_at_once_and_not_read_again(fleet: Fleet) -> None:
    idle = fleet.projects[2]
    (number,) = (number for number, row in idle.rows("Actions").items() if row["ActionStatus"] == "new")
    idle.edit("Actions", number, ActionStatus="cancelled")
    try:
        fleet.shard(0)
        fleet.shard(2)
        assert fleet.finished() == [False, False, True]
        fleet.far_end.control("DELETE", "requests")
        result = fleet.shard(1)
        assert fleet.mailed() == Counter({FENNA: 1})
        assert [site.site for site in result.sites] == [fleet.projects[1].url]
        assert [entry for entry in fleet.far_end.log() if "/sites/p0001/" in entry["path"]]
        assert not [entry for entry in fleet.far_end.log() if "/sites/p0003/" in entry["path"]]
    finally:
        idle.edit("Actions", number, ActionStatus="new")


def test_a_shard_that_never_comes(fleet: Fleet) -> None:
    fleet.shard(0)
    fleet.shard(1)
    assert fleet.mailed() == Counter()

    fleet.whole()

    assert fleet.mailed() == ALL
    assert fleet.rows_for(FENNA) == 2


def test_a_round_that_never_ended_is_made_up_for_the_next_day(fleet: Fleet) -> None:
    fleet.shard(0)
    fleet.shard(1)
    tomorrow = TODAY + timedelta(days=1)
    for index in range(3):
        fleet.shard(index, today=tomorrow)
    assert fleet.mailed() == ALL
    assert fleet.rows_for(FENNA) == 2


def test_without_a_meeting_place_each_mails_for_itself(fleet: Fleet) -> None:
    fleet.far_end.faults(
        {
            "host": "lindervoort.sharepoint.com",
            "path": "/sites/p0001/.*ReminderLog",
            "do": "status:403",
            "times": 500,
        }
    )
    results = [fleet.shard(index) for index in range(3)]

    assert fleet.mailed() == ALL  # the first site itself cannot be read: Fenna's row there waits
    assert fleet.rows_for(FENNA) == 1
    assert any("could not meet" in note for note in results[1].notes)


def killed(fleet: Fleet, index: int, number: int, *, after: bool) -> bool:
    """A shard that is killed at its n-th request; whether it came so far."""

    def kill() -> None:
        raise Killed

    with Trap(number, kill, after=after, fatal=True) as trap, contextlib.suppress(Killed):
        fleet.shard(index)
    return trap.sprung


def sound(fleet: Fleet) -> bool:
    """Everybody got each row once, and one mail, or two where a sender died between mails."""
    return fleet.mailed() == ALL and fleet.rows_for(FENNA) == 2 and fleet.rows_for(DAAN) == 1


@pytest.mark.parametrize(("index", "number", "after"), [(0, 7, True), (2, 9, True), (2, 17, False), (2, 25, True)])
def test_a_shard_that_dies_is_started_again(index: int, number: int, after: bool, fleet: Fleet) -> None:
    for other in (1, 2) if index == 0 else (0, 1):
        fleet.shard(other)
    killed(fleet, index, number, after=after)
    fleet.shard(index, later=1)
    assert sound(fleet), fleet.mailed()


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("index", [0, 2])
def test_a_shard_that_dies_at_any_request(index: int, after: bool, fleet: Fleet) -> None:
    for number in range(1, 60):
        fleet.again()
        for other in range(3):
            if other != index:
                fleet.shard(other)
        came = killed(fleet, index, number, after=after)
        fleet.shard(index, later=1)
        assert sound(fleet), (number, fleet.mailed())
        if not came:
            assert number > 15
            return
    raise AssertionError("a shard makes fewer requests")


def test_a_sender_that_stays_dead_is_followed_up_by_another(fleet: Fleet) -> None:
    fleet.shard(0)
    fleet.shard(1)
    fleet.far_end.control("DELETE", "requests")
    number = 1
    while not fleet.projects[0].ledger("round"):  # until the point at which its row of the round stands
        killed(fleet, 2, number, after=True)
        number += 1
    assert outcomes(fleet.shard(0, later=10)) == ["held"]
    assert fleet.mailed() == Counter()

    fleet.shard(0, later=41)

    assert sound(fleet)


def at_once(fleet: Fleet, *indexes: int) -> None:
    passing = SharedClockwork(fleet.far_end, fleet.start)
    with ThreadPoolExecutor(len(indexes)) as pool:
        list(pool.map(partial(_one, fleet, passing), indexes))


def _one(fleet: Fleet, passing: Clockwork, index: int) -> Any:
    return fleet.shard(index, passing=passing)


@pytest.mark.parametrize("indexes", [(0, 1, 2), (2, 2)])
def test_shards_that_run_at_once(indexes: tuple[int, ...], fleet: Fleet) -> None:
    if len(indexes) == 2:
        fleet.shard(0)
        fleet.shard(1)
    at_once(fleet, *indexes)
    # Nothing twice; a digest may be split where one shard runs twice at the same moment.
    assert (fleet.rows_for(FENNA), fleet.rows_for(DAAN), fleet.mailed()[DAAN]) == (2, 1, 1)
    if len(indexes) == 3:
        assert fleet.mailed() == ALL
