"""A sandbox with latency, and what a program asks of it until it ends."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from projectlists.farend.workers import WORKERS

HERE = Path(__file__).parent
LATENCY_MS = 100
PROGRAM = [sys.executable, "-m", "projectlists"]
OURS, SCRIPT, CLI, PNPJS = "projectlists", "office365 script", "CLI for Microsoft 365", "PnPjs, batched"


@dataclass(frozen=True)
class Measured:
    """One job by one program. `in_a_row` is the longest chain of requests of which none began before the last ended.

    `sites` and `workers` are those of a job over a fleet, 0 for others; `seconds` and `processor` are seconds, `memory`
    is the most that the process held, in MB.
    """

    job: str
    who: str
    requests: int
    operations: int
    throttled: int
    in_a_row: int
    bytes: int
    seconds: float
    processor: float
    memory: float
    sites: int = 0
    workers: int = 0

    @property
    def latent(self) -> bool:
        """Whether it was measured with latency, so that times say something."""
        return "time x" not in self.job

    @property
    def floor(self) -> float:
        """The time that latency alone takes, in seconds: of the longest chain, or of a fleet's requests by turns."""
        steps = self.requests / self.workers if self.workers else self.in_a_row
        return steps * LATENCY_MS / 1000

    def row(self) -> str:
        """As a row of a Markdown table."""
        ratio = self.seconds / self.floor if self.floor else 0
        return (
            f"| {self.job} | {self.who} | {self.requests} | {self.operations} | {self.in_a_row} "
            f"| {self.bytes / 1000:.0f} | {self.seconds:.1f} | {self.processor:.1f} | {self.memory:.0f} | {ratio:.1f} |"
        )


class Sandbox:
    """A sandbox with latency, and what is asked of it."""

    def __init__(self, ready: dict[str, Any], folder: Path) -> None:
        self.ready = ready
        self.folder = folder
        self._http = requests.Session()
        self._http.trust_env = False

    def clock(self, day: str) -> None:
        """Make it eight in the morning of a day at the far end."""
        self._http.post(f"{self.ready['web']}/_sandbox/clock", json={"now": f"{day}T07:00:00Z"}).raise_for_status()

    def measure(
        self, job: str, who: str, words: Sequence[str], environment: dict[str, str] | None = None, *, sites: int = 0
    ) -> Measured:
        """Run a program to its end, and see what it took."""
        self._http.delete(f"{self.ready['web']}/_sandbox/requests")
        log, used = self.folder / "output.txt", self.folder / "used.json"
        meter = [sys.executable, "-S", str(HERE / "peers/meter.py"), str(used)]
        start = time.perf_counter()
        with log.open("wb") as output:
            done = subprocess.run(
                [*meter, *words], stdout=output, stderr=output, env=environment, cwd=HERE.parent, check=False
            )
        seconds = time.perf_counter() - start
        if done.returncode:
            raise SystemExit(f"{who}, {job}: {log.read_text('utf-8')[-3000:]}")
        entries = [one for one in self._http.get(f"{self.ready['web']}/_sandbox/requests").json() if _counts(one)]
        whole = [one for one in entries if one["batch"] is None]
        spent = json.loads(used.read_text("utf-8"))
        found = Measured(
            job,
            who,
            len(whole),
            sum(not one["path"].endswith("/$batch") for one in entries),
            sum(one["status"] == 429 for one in entries),
            _in_a_row(whole),
            sum(one["bytes"] for one in whole),
            seconds,
            spent["processor"],
            spent["memory"],
            sites,
            WORKERS if sites else 0,
        )
        print(found.row(), flush=True)
        return found


def _counts(entry: dict[str, Any]) -> bool:
    return "microsoftonline" not in entry["host"]


def _in_a_row(entries: Sequence[dict[str, Any]]) -> int:
    moments = [(datetime.fromisoformat(one["time"]), max(one["ms"], LATENCY_MS)) for one in entries]
    spans = sorted((began + timedelta(milliseconds=took), began) for began, took in moments)
    count, free = 0, datetime.min.replace(tzinfo=moments[0][0].tzinfo) if moments else datetime.min
    for ended, began in spans:
        if began >= free:
            count, free = count + 1, ended
    return count


@contextmanager
def sandbox(
    seed: str, *more: str, program: Sequence[str] = (*PROGRAM, "sandbox"), latency: int = LATENCY_MS
) -> Iterator[Sandbox]:
    """A sandbox of its own, ended afterwards."""
    with tempfile.TemporaryDirectory() as name:
        ready = Path(name) / "ready.json"
        words = [*program, "--seed", seed, "--latency", str(latency), "--ready", str(ready), *more]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not ready.exists():
                time.sleep(0.05)
            yield Sandbox(json.loads(ready.read_text("utf-8")), Path(name))
        finally:
            process.terminate()
            process.wait()
