"""The same work with this program and with three others, against the same sandbox with 100 ms latency.

`python benchmarks/comparison.py` measures everything and writes `RESULTS.md` and `comparison.svg` beside itself;
`--quick` takes smaller numbers and writes nothing unless `--write` is given. What the others do is the same as far as
they can: lists, plain columns and views; no lookups, calculated columns, formatting, permissions, navigation or rows,
which this program makes in the requests that are counted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from cryptography.hazmat.primitives import serialization

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.interop import clients  # noqa: E402

from projectlists.config import configfile  # noqa: E402
from projectlists.farend.batch import Operation  # noqa: E402
from projectlists.farend.tenant import Tenant  # noqa: E402

LATENCY_MS = 100
PROGRAM = [sys.executable, "-m", "projectlists"]
OURS, SCRIPT, CLI, PNPJS = "projectlists", "office365 script", "CLI for Microsoft 365", "PnPjs, batched"
PROFILES = {8: "process", 15: "project"}
"""A profile for each number of lists, settings and log included."""
BEFORE, DUE = "2026-11-01T00:00:00Z", 40


@dataclass(frozen=True)
class Measured:
    """One job by one program. `in_a_row` is the longest chain of requests of which none began before the last ended."""

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

    @property
    def floor(self) -> float:
        """The time that latency alone takes, in seconds."""
        return self.in_a_row * LATENCY_MS / 1000

    def row(self) -> str:
        """As a row of a Markdown table."""
        ratio = self.seconds / self.floor if self.floor else 0
        return (
            f"| {self.job} | {self.who} | {self.requests} | {self.operations} | {self.in_a_row} "
            f"| {self.bytes / 1000:.0f} | {self.seconds:.1f} | {self.processor:.1f} | {self.memory:.0f} | {ratio:.1f} |"
        )


HEADER = (
    "| job | program | requests | operations | in a row | kB | seconds | processor s | MB | ÷ floor |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
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

    def measure(self, job: str, who: str, words: Sequence[str], environment: dict[str, str] | None = None) -> Measured:
        """Run a program to its end, and see what it took."""
        self._http.delete(f"{self.ready['web']}/_sandbox/requests")
        log = self.folder / "output.txt"
        start = time.perf_counter()
        with log.open("wb") as output:
            process = subprocess.Popen(words, stdout=output, stderr=output, env=environment, cwd=HERE.parent)
            _pid, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if status:
            raise SystemExit(f"{who}, {job}: {log.read_text('utf-8')[-3000:]}")
        entries = [one for one in self._http.get(f"{self.ready['web']}/_sandbox/requests").json() if _counts(one)]
        whole = [one for one in entries if one["batch"] is None]
        divider = 1024**2 if sys.platform == "darwin" else 1024
        found = Measured(
            job,
            who,
            len(whole),
            sum(not one["path"].endswith("/$batch") for one in entries),
            sum(one["status"] == 429 for one in entries),
            _in_a_row(whole),
            sum(one["bytes"] for one in whole),
            seconds,
            used.ru_utime + used.ru_stime,
            used.ru_maxrss / divider,
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
def sandbox(seed: str, *more: str) -> Iterator[Sandbox]:
    """A sandbox of its own, ended afterwards."""
    with tempfile.TemporaryDirectory() as name:
        ready = Path(name) / "ready.json"
        words = [*PROGRAM, "sandbox", "--seed", seed, "--latency", str(LATENCY_MS), "--ready", str(ready), *more]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not ready.exists():
                time.sleep(0.05)
            yield Sandbox(json.loads(ready.read_text("utf-8")), Path(name))
        finally:
            process.terminate()
            process.wait()


def described(box: Sandbox, url: str) -> list[dict[str, Any]]:
    """The lists of a site that was built, as the others make them."""
    site = Tenant(configfile.load(Path(box.ready["config"]))).site(url)
    (answer,) = site.run(
        [Operation("GET", "web/lists", query={"$expand": "RootFolder", "$filter": "BaseTemplate lt 200"})]
    )
    own = ("Shared Documents", "SitePages", "SiteAssets", "Style Library", "FormServerTemplates")
    found = []
    for one in answer.checked().entries:
        name = one["RootFolder"]["Name"]
        if name in own:
            continue
        path = f"web/lists(guid'{one['Id']}')"
        fields, views = site.run(
            [
                Operation(
                    "GET",
                    f"{path}/fields",
                    query={"$filter": "CanBeDeleted eq true", "$select": "TypeAsString,SchemaXml"},
                ),
                Operation("GET", f"{path}/views", query={"$expand": "ViewFields"}),
            ]
        )
        plain = [each for each in fields.checked().entries if each["TypeAsString"] not in {"Lookup", "Calculated"}]
        names = {ElementTree.fromstring(each["SchemaXml"]).get("Name") for each in plain}
        names |= {"Title", "LinkTitle", "ID"}
        found.append(
            {
                "title": name,
                "template": one["BaseTemplate"],
                "fields": [_plainly_named(each["SchemaXml"]) for each in plain],
                "views": [
                    {
                        "title": view["Title"],
                        "query": "",
                        "fields": [each for each in view["ViewFields"]["Items"] if each in names] or ["Title"],
                    }
                    for view in views.checked().entries
                ],
            }
        )
    return found


def _plainly_named(schema: str) -> str:
    """A column titled by its internal name, as the script's library cannot choose that name otherwise; no formulas,
    which speak of titles.
    """
    element = ElementTree.fromstring(schema)
    element.set("DisplayName", element.get("Name", ""))
    for child in [child for child in element if child.tag in {"Validation", "Formula", "DefaultFormula"}]:
        element.remove(child)
    return ElementTree.tostring(element, encoding="unicode")


class Peers:
    """The other programs, where this machine can run them."""

    def __init__(self, box: Sandbox) -> None:
        ready = box.ready
        key = serialization.load_pem_private_key(Path(ready["certificate"]).read_bytes(), None)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self._box = box
        self._given = {
            "sharepoint": ready["sharepoint"],
            "tenant": ready["tenant_id"],
            "client": ready["client_id"],
            "thumbprint": ready["thumbprint"],
            "key": key.private_bytes(*form).decode(),
            "proxy": ready["proxy"],
            "ca": ready["ca"],
            "config": ready["config"],
        }
        self._environment = clients.environment(ready, box.folder)
        try:
            self._packages: Path | None = clients.installed(Path(tempfile.gettempdir()) / "projectlists-npm")
        except pytest.skip.Exception as reason:
            print(f"Without the programs for Node.js: {reason}", file=sys.stderr)
            self._packages = None
        if self._packages is not None:
            self._signed_in(self._packages)

    def run(self, label: str, job: str, sites: dict[str, str], **given: Any) -> list[Measured]:
        """One job by each of the others, each on a site of its own."""
        found = []
        for who, url in sites.items():
            file = self._box.folder / "given.json"
            file.write_text(json.dumps({**self._given, **given, "job": job, "site": url}), "utf-8")
            if who == OURS:
                words, environment = [sys.executable, str(HERE / "peers/ours.py"), str(file)], dict(os.environ)
            elif who == SCRIPT:
                words, environment = (
                    [sys.executable, str(HERE / "peers/straightforward.py"), str(file)],
                    dict(os.environ),
                )
            elif self._packages is None:
                continue
            else:
                script = "cli.mjs" if who == CLI else "pnpjs.mjs"
                copy = self._packages / f"benchmark-{script}"
                copy.write_bytes((HERE / "peers" / script).read_bytes())
                words, environment = ["node", str(copy), str(file)], self._environment
            found.append(self._box.measure(label, who, words, environment))
        return found

    def _signed_in(self, packages: Path) -> None:
        ready = self._given
        program = ["node", str(packages / "node_modules/@pnp/cli-microsoft365/dist/index.js")]
        certificate = ["--certificateFile", self._box.ready["certificate"], "--thumbprint", ready["thumbprint"]]
        for words in (
            ["cli", "config", "set", "--key", "disableTelemetry", "--value", "true"],
            [
                "login",
                "--authType",
                "certificate",
                *certificate,
                "--appId",
                ready["client"],
                "--tenant",
                ready["tenant"],
            ],
        ):
            subprocess.run([*program, *words], env=self._environment, check=True, capture_output=True, timeout=120)


def building() -> Iterator[Measured]:
    """Building and verifying a site, by everybody."""
    with sandbox("fleet:8") as box:
        peers = Peers(box)
        sites = iter(box.ready["sites"])
        config = ["--config", box.ready["config"], "--json"]
        for count, profile in PROFILES.items():
            ours = next(sites)
            provision = [*PROGRAM, *config, "provision", ours, "--profile", profile, "--yes"]
            yield box.measure(f"build {count} lists", OURS, provision)
            lists = described(box, ours)
            theirs = {who: next(sites) for who in (SCRIPT, CLI, PNPJS)}
            yield from peers.run(f"build {count} lists", "build", theirs, lists=lists)
            yield box.measure(f"verify {count} lists", OURS, provision)
            yield from peers.run(f"verify {count} lists", "verify", theirs, lists=lists)


def marking(items: int) -> Iterator[Measured]:
    """Finding and changing the few rows of a long list that are due, by everybody, on one site in turn."""
    with sandbox("fleet:1") as box:
        peers = Peers(box)
        (ours,) = box.ready["sites"]
        provision = [*PROGRAM, "--config", box.ready["config"], "provision", ours, "--profile", "routine", "--yes"]
        subprocess.run(provision, check=True, capture_output=True)
        site = Tenant(configfile.load(Path(box.ready["config"]))).site(ours)
        seed(site, items)
        (about,) = site.run([Operation("GET", site.list_path("Actions"), query={"$select": "Title"})])
        for who in (OURS, SCRIPT, PNPJS):  # the CLI's own item commands refuse this list's values at the sandbox
            site.run([site.change("Actions", number, {"PercentDone": 0}, None) for number in range(1, DUE + 1)])
            job = f"mark {DUE} of {items:,} rows"
            yield from peers.run(job, "mark", {who: ours}, title=about.entity["Title"], before=BEFORE, due=DUE)


def seed(site: Any, items: int) -> None:
    """Rows in the action list, the first of which are due."""
    for start in range(1, items + 1, 1000):
        numbers = range(start, min(start + 1000, items + 1))
        days = ("2026-10-01T00:00:00Z" if number <= DUE else "2027-03-01T00:00:00Z" for number in numbers)
        rows = [
            site.addition("Actions", {"Title": f"Actie {number}", "DueDate": day, "PercentDone": 0})
            for number, day in zip(numbers, days, strict=True)
        ]
        for answer in site.run(rows):
            answer.checked()


def fleet(sites: int, units: int | None) -> Iterator[Measured]:
    """Setting up a fleet, and a run of the reminders on the next day, when nothing is due."""
    limits = ["--resource-units", str(units)] if units else []
    with sandbox(f"fleet:{sites}", *limits) as box:
        config = ["--config", box.ready["config"], "--json"]
        table = Path(box.ready["config"]) / "sites.csv"
        table.write_text(table.read_text("utf-8").replace(",project,", ",routine,"), "utf-8")
        suffix = f", {units} units a minute" if units else ""
        yield box.measure(
            f"bootstrap {sites} sites{suffix}", OURS, [*PROGRAM, *config, "bootstrap", str(table), "--yes"]
        )
        remind = [*PROGRAM, *config, "remind", "--all", "--today"]
        box.clock("2026-12-01")
        yield box.measure(f"remind {sites} sites, first run{suffix}", OURS, [*remind, "2026-12-01"])
        box.clock("2026-12-02")
        yield box.measure(f"remind {sites} idle sites{suffix}", OURS, [*remind, "2026-12-02"])


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 rows and fleets of 10 and 20 sites")
    parser.add_argument("--items", type=int, help="rows in the list that is searched (20,000)")
    parser.add_argument("--fleets", help="sizes of fleets (200,1000)")
    parser.add_argument("--units", type=int, help="also a fleet with so many resource units a minute")
    parser.add_argument("--parts", default="build,mark,fleet", help="which parts; results of the others are kept")
    parser.add_argument("--write", action="store_true", help="write RESULTS.md and comparison.svg also after --quick")
    given = parser.parse_args()
    items = given.items or (2000 if given.quick else 20_000)
    sizes = [int(size) for size in (given.fleets or ("10,20" if given.quick else "200,1000")).split(",")]
    print(HEADER)
    parts: list[Iterator[Measured]] = [building(), marking(items)] + [fleet(size, None) for size in sizes]
    if given.units:
        parts.append(fleet(sizes[0], given.units))
    chosen = [
        part for part, name in zip(parts, ["build", "mark", *["fleet"] * 99], strict=False) if name in given.parts
    ]
    found = [one for part in chosen for one in part]
    if given.write or not given.quick:
        write(found)


def write(found: Sequence[Measured]) -> None:
    """The results as a page and as a picture; those that were not measured now are kept from before."""
    kept = HERE / "results.json"
    known = [Measured(**one) for one in json.loads(kept.read_text("utf-8"))] if kept.exists() else []
    results = {(one.job, one.who): one for one in (*known, *found)}
    found = list(results.values())
    kept.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", "utf-8")
    machine = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores shared with other work, "
        f"Python {platform.python_version()}"
    )
    throttled = [
        f"- {one.job}: {one.throttled} of {one.operations} operations refused" for one in found if one.throttled
    ]
    (HERE / "RESULTS.md").write_text(
        "\n".join(
            [
                "# Results",
                "",
                f"Made by `python benchmarks/comparison.py` on {machine}; {LATENCY_MS} ms latency a request.",
                "*In a row* is the longest chain of requests that wait for each other, *÷ floor* the time divided by",
                "what latency alone would take for that chain. Programs and sandbox share the processor, so seconds",
                "and processor time are those of a busy machine; requests, operations and bytes do not depend on it.",
                "The other programs make lists, plain columns and views only; this one makes all that a profile has.",
                "",
                HEADER,
                *(one.row() for one in found),
                "",
                "The reminder run is ours only: the others have none.",
                *throttled,
                "",
            ]
        ),
        "utf-8",
    )
    picture(found)


def picture(found: Sequence[Measured]) -> None:
    """Requests by job and program as bars, readable without colour."""
    import matplotlib  # noqa: PLC0415

    matplotlib.use("svg")
    from matplotlib import pyplot  # noqa: PLC0415

    jobs = [job for job in dict.fromkeys(one.job for one in found) if sum(one.job == job for one in found) > 1]
    figure, axes = pyplot.subplots(figsize=(9, 0.5 + 1.1 * len(jobs)), layout="constrained")
    colours = {OURS: "#1a5276", SCRIPT: "#b9770e", CLI: "#7d8b99", PNPJS: "#6c3483"}
    for number, job in enumerate(reversed(jobs)):
        for place, one in enumerate(reversed([each for each in found if each.job == job])):
            height = number + 0.2 * place - 0.3
            axes.barh(height, one.requests, 0.18, color=colours[one.who])
            axes.text(one.requests * 1.08, height, f"{one.who}: {one.requests}", va="center", fontsize=8)
    axes.set_xscale("log")
    axes.set_yticks(range(len(jobs)), [*reversed(jobs)])
    axes.set_xlabel("requests (each step is ten times as many)")
    axes.set_xlim(right=axes.get_xlim()[1] * 4)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(HERE / "comparison.svg", metadata={"Date": None, "Title": "Requests by job and program"})


if __name__ == "__main__":
    main()
