"""A run of the scheduled job with 3,000 due rows over 200 sites and 500 people: mails, doubles, pace and memory.

`python benchmarks/reminders.py [SITES ROWS PEOPLE]` provisions the sites on a sandbox first, which takes minutes, and
runs the job in a process of its own. Waiting takes no time: the job's clock and that of the sandbox are put ahead
together, so that twenty minutes of pace do not take twenty minutes.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from projectlists.config import configfile
from projectlists.config.model import Config
from projectlists.definitions.loading import load, shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.farend import wire
from projectlists.farend.tenant import Tenant
from projectlists.provisioning.job import Wish, provision
from projectlists.reminding.job import Run
from projectlists.reminding.options import Options
from projectlists.sandbox.directory import Directory
from projectlists.sandbox.store import Store

TODAY = date(2026, 12, 1)
MORNING = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
EARLIER = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DOMAIN = "gemeente.example"
AT_ONCE = 4


def control(ready: dict[str, Any], method: str, path: str, body: Any = None) -> Any:
    """A request to the sandbox's controls."""
    session = requests.Session()
    session.trust_env = False
    answer = session.request(method, f"{ready['web']}/_sandbox/{path}", json=body, timeout=120)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def start(folder: Path, sites: int) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start a sandbox whose folder is known; its process and ready document."""
    ready = folder / "ready.json"
    words = ["sandbox", "--data", str(folder / "tenant"), "--seed", f"fleet:{sites}", "--ready", str(ready)]
    process = subprocess.Popen(
        [sys.executable, "-m", "projectlists", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not ready.exists():
        time.sleep(0.05)
    return process, json.loads(ready.read_text("utf-8"))


def add_people(folder: Path, ready: dict[str, Any], count: int) -> list[str]:
    """Accounts in the directory; their names."""
    store = Store(folder / "tenant" / f"{ready['tenant']}.sqlite", lasting=True)
    directory = Directory(store, ready["tenant_id"])
    logins = [f"medewerker.{number:03}@{DOMAIN}" for number in range(count)]
    with store.transaction():
        for number, login in enumerate(logins):
            directory.add_user(login, f"Medewerker {number:03}")
    store.close()
    return logins


class Fleet:
    """The sites and the rows that are due on them."""

    def __init__(self, settings: Config, definitions: Definitions, logins: Sequence[str], rows: int) -> None:
        self.settings, self.definitions, self.logins, self.rows = settings, definitions, logins, rows
        self.tenant = Tenant(settings)

    def plant(self, position: int) -> int:
        """Provision one site and put its share of the rows there; how many."""
        here = self.settings.sites[position]
        site = self.tenant.site(here.url)
        if not provision(site, self.definitions, Wish("starter", ())).ok:
            raise SystemExit(f"{here.url} could not be provisioned")
        numbers = range(position, self.rows, len(self.settings.sites))
        owners = [self.logins[number % len(self.logins)] for number in numbers]
        people = site.people([*dict.fromkeys(owners)])
        fields = {"Title": "Zet de stukken klaar", "DueDate": TODAY, "ActionStatus": "new"}
        lists = {found.key: found for found in self.definitions.chosen("starter")}
        bodies = [
            wire.values_for(lists["Actions"], "nl", site.about().zone, {**fields, "ActionOwner": people[owner]})
            for owner in owners
        ]
        for answer in site.run([site.addition("Actions", body) for body in bodies]):
            answer.checked()
        return len(bodies)


def remind(config: str) -> None:
    """The job, in a process of its own: its result and what it needed, as JSON."""
    settings = configfile.load(Path(config))
    ready = json.loads(os.environ["BENCHMARK_READY"])
    skipped, start = 0.0, time.perf_counter()

    def clock() -> float:
        return time.perf_counter() - start + skipped

    def now() -> datetime:
        return MORNING + timedelta(seconds=clock())

    def sleep(seconds: float) -> None:
        nonlocal skipped
        skipped += seconds
        control(ready, "POST", "clock", {"now": now().isoformat()})

    sleep(0)
    job = Run(
        settings,
        load([shipped_folder("lists")]),
        Tenant(settings),
        messages=[shipped_folder("config") / "messages"],
        now=now,
        clock=clock,
        sleep=sleep,
    )
    began, used = time.perf_counter(), time.process_time()
    result = job.run(settings.sites, Options(TODAY, force=True))
    print(
        json.dumps(
            {
                "ok": result.ok,
                "outcomes": Counter(one.outcome for one in result.reminders),
                "http": dict(result.http),
                "minutes": clock() / 60,
                "seconds": time.perf_counter() - began,
                "processor": time.process_time() - used,
                "megabytes": most_memory(),
            }
        )
    )


def most_memory() -> float:
    """The most memory this process held, in MB. Where the system says so itself: what `getrusage` gives counts the
    process that started this one too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(ready: dict[str, Any]) -> dict[str, Any]:
    """One run in a process of its own."""
    words = [sys.executable, __file__, "--remind", ready["config"]]
    environment = {**os.environ, "BENCHMARK_READY": json.dumps(ready)}
    done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def busiest_minute(moments: Sequence[datetime]) -> int:
    """The largest number of mails in any 60 seconds."""
    return max(sum(0 <= (other - first).total_seconds() < 60 for other in moments) for first in moments)


def main(sites: int, rows: int, people: int) -> None:
    """Seed, run twice, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        process, ready = start(Path(name), sites)
        try:
            logins = add_people(Path(name), ready, people)
            control(ready, "POST", "clock", {"now": EARLIER.isoformat()})
            fleet = Fleet(configfile.load(Path(ready["config"])), load([shipped_folder("lists")]), logins, rows)
            began = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                planted = sum(pool.map(fleet.plant, range(sites)))
            print(f"seeded {planted} rows on {sites} sites in {time.perf_counter() - began:.0f} s", file=sys.stderr)
            control(ready, "DELETE", "requests")
            runs = [measured(ready) for _round in range(2)]
            mails = control(ready, "GET", "mail")
        finally:
            process.terminate()
            process.wait()
    print("| run | reminders | requests | processor s | wall s | sandbox min | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for title, run in zip(("first", "again"), runs, strict=True):
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in run["outcomes"].items())
        numbers = f"{run['processor']:.1f} | {run['seconds']:.0f} | {run['minutes']:.1f} | {run['megabytes']:.0f}"
        print(f"| {title} | {outcomes} | {run['http']['requests']} | {numbers} |")
    readers = Counter(mail["to"][0] for mail in mails)
    links = Counter((mail["to"][0], line) for mail in mails for line in mail["text"].splitlines() if "DispForm" in line)
    sent = [datetime.fromisoformat(mail["sent"]) for mail in mails]
    doubled = sum(count > 1 for count in readers.values())
    print(f"\n{len(mails)} mails to {len(readers)} people, {doubled} with more than one;")
    print(f"{len(links)} rows mailed, {sum(count > 1 for count in links.values())} more than once;")
    print(f"at most {busiest_minute(sent)} mails in any minute of the sandbox's time.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--remind"]:
        remind(sys.argv[2])
    else:
        main(*(int(word) for word in sys.argv[1:4] or ("200", "3000", "500")))
