"""A small project at the sandbox that reminders are sent for, and ways to run the job against it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import requests

from projectlists.config import model as config
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.definitions.names import ProfileKey
from projectlists.farend import wire
from projectlists.farend.batch import Operation
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tenant import Tenant
from projectlists.item import Person, Value
from projectlists.provisioning.job import Wish, provision
from projectlists.reminding.job import Run
from projectlists.reminding.options import Options
from projectlists.reminding.result import RemindResult
from projectlists.reminding.shards import Share
from tests.conftest import FarEnd

TODAY = date(2026, 12, 1)  # a Tuesday
MORNING = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)  # 08:00 in Amsterdam
CREATED = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
PEOPLE = ("noor.lindeveld", "bram.zandhoven", "fenna.wilgenhof", "daan.rietland", "yara.heidestein")
MANAGER, SUPPORTER, FENNA, DAAN, YARA = (f"{name}@gemeente.example" for name in PEOPLE)


class Clockwork:
    """Time that passes only when somebody sleeps, on both sides of the line."""

    def __init__(self, far_end: FarEnd, start: datetime = MORNING) -> None:
        self._far_end = far_end
        self._start = start
        self._passed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def clock(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        self._passed += seconds
        self._far_end.control("POST", "clock", {"now": self.now().isoformat()})


class SharedClockwork(Clockwork):
    """Time that two runs share: it passes four times as fast as on the wall, for both and for the sandbox alike."""

    SPEED = 4

    def __init__(self, far_end: FarEnd, start: datetime = MORNING) -> None:
        super().__init__(far_end, start)
        self._began = time.monotonic()

    def clock(self) -> float:
        return (time.monotonic() - self._began) * self.SPEED

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.clock())

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / self.SPEED)
        self._far_end.control("POST", "clock", {"now": self.now().isoformat()})


class Project:
    """One provisioned site with a team, and the job that guards it."""

    def __init__(
        self,
        far_end: FarEnd,
        definitions: Definitions,
        url: str = "",
        *,
        profile: ProfileKey = "starter",
        extra: tuple[str, ...] = (),
        alone: bool = False,
    ) -> None:
        """`alone`: nothing else is wanted at the far end, so that what was made there before can be put back."""
        self.far_end = far_end
        self.definitions = definitions
        self.url = url or far_end.url
        self.site = config.Site(key="demo", name="Marktplein", url=self.url)
        self.lists = {found.key: found for found in definitions.chosen(profile, extra)}
        wish = Wish(profile, extra)
        if alone:
            made = ("project", self.url, wish)
            self.people, self.manager_row = far_end.once(made, lambda: self._make(wish), definitions=definitions)
            self._at_creation()
        else:
            self.people, self.manager_row = self._make(wish)

    def _at_creation(self) -> SharePointSite:
        """The site as opened at the time at which the project begins."""
        self.far_end.control("POST", "clock", {"now": CREATED.isoformat()})
        return self.far_end.open(self.url)

    def _make(self, wish: Wish) -> tuple[dict[str, Person], int]:
        remote = self._at_creation()
        assert provision(remote, self.definitions, wish).ok
        self.people = remote.people([MANAGER, SUPPORTER, FENNA, DAAN, YARA])
        manager = self.add("TeamRoles", Title="PM", TeamRole="project_manager", TeamMember=self.people[MANAGER])
        self.add("TeamRoles", Title="Support", TeamRole="supporter", TeamMember=self.people[SUPPORTER])
        return self.people, manager

    def person(self, mail: str) -> Person:
        return self.people[mail]

    def add(self, key: str, **values: Value) -> int:
        """A row as somebody makes it, in the state in which rows start; its number."""
        first: dict[str, dict[str, Value]] = {
            "Actions": {"ActionStatus": "new"},
            "TeamRoles": {"TeamStatus": "active"},
        }
        given = {**first.get(key, {}), **values}
        site = self.far_end.tenant.site(self.url)
        body = wire.values_for(self.lists[key], "nl", site.about().zone, given)
        (answer,) = site.run([site.addition(key, body)])
        return int(answer.checked().entity["Id"])

    def edit(self, key: str, number: int, **values: Value) -> None:
        """A change that somebody makes by hand."""
        site = self.far_end.tenant.site(self.url)
        body = wire.values_for(self.lists[key], "nl", site.about().zone, values)
        site.run([site.change(key, number, body, None)])[0].checked()

    def rows(self, key: str) -> dict[int, dict[str, Any]]:
        """The rows of a list as they stand, by number."""
        site = self.far_end.open(self.url)
        return {item.id: dict(item.values) for item in site.items(self.lists[key])}

    def forget(self) -> None:
        """Empty the ledger but for the settings, as if no run had ever been here."""
        site = self.far_end.tenant.site(self.url)
        rows = self.rows("ReminderLog")
        path = site.list_path("ReminderLog")
        site.run(
            [
                Operation("DELETE", f"{path}/items({number})")
                for number, row in rows.items()
                if row["LedgerKey"] != "settings"
            ]
        )

    def ledger(self, kind: str = "reminder") -> list[dict[str, Any]]:
        return [row for row in self.rows("ReminderLog").values() if row["LedgerKind"] == kind]

    def run(
        self,
        today: date = TODAY,
        *,
        passing: Clockwork | None = None,
        sites: tuple[config.Site, ...] = (),
        share: Share | None = None,
        **options: Any,
    ) -> RemindResult:
        """One run from a fresh process, as far as the far end can tell. The sandbox's clock says 08:00 of that day."""
        passing = passing or Clockwork(self.far_end, datetime.combine(today, MORNING.timetz()))
        passing.sleep(0)
        tenant = self.far_end.tenant = Tenant(self.far_end.config)
        job = Run(
            self.far_end.config,
            self.definitions,
            tenant,
            messages=[shipped_folder("config") / "messages"],
            now=passing.now,
            clock=passing.clock,
            sleep=passing.sleep,
        )
        return job.run(share.sites if share else sites or (self.site,), Options(today, **options), share)

    def mails(self) -> list[dict[str, Any]]:
        """Every delivery, oldest first; line ends as a reader sees them."""
        found = self.far_end.control("GET", "mail")
        return [{**mail, "text": mail["text"].replace("\r\n", "\n")} for mail in found]


class Killed(BaseException):
    """The process is gone: nothing of it catches this."""


class Trap:
    """Counts the requests of this process to the far end and springs at the `at`-th, before or after it is sent.

    After a `fatal` one no request of any thread goes out any more.
    """

    def __init__(self, at: int, action: Callable[[], None], *, after: bool = False, fatal: bool = False) -> None:
        self.at = at
        self.count = 0
        self.sprung = False
        self._action = action
        self._after = after
        self._fatal = fatal
        self._lock = threading.Lock()
        self._send = requests.Session.send

    def __enter__(self) -> Trap:
        trap = self

        def send(session: requests.Session, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            if "/_sandbox/" in (request.url or ""):
                return trap._send(session, request, **kwargs)
            with trap._lock:
                trap.count += 1
                mine = trap.count == trap.at
                trap.sprung = trap.sprung or mine
                if trap.sprung and not mine and trap._fatal:
                    raise Killed
            if mine and not trap._after:
                trap._action()
            response = trap._send(session, request, **kwargs)
            if mine and trap._after:
                trap._action()
            return response

        requests.Session.send = send  # type: ignore[method-assign]
        return self

    def __exit__(self, *_error: object) -> None:
        requests.Session.send = self._send  # type: ignore[method-assign]
