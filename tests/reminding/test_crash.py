"""Stopped anywhere, cut off anywhere, or run twice at once: everybody gets every due row in exactly one mail.

A run is stopped by an exception that nothing catches, raised before or after its n-th request: for the far end, which
is all that is left, that is what `kill -9` does. One test kills a real process.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.reminding.result import RemindResult
from projectlists.sandbox.main import Options as SandboxOptions
from projectlists.sandbox.main import running
from tests.conftest import FarEnd
from tests.reminded import DAAN, FENNA, MANAGER, MORNING, TODAY, Clockwork, Killed, Project, SharedClockwork, Trap

# D-7 on 1 December: seven working days before Thursday 10 December (guide.md §2.0.7 e). Such a row is context for
# nobody, so that a row in two mails is a reminder sent twice.
IN_SEVEN = date(2026, 12, 10)
ESCALATED = date(2026, 11, 24)
MOST_REQUESTS = 32  # an undisturbed run has 27, of which 12 to 23 are the three mails: draft, tag, commit, send
MOST_OPERATIONS = 94  # requests and operations inside batches; 46 to 52 are the status rule, 58 to 64 the claims
DISTURBANCES = ("reset-before", "reset-after", "status:503", "status:504-after", "status:429")


class Fleet:
    """Two sites with one reader in common, an escalation, and a row that a status rule closes."""

    def __init__(self, far_end: FarEnd, definitions: Definitions) -> None:
        self.first, self.second = (Project(far_end, definitions, url) for url in far_end.ready["sites"])
        self.far_end = far_end
        self.first.add("Actions", Title="een", DueDate=IN_SEVEN, ActionOwner=self.first.person(FENNA))
        self.first.add("Actions", Title="twee", DueDate=IN_SEVEN, ActionOwner=self.first.person(FENNA))
        self.first.add("Actions", Title="laat", DueDate=ESCALATED, ActionOwner=self.first.person(DAAN))
        self.closing = self.first.add("Actions", Title="klaar", DueDate=date(2027, 3, 1))
        self.second.add("Actions", Title="drie", DueDate=IN_SEVEN, ActionOwner=self.second.person(FENNA))
        self._seen = 0
        self.start = MORNING

    def again(self) -> None:
        """Everything as before the first run, a while later.

        The mailbox lets 30 messages a minute leave (identity-mail-teams.md §7.6): tests in the same minute would queue.
        """
        self.start += timedelta(minutes=15)
        self.far_end.control("DELETE", "faults")
        for project in (self.first, self.second):
            project.forget()
        self.first.edit("Actions", self.closing, ActionStatus="new", PercentDone=0, ActionDoneOn=date(2026, 11, 2))
        self._seen = len(self.first.mails())

    def run(self, later: float = 0, passing: Clockwork | None = None) -> RemindResult:
        passing = passing or Clockwork(self.far_end, self.start + timedelta(seconds=later))
        return self.first.run(passing=passing, sites=(self.first.site, self.second.site))

    def rows_mailed(self) -> Counter[tuple[str, str, int]]:
        """How often each row stood in a mail, by reader and kind: (address, address of the row, number of cc)."""
        found: Counter[tuple[str, str, int]] = Counter()
        for mail in self.first.mails()[self._seen :]:
            links = [line.strip() for line in mail["text"].splitlines() if "DispForm" in line]
            found.update((mail["to"][0], link, len(mail["cc"])) for link in links)
        return found

    def expected(self) -> Counter[tuple[str, str, int]]:
        link = "{}/Lists/Actions/DispForm.aspx?ID={}"
        one, two = self.first.url, self.second.url
        return Counter(
            [
                (FENNA, link.format(one, 1), 0),
                (FENNA, link.format(one, 2), 0),
                (FENNA, link.format(two, 1), 0),
                (DAAN, link.format(one, 3), 0),
                (MANAGER, link.format(one, 3), 2),
            ]
        )

    def check(self) -> None:
        """Every due row in exactly one delivered mail of each reader; every ledger closed; one flip."""
        assert self.rows_mailed() == self.expected()
        for project in (self.first, self.second):
            assert {row["LedgerState"] for row in project.ledger()} == {"sent"}
            assert {row["LedgerState"] for row in project.ledger("mail")} <= {"sent", "void"}
            assert [row["DayOn"] for row in project.ledger("run")] == [TODAY]
        row = self.first.rows("Actions")[self.closing]
        assert (row["ActionStatus"], row["PercentDone"]) == ("done", 100)
        (memory,) = self.first.ledger("flip")
        assert memory["LedgerState"] == "done"
        assert memory["Details"].count('"S1"') == 1


@pytest.fixture(scope="module")
def fleet_end() -> Iterator[FarEnd]:
    with running(SandboxOptions(seed="fleet:2")) as ready:
        yield FarEnd(ready)


@pytest.fixture(scope="module")
def planted(fleet_end: FarEnd, definitions: Definitions) -> Fleet:
    return Fleet(fleet_end, definitions)


@pytest.fixture
def fleet(planted: Fleet) -> Iterator[Fleet]:
    planted.again()
    yield planted
    planted.far_end.control("DELETE", "faults")


def spread(*axes: Iterable[Any], quick: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Every combination; those that are not `quick` are for `-m slow`."""
    now = set(quick)
    return [pytest.param(*case, marks=[] if case in now else [pytest.mark.slow]) for case in product(*axes)]


def stop() -> None:
    raise Killed


def test_undisturbed(fleet: Fleet) -> None:
    result = fleet.run()
    assert result.ok
    fleet.check()
    assert fleet.run(later=60).ok
    fleet.check()


@pytest.mark.parametrize(
    ("number", "after"),
    spread(range(1, MOST_REQUESTS + 1), [False, True], quick=[(11, True), (15, False), (15, True)]),
)
def test_killed_at_any_request(fleet: Fleet, number: int, after: bool) -> None:
    with Trap(number, stop, after=after, fatal=True) as trap, suppress(Killed):
        fleet.run()
    # Either at once or a while later somebody starts it again.
    again = fleet.run(later=1 if number % 2 else 600)
    assert again.ok, again.as_json()
    fleet.check()
    assert trap.sprung or trap.count < number


@pytest.mark.parametrize("number", [14, 19])
def test_a_real_process_killed(fleet: Fleet, number: int) -> None:
    program = f"""
        import os, signal
        from projectlists.cli import main
        from tests.reminded import Trap
        with Trap({number}, lambda: os.kill(os.getpid(), signal.SIGKILL), after=True):
            main(["--config", {fleet.far_end.ready["config"]!r}, "remind", "--today", "{TODAY}"])
    """
    fleet.far_end.control("POST", "clock", {"now": fleet.start.isoformat()})
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={"PYTHONPATH": f"{root / 'scripts'}:{root}", "PATH": ""},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert fleet.run(later=600).ok
    fleet.check()


@pytest.mark.parametrize(
    ("number", "do"),
    spread(
        range(1, MOST_OPERATIONS + 1),
        DISTURBANCES,
        quick=[
            *((59, "status:504-after"), (69, "reset-before"), (81, "reset-after")),
        ],
    ),
)
def test_cut_off_at_any_operation(fleet: Fleet, number: int, do: str) -> None:
    # Inner operations of batches count too (contract.md §4), so these numbers reach further into the sites' work.
    fleet.far_end.faults({"path": "_api|v1.0", "after": number - 1, "times": 1, "do": do})
    fleet.run()
    fleet.far_end.control("DELETE", "faults")
    again = fleet.run(later=600)
    assert again.ok, again.as_json()
    fleet.check()


class Runs:
    """Runs that share the time, each in a thread of its own."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._passing = SharedClockwork(fleet.far_end, fleet.start)
        self._threads: list[threading.Thread] = []
        self.results: list[RemindResult] = []

    def start(self) -> None:
        thread = threading.Thread(target=self._work)
        self._threads.append(thread)
        thread.start()

    def finish(self, seconds: float | None = None) -> None:
        for thread in self._threads:
            thread.join(seconds)

    def _work(self) -> None:
        self.results.append(self._fleet.run(passing=self._passing))

    def check(self, number: int) -> None:
        self.finish()
        assert len(self.results) == number
        if not all(result.ok for result in self.results):
            self._fleet.run(later=600)
        self._fleet.check()


@pytest.mark.parametrize(
    ("number", "after"),
    spread(range(1, MOST_REQUESTS + 1), [False, True], quick=[(11, True), (18, False)]),
)
def test_another_run_in_the_middle_of_one(fleet: Fleet, number: int, after: bool) -> None:
    # The second run starts at the n-th request of the first, which waits meanwhile: until the second is done, or for
    # half the time after which a mail may be sent again (10 seconds of the sandbox's clock).
    runs = Runs(fleet)

    def other() -> None:
        runs.start()
        runs.finish(0.5)

    with Trap(number, other, after=after) as trap:
        runs.results.append(fleet.run(passing=runs._passing))
        runs.check(2 if trap.sprung else 1)


def test_two_runs_at_the_same_time(fleet: Fleet) -> None:
    runs = Runs(fleet)
    runs.start()
    runs.start()
    runs.check(2)


@pytest.mark.parametrize(
    ("path", "do"),
    spread(
        ["/send$", "/messages$", "mail-", "ReminderLog"],
        DISTURBANCES,
        quick=[("/send$", do) for do in DISTURBANCES] + [("ReminderLog", "reset-after")],
    ),
)
def test_faults_where_it_hurts_most(fleet: Fleet, path: str, do: str) -> None:
    fleet.far_end.faults({"path": path, "after": 1, "times": 2, "do": do})
    fleet.run()
    fleet.far_end.control("DELETE", "faults")
    again = fleet.run(later=600)
    assert again.ok, again.as_json()
    fleet.check()
