"""The same work with this program and with three others, against the same sandbox with 100 ms latency.

`python benchmarks/comparison.py` measures everything and writes `RESULTS.md` and `comparison.svg` beside itself, and
the tables of `docs/scale.md`; `--parts` takes some of it, `--quick` takes smaller numbers and writes nothing unless
`--write` is given. What the others do is the same as far as they can: lists, plain columns and views; no lookups,
calculated columns, formatting, permissions, navigation or rows, which this program makes in the requests that count.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives import serialization

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.measuring import CLI, HERE, OURS, PNPJS, PROGRAM, SCRIPT, Measured, Sandbox, sandbox
from benchmarks.results import HEADER, write
from tests.interop import clients

from projectlists.config import configfile
from projectlists.farend.batch import Operation
from projectlists.farend.tenant import Tenant

PROFILES = {8: "process", 15: "project"}
"""A profile for each number of lists, settings and log included."""
BEFORE, DUE = "2026-11-01T00:00:00Z", 40
UNITS = 1250
"""Resource units a minute of an app in the smallest tenant (sharepoint-rest.md §1.6)."""
PARTS = ("build", "mark", "fleet", "throttled")


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


def fleet(sites: int) -> Iterator[Measured]:
    """Setting up a fleet, the first run of the reminders, and a run on the next day, when nothing is due."""
    with sandbox(f"fleet:{sites}") as box:
        config = ["--config", box.ready["config"], "--json"]
        table = _starters(box)
        bootstrap = [*PROGRAM, *config, "bootstrap", str(table), "--yes"]
        yield box.measure(f"bootstrap {sites} sites", OURS, bootstrap, sites=sites)
        remind = [*PROGRAM, *config, "remind", "--all", "--today"]
        for day, kind in (("2026-12-01", "sites, first run"), ("2026-12-02", "idle sites")):
            box.clock(day)
            yield box.measure(f"remind {sites} {kind}", OURS, [*remind, day], sites=sites)


def throttled(sites: int, speed: int) -> Iterator[Measured]:
    """Setting up a fleet with the smallest budget there is, while time passes so many times as fast for everybody."""
    hurried = [sys.executable, str(HERE / "peers/hurried.py"), str(speed)]
    limit = ("--resource-units", str(UNITS))
    with sandbox(f"fleet:{sites}", *limit, program=[*hurried, "sandbox"], latency=0) as box:
        table = _starters(box)
        words = [*hurried, "bootstrap", box.ready["config"], str(table)]
        yield box.measure(
            f"bootstrap {sites} sites, {UNITS:,} units a minute, time x {speed}", OURS, words, sites=sites
        )


def _starters(box: Sandbox) -> Path:
    """The site table, with the profile Starter everywhere."""
    table = Path(box.ready["config"]) / "sites.csv"
    table.write_text(table.read_text("utf-8").replace(",project,", ",starter,"), "utf-8")
    return table


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), help="which parts, of %(default)s; others are kept")
    parser.add_argument("--quick", action="store_true", help="2,000 rows and fleets of 10 and 20 sites")
    parser.add_argument("--items", type=int, help="rows in the list that is searched (20,000)")
    parser.add_argument("--fleets", help="sizes of fleets (200,1000)")
    parser.add_argument("--throttled", type=int, help="sites that are set up with a budget (1,000)")
    parser.add_argument("--speed", type=int, default=15, help="how fast time passes for those (%(default)s)")
    parser.add_argument("--write", action="store_true", help="write the results also after --quick")
    given = parser.parse_args()
    parts = given.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    sizes = [int(size) for size in (given.fleets or ("10,20" if given.quick else "200,1000")).split(",")]
    runs: dict[str, list[Iterator[Measured]]] = {
        "build": [building()],
        "mark": [marking(given.items or (2000 if given.quick else 20_000))],
        "fleet": [fleet(size) for size in sizes],
        "throttled": [throttled(given.throttled or (10 if given.quick else 1000), given.speed)],
    }
    print(HEADER)
    for part in parts:
        for run in runs[part]:
            found = list(run)
            if given.write or not given.quick:
                write(found)  # at once: what comes next may take hours


if __name__ == "__main__":
    main()
