"""Nothing of people gets where it does not belong: subjects, logs, standard error, error messages (guide.md §6.4).

The sample project goes through the job, day after day, with everything that can go wrong. What the job is for, mails to
people and the list of who got what on standard output, is left out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from projectlists import sample
from projectlists.cli import main
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions, ProfileKey
from projectlists.provisioning.job import Wish, provision
from projectlists.reminding.job import Run
from projectlists.rules.calendar import WorkingCalendar
from projectlists.sandbox.main import Options, running
from tests.far_end import FarEnd
from tests.reminded import MORNING, Clockwork

SAMPLE = shipped_folder("config") / "sample-project.yaml"
LOGGED = logging.Formatter("%(message)s")
"""As a handler writes it: with the text of an exception behind the message."""
LEAST = {"starter": {"title": 5, "address": 3}, "project": {"title": 15, "name": 1, "address": 4}}
"""How many of each kind the mails say at least, lest nothing be looked for."""
FIRST = date(2026, 12, 4)  # a Friday; the Monday after it brings overviews
FAULTS: tuple[dict[str, Any], ...] = (
    {"host": "graph.microsoft.com", "path": r"/messages$", "do": "status:403"},
    {"host": "graph.microsoft.com", "path": r"/send$", "do": "status:504-after"},
    {"host": "graph.microsoft.com", "path": r"\$batch$", "do": "status:500"},
    {"host": "lindervoort.sharepoint.com", "path": r"Actions'\)/items", "do": "status:500"},
    {"host": "lindervoort.sharepoint.com", "path": r"ReminderLog'\)/items", "method": "POST", "do": "reset-after"},
)


@dataclass(frozen=True)
class Filled:
    """The sample project on a site of some profile, and what of it nobody else should read, by kind."""

    far_end: FarEnd
    private: Mapping[str, frozenset[str]]


def filled(ready: dict[str, Any], definitions: Definitions, profile: ProfileKey) -> Filled:
    far_end = FarEnd(ready)
    far_end.control("POST", "clock", {"now": "2026-12-04T06:00:00Z"})
    site = far_end.open()
    extra = ("RunSheet",) if profile == "project" else ()
    assert provision(site, definitions, Wish(profile, extra)).ok
    chosen = [found for found in definitions.chosen(profile, extra) if not found.system]
    calendar = WorkingCalendar()
    sample.fill(sample.load(SAMPLE), site, chosen, language="nl", reference_day=FIRST, calendar=calendar)
    # The titles of roles are words of everyday: they name nobody.
    titles = {
        item.text("Title")
        for found in chosen
        if found.key != "TeamRoles"
        for item in site.items(definitions.lists[found.key], names=("Title",))
    }
    people = far_end.ready["users"]
    kinds = {"title": titles, "name": {one["name"] for one in people}, "address": {one["upn"] for one in people}}
    return Filled(far_end, {kind: frozenset(text.lower() for text in found) for kind, found in kinds.items()})


def extras(record: logging.LogRecord) -> Iterator[Any]:
    """What a record carries beside its message, for a log that is written as JSON."""
    usual = vars(logging.makeLogRecord({}))
    yield from (value for name, value in vars(record).items() if name not in usual and name != "message")


def reasons(document: Any) -> Iterator[str]:
    """Every sentence about something that went wrong, wherever it stands in the document."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name in {"error", "reason"} and isinstance(value, str):
                yield value
            elif name == "notes":
                yield from value
            else:
                yield from reasons(value)
    elif isinstance(document, list):
        for part in document:
            yield from reasons(part)


@pytest.mark.parametrize(
    ("profile", "faults"),
    [("starter", FAULTS[:2]), pytest.param("project", FAULTS, marks=pytest.mark.slow)],
    ids=["few", "all"],
)
def test_no_name_title_or_address_leaves_the_mails(
    definitions: Definitions,
    *,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    profile: ProfileKey,
    faults: tuple[dict[str, Any], ...],
) -> None:
    with running(Options(seed="sample", sample=SAMPLE)) as ready:
        found = filled(ready, definitions, profile)
        far_end = found.far_end
        said: list[tuple[str, str]] = []
        kinds: set[str] = set()
        calendar = WorkingCalendar()
        for number, fault in enumerate((None, *faults)):
            day = calendar.after(FIRST, number)
            passing = Clockwork(far_end, datetime.combine(day, MORNING.timetz()))
            passing.sleep(0)
            timed = partial(Run, now=passing.now, clock=passing.clock, sleep=passing.sleep)
            monkeypatch.setattr("projectlists.cli.reminding.Run", timed)
            if fault:
                far_end.faults({"times": 99, **fault})
            caplog.clear()
            with caplog.at_level(logging.DEBUG):
                main(["--config", str(Path(ready["config"])), "-v", "--json", "remind", "--today", str(day)])
            far_end.control("DELETE", "faults")
            shown = capsys.readouterr()
            said += [("stderr", line) for line in shown.err.splitlines()]
            document = json.loads(shown.out)
            kinds |= {mail["kind"] for mail in document["mails"]}
            said += [("reason", sentence) for sentence in reasons(document)]
            said += [
                (record.name, words)
                for record in caplog.records
                # The sandbox runs in this process, and its server has a log of its own.
                if not record.name.startswith(("uvicorn", "asyncio"))
                for words in (LOGGED.format(record), *map(str, extras(record)))
            ]
        mails = far_end.control("GET", "mail")
        said += [("subject", mail["subject"]) for mail in mails]
        site = far_end.open()
        for row in site.items(definitions.lists["ReminderLog"]):
            # The column of the recipient is the ledger's own, and hidden with it (architecture.md decision 8).
            said += [("log of the site", row.text(name)) for name in ("Title", "Details")]
    # An overview goes along with the digest of its reader, where there is one.
    assert {"digest", "escalation"} <= kinds
    assert any("weekoverzicht: " in mail["text"].lower() for mail in mails)
    assert {"stderr", "reason", "subject", "log of the site"} <= {where for where, _words in said}
    # What is looked for is what the mails do say, in these very words: so it would be found elsewhere too.
    written = "\n".join(f"{mail['to']} {mail['text']}" for mail in mails).lower()
    seen = {kind: sum(text in written for text in texts) for kind, texts in found.private.items()}
    assert all(seen[kind] >= least for kind, least in LEAST[profile].items()), seen
    secrets = frozenset[str]().union(*found.private.values())
    told = [(where, words, one) for where, words in said for one in secrets if one in words.lower()]
    assert told == []
