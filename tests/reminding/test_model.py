"""Whatever people do to rows, whenever runs are stopped, cut off or doubled: each due step is mailed exactly once.

Hypothesis plays people, the calendar and misfortune; `simple_reading` says what should have been sent. The ledger tells
in which mail each step went, the sandbox which mails were delivered. A step that is not known to have been sent has to
be reported as such.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from projectlists.item import Value
from projectlists.mail.mailbox import PROPERTY
from projectlists.sandbox.main import Options as SandboxOptions
from projectlists.sandbox.main import running
from tests.conftest import FarEnd
from tests.reminded import DAAN, FENNA, MANAGER, SUPPORTER, Clockwork, Killed, Project, Trap
from tests.reminding.simple_reading import Key, Row, asked

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STARTS = (
    date(2026, 11, 16),
    date(2026, 12, 14),  # Christmas, week 53 and New Year ahead
    date(2027, 3, 22),  # the clock goes forward on the 28th, Easter Monday is the 29th
    date(2027, 4, 19),  # King's Day, Liberation Day and Ascension Day ahead
)
DISTURBANCES = ("reset-before", "reset-after", "status:503", "status:504-after", "status:429")
DEPUTY = FENNA


class Reminding(RuleBasedStateMachine):
    """One project and its days. `project` and `minutes` are set by the tests below."""

    project: Project
    daans_row: int
    minutes: Iterator[int]

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: date) -> None:
        project = self.project
        # Another minute for each example: a mailbox lets 30 messages a minute leave (identity-mail-teams.md §7.6).
        self.now = datetime.combine(start, time(8), AMSTERDAM) + timedelta(minutes=next(self.minutes))
        self._tell_time()
        project.far_end.control("DELETE", "faults")
        project.far_end.open(project.url)
        site, path = project.far_end.tenant.site(project.url), project.far_end.tenant.site(project.url).list_path
        site.run([Operation("DELETE", f"{path('Actions')}/items({number})") for number in self._table("Actions")])
        project.edit("TeamRoles", self.daans_row, TeamStatus="active")
        project.forget()
        self.rows: list[Row] = []
        self.absent = False
        self.delivered = len(project.mails())
        self.sent: dict[Key, str] = {}
        self.allowed: set[Key] = set()

    @property
    def today(self) -> date:
        return self.now.astimezone(AMSTERDAM).date()

    # What people do.

    @rule(
        owner=st.sampled_from([FENNA, DAAN, DAAN, ""]),
        ahead=st.one_of(st.none(), st.integers(-12, 14), st.integers(-3, 3)),
        status=st.sampled_from(["new", "in_progress", "waiting"]),
    )
    def add(self, owner: str, ahead: int | None, status: str) -> None:
        due = None if ahead is None else self.today + timedelta(days=ahead)
        values: dict[str, Value] = {"Title": "a", "DueDate": due, "ActionStatus": status, "PercentDone": 0}
        if owner:
            values["ActionOwner"] = self.project.person(owner)
        number = self.project.add("Actions", **{name: value for name, value in values.items() if value is not None})
        self.rows.append(Row(number, self.today, owner, due, status))

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), ahead=st.integers(-8, 12))
    def move(self, data: st.DataObject, ahead: int) -> None:
        row = data.draw(st.sampled_from(self.rows))
        row.due = self.today + timedelta(days=ahead)
        self.project.edit("Actions", row.number, DueDate=row.due)

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), what=st.sampled_from(["finish", "all", "some", "close", "cancel", "reopen", "off", "owner"]))
    def edit(self, data: st.DataObject, what: str) -> None:
        row = data.draw(st.sampled_from(self.rows))
        change: dict[str, Value] = {}
        match what:
            case "finish":
                row.done_on = self.today
                change = {"ActionDoneOn": row.done_on}
            case "all" | "some":
                row.percent = 100 if what == "all" else 40
                change = {"PercentDone": row.percent}
            case "close" | "cancel" | "reopen":
                row.status = {"close": "done", "cancel": "cancelled", "reopen": "in_progress"}[what]
                change = {"ActionStatus": row.status}
            case "off":
                row.off = not row.off
                change = {"ReminderOff": row.off}
            case _:
                row.owner = DAAN if row.owner == FENNA else FENNA
                change = {"ActionOwner": self.project.person(row.owner)}
        self.project.edit("Actions", row.number, **change)

    @rule()
    def go_away_or_come_back(self) -> None:
        self.absent = not self.absent
        status = "paused" if self.absent else "active"
        self.project.edit("TeamRoles", self.daans_row, TeamStatus=status)

    @rule(days=st.sampled_from([1, 1, 1, 2, 3, 7, 30]))
    def days_pass(self, days: int) -> None:
        self.now = datetime.combine(self.today + timedelta(days=days), time(8), AMSTERDAM)
        self.now += timedelta(minutes=next(self.minutes))
        self._tell_time()

    # What the program does, and what comes between.

    @rule()
    def run(self) -> None:
        self._expect()
        result = self._attempt()
        assert result is not None
        assert result.ok, result.as_json()
        self._judge(complete=True)

    @rule(number=st.integers(1, 30), after=st.booleans())
    def run_that_is_killed(self, number: int, after: bool) -> None:
        def stop() -> None:
            raise Killed

        self._expect()
        with Trap(number, stop, after=after, fatal=True), suppress(Killed):
            self._attempt()
        self._judge(complete=False)

    @rule(number=st.integers(0, 90), times=st.integers(1, 3), do=st.sampled_from(DISTURBANCES))
    def run_on_a_bad_line(self, number: int, times: int, do: str) -> None:
        self._expect()
        self.project.far_end.faults({"path": "_api|v1.0", "after": number, "times": times, "do": do})
        self._attempt()
        self.project.far_end.control("DELETE", "faults")
        self._judge(complete=False)

    @rule(number=st.integers(1, 30), after=st.booleans())
    def run_inside_another(self, number: int, after: bool) -> None:
        """A second run does all its work while the first one waits at its n-th request."""
        self._expect()
        passing = Clockwork(self.project.far_end, self.now)
        with Trap(number, partial(self._attempt, passing), after=after):
            self._attempt(passing)
        self._judge(complete=False)

    def teardown(self) -> None:
        if hasattr(self, "rows"):
            self.now += timedelta(minutes=10)
            self.run()
            # Nothing is left in doubt that a run could find out, and a second run sends nothing.
            before = len(self.project.mails())
            self.run()
            assert len(self.project.mails()) == before

    # How it is judged.

    def _attempt(self, passing: Clockwork | None = None) -> Any:
        passing = passing or Clockwork(self.project.far_end, self.now)
        result = self.project.run(self.today, passing=passing)
        self.now = max(self.now, passing.now()) + timedelta(minutes=1)
        self._tell_time()
        return result

    def _expect(self) -> None:
        """The rules of the day at work, as the guide says, and what may be sent from now on."""
        for row in self.rows:
            row.follow_rules(self.today)
        self.last_run = self._last_run()
        self.now_due = asked(self.rows, self.today, self.last_run)
        self.allowed |= self.now_due

    def _table(self, key: str) -> dict[int, dict[str, Any]]:
        site = self.project.far_end.tenant.site(self.project.url)
        return {item.id: dict(item.values) for item in site.items(self.project.lists[key])}

    def _last_run(self) -> date | None:
        beats = [row for row in self._table("ReminderLog").values() if row["LedgerKind"] == "run"]
        return beats[0]["DayOn"] if beats else None

    def _judge(self, *, complete: bool) -> None:
        log = list(self._table("ReminderLog").values())
        ledger = {_key(row): row for row in log if row["LedgerKind"] == "reminder"}
        # A copy for somebody absent comes beside the reminder itself (h); on its own it is nothing.
        sent = {key: row for key, row in ledger.items() if row["LedgerState"] == "sent"}
        doubtful = {key for key, row in ledger.items() if row["LedgerState"] == "unknown"}
        plain = {key for key in sent if not key.role.startswith("absent_")}
        assert plain <= self.allowed, plain - self.allowed
        for key in plain - set(self.sent):
            assert sent[key]["Recipient"] in self._recipients(key)
        # The heartbeat says that a day is done only when it is; what came later that day is for a next run of the day.
        beat = next((row["DayOn"] for row in log if row["LedgerKind"] == "run"), None)
        if complete or beat != self.last_run:
            assert self.now_due <= set(sent) | doubtful, self.now_due - set(sent) - doubtful
        self.sent |= {key: sent[key]["Recipient"] for key in plain}
        if complete:
            self._judge_mails(log)
            self._judge_rows()

    def _recipients(self, key: Key) -> set[str]:
        row = next(row for row in self.rows if row.number == key.row)
        if key.role != "owner":
            return {MANAGER if key.role == "project_manager" else SUPPORTER}
        # A run before this one may have sent it, when the owner or who stands in was somebody else.
        return {row.owner or SUPPORTER, DAAN, DEPUTY, SUPPORTER}

    def _judge_mails(self, log: list[dict[str, Any]]) -> None:
        """Every mail on record was delivered once, and holds exactly the steps that were committed to it."""
        delivered = self.project.mails()[self.delivered :]
        mails = Counter(mail["properties"][PROPERTY] for mail in delivered)
        by_key = {mail["properties"][PROPERTY]: mail for mail in delivered}
        on_record = [row for row in log if row["MailKey"]]
        committed = {row["MailKey"]: row for row in on_record if row["LedgerKind"] == "mail"}
        assert set(mails.values()) <= {1}, mails
        assert {key for key, row in committed.items() if row["LedgerState"] == "sent"} == set(mails)
        contents = [row for row in on_record if row["LedgerKind"] in {"reminder", "bulletin"}]
        carried = Counter(row["MailKey"] for row in contents if row["LedgerState"] == "sent")
        assert dict(carried) == {key: _count(committed[key]) for key in mails}
        for row in contents:
            if row["LedgerState"] == "sent":
                mail = by_key[row["MailKey"]]
                assert mail["to"] == [row["Recipient"]]
                if row["LedgerKind"] == "reminder":
                    assert f"DispForm.aspx?ID={row['ItemNumber']:g}\n" in mail["text"] + "\n"

    def _judge_rows(self) -> None:
        found = self._table("Actions")
        for row in self.rows:
            kept = found[row.number]
            assert (kept["ActionStatus"], kept["PercentDone"]) == (row.status, row.percent), row
            assert (kept["ActionDoneOn"] is None) == (row.done_on is None), row

    def _tell_time(self) -> None:
        self.project.far_end.control("POST", "clock", {"now": self.now.astimezone(UTC).isoformat()})


def _key(row: dict[str, Any]) -> Key:
    return Key(int(row["ItemNumber"]), row["RuleId"], row["Stage"], row["DueOn"], row["RoleKey"])


def _count(mail: dict[str, Any]) -> int:
    return int(json.loads(mail["Details"])["count"])


@pytest.fixture(scope="module")
def machine(definitions: Definitions) -> Iterator[type[Reminding]]:
    with running(SandboxOptions(seed="none")) as ready:
        project = Project(FarEnd(ready), definitions)
        member: dict[str, Value] = {"TeamMember": project.person(DAAN), "DeputyUser": project.person(DEPUTY)}
        daans_row = project.add("TeamRoles", Title="Omgeving", TeamRole="member", **member)
        yield type("ThisReminding", (Reminding,), {"project": project, "daans_row": daans_row, "minutes": count()})


QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def test_some_days_of_a_project(machine: type[Reminding]) -> None:
    # The same few every day; the long form below looks further.
    short = settings(
        max_examples=3, stateful_step_count=8, derandomize=True, database=None, suppress_health_check=QUIET
    )
    run_state_machine_as_test(machine, settings=short)


@pytest.mark.slow
def test_many_days_of_a_project(machine: type[Reminding]) -> None:
    long = settings(max_examples=100, stateful_step_count=25, suppress_health_check=QUIET)
    run_state_machine_as_test(machine, settings=long)
