"""What was measured, kept in `results.json` and shown as a page, a picture, and the tables of `docs/scale.md`.

Of jobs that were not measured now, what was measured before stays.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.measuring import CLI, HERE, LATENCY_MS, OURS, PNPJS, SCRIPT, Measured

HEADER = (
    "| job | program | requests | operations | in a row | kB | seconds | processor s | MB | ÷ floor |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)
UNITS_PER_OPERATION = 2
"""What the sandbox and docs/scale.md count: REST has no published price (sharepoint-rest.md §1.6)."""
HEADROOM = 0.9
"""The part of a budget that a run uses (`projectlists.farend.pace.SHARE`)."""
KEPT, SCALE = HERE / "results.json", HERE.parent / "docs/scale.md"


def write(found: Sequence[Measured]) -> None:
    """Keep results, and write everything that shows them."""
    known = [Measured(**one) for one in json.loads(KEPT.read_text("utf-8"))] if KEPT.exists() else []
    results = list({(one.job, one.who): one for one in (*known, *found)}.values())
    KEPT.write_text(json.dumps([asdict(one) for one in results], indent=1) + "\n", "utf-8")
    (HERE / "RESULTS.md").write_text("\n".join(page(results)), "utf-8")
    if growing(results):
        SCALE.write_text(scaled(SCALE.read_text("utf-8"), results), "utf-8")
    picture(results, HERE / "comparison.svg")


def page(results: Sequence[Measured]) -> list[str]:
    """The results as Markdown."""
    machine = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; {LATENCY_MS} ms latency a request"
    )
    refused = [one for one in results if one.throttled or "units a minute" in one.job]
    return [
        "# Results",
        "",
        f"Made by `python benchmarks/comparison.py` on {machine}.",
        "*In a row* is the longest chain of requests that wait for each other. *÷ floor* is the time divided by what",
        "latency alone takes: for that chain, or for a fleet requests × latency ÷ workers. Programs and sandbox share",
        "the processor, and with whatever else runs: seconds and processor time are those of that machine then;",
        "requests, operations and bytes depend on neither.",
        "",
        HEADER,
        *(one.row() for one in results if one.latent),
        "",
        "## What is not compared",
        "",
        "- The others make lists, plain columns and views only; this program makes all that a profile has.",
        f"- The {CLI} does not mark rows: its item commands refuse the list's values at the sandbox.",
        "- The others have no reminder run and no bootstrap.",
        "",
        "## Growth",
        "",
        "The start of the program is in seconds and processor time; it counts for more where there are few sites.",
        "",
        *growth(results),
        "",
        "## With a budget",
        "",
        "Sandbox and program live in the same faster time here, without latency.",
        "",
        *(
            f"- {one.job}: {one.throttled} of {one.operations:,} operations refused "
            f"({100 * one.throttled / one.operations:.2f} %), {one.seconds / 60:.1f} minutes on the wall."
            for one in refused
        ),
        "",
    ]


def growing(results: Sequence[Measured]) -> dict[int, dict[str, Measured]]:
    """By number of sites the jobs over a fleet: bootstrap, first, idle."""
    found: dict[int, dict[str, Measured]] = {}
    for one in results:
        if one.sites and one.latent:
            kind = "bootstrap" if one.job.startswith("bootstrap") else "idle" if "idle" in one.job else "first"
            found.setdefault(one.sites, {})[kind] = one
    return {sites: jobs for sites, jobs in sorted(found.items()) if len(jobs) == 3}


def growth(results: Sequence[Measured]) -> list[str]:
    """Requests, time, processor time and memory by the number of sites, as a table."""
    lines = [
        "| sites | `bootstrap`: requests a site | seconds | idle `remind`: requests a site | seconds | ÷ floor "
        "| processor ms a site | MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for sites, jobs in growing(results).items():
        made, idle = jobs["bootstrap"], jobs["idle"]
        lines.append(
            f"| {sites:,} | {made.requests / sites:.1f} | {made.seconds:.0f} | {idle.requests / sites:.1f} "
            f"| {idle.seconds:.0f} | {idle.seconds / idle.floor:.2f} | {1000 * idle.processor / sites:.1f} "
            f"| {idle.memory:.0f} |"
        )
    return lines


def scaled(text: str, results: Sequence[Measured]) -> str:
    """The page about scale with its tables as measured, between the marks that name them."""
    sites, jobs = list(growing(results).items())[-1]
    names = {"bootstrap": "`bootstrap` with the profile starter", "first": "`remind`, first run"}
    names["idle"] = "`remind`, nothing to do"
    costs = ["| job | requests a site | operations a site | units a site |", "|---|---|---|---|"]
    for kind, name in names.items():
        one = jobs[kind]
        costs.append(
            f"| {name} | {one.requests / sites:.0f} | {one.operations / sites:.0f} | {_units(one) / sites:.0f} |"
        )
    tables = {"costs": costs, "growth": growth(results), "paper": paper(jobs["idle"], jobs["bootstrap"])}
    for name, lines in tables.items():
        shown = "\n".join(["", *lines, ""])
        text = re.sub(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", f"{shown}\n", text, count=1, flags=re.DOTALL)
    return text


def paper(idle: Measured, bootstrap: Measured) -> list[str]:
    """What fleets of other sizes take by the documented budgets, worked out from what one site costs."""
    sizes = (1000, 10_000, 100_000)
    lines = ["| | " + " | ".join(f"{size:,} sites" for size in sizes) + " |", "|---|---|---|---|"]
    for name, one in (("idle `remind`", idle), ("`bootstrap`", bootstrap)):
        each = _units(one) / one.sites
        lines.append(f"| {name}, units | " + " | ".join(f"{each * size:,.0f}" for size in sizes) + " |")
        for minute, day in ((1250, 1_200_000), (6250, 6_000_000)):
            times = (_duration(each * size, minute, day) for size in sizes)
            lines.append(f"| {name} at {minute:,} units a minute, {day / 1e6:g} million a day | {' | '.join(times)} |")
    return lines


def _units(one: Measured) -> int:
    return one.operations * UNITS_PER_OPERATION


def _duration(units: float, minute: int, day: int) -> str:
    minutes = units / (minute * HEADROOM)
    if units > day * HEADROOM:
        return f"{units / (day * HEADROOM):.1f} days"
    return f"{minutes:.0f} minutes" if minutes < 100 else f"{minutes / 60:.1f} hours"


def picture(results: Sequence[Measured], path: Path) -> None:
    """Requests by job and program as bars, readable without colour: each says whose it is and how many."""
    import matplotlib  # noqa: PLC0415 - heavy, and most callers only read results

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "projectlists", "font.family": "sans-serif"})
    from matplotlib import pyplot  # noqa: PLC0415

    jobs = [job for job in dict.fromkeys(one.job for one in results) if sum(one.job == job for one in results) > 1]
    figure, axes = pyplot.subplots(figsize=(9, 0.6 + 1.05 * len(jobs)), layout="constrained")
    colours = {OURS: "#1a5276", SCRIPT: "#b9770e", CLI: "#7d8b99", PNPJS: "#6c3483"}
    for number, job in enumerate(reversed(jobs)):
        bars = [one for one in results if one.job == job]
        for place, one in enumerate(reversed(bars)):
            height = number + 0.2 * (place - (len(bars) - 1) / 2)
            axes.barh(height, one.requests, 0.18, left=0, color=colours[one.who])
            axes.text(one.requests * 1.08, height, f"{one.who}: {one.requests}", va="center", fontsize=9)
    axes.set_xscale("log")
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axes.minorticks_off()
    axes.set_yticks(range(len(jobs)), [*reversed(jobs)])
    axes.set_xlabel("requests (each step is ten times as many)")
    axes.set_xlim(0.5, max(one.requests for one in results if one.job in jobs) * 9)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None, "Title": "Requests by job and program"})
