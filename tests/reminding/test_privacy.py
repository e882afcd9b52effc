"""Nothing of people gets where it does not belong: subjects, logs, standard error, error messages (guide.md §6.4).

The sample project goes through the job, day after day, with everything that can go wrong. What the job is for, mails to
people and the list of who got what on standard output, is left out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from projectlists import sample
from projectlists.cli import main
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.provisioning.job import Wish, provision
from projectlists.reminding.job import Run
from projectlists.rules.calendar import WorkingCalendar
from projectlists.sandbox.main import Options, running
from tests.far_end import FarEnd
from tests.reminded import MORNING, Clockwork

FIRST = date(2026, 12, 4)  # a Friday; the Monday after it brings overviews
FAULTS: tuple[dict[str, Any], ...] = (
    {"host": "graph.microsoft.com", "path": r"/messages$", "do": "status:403"},
    {"host": "graph.microsoft.com", "path": r"/send$", "do": "status:504-after"},
    {"host": "graph.microsoft.com", "path": r"\$batch$", "do": "status:500"},
    {"host": "lindervoort.sharepoint.com", "path": r"Actions'\)/items", "do": "status:500"},
    {"host": "lindervoort.sharepoint.com", "path": r"ReminderLog'\)/items", "method": "POST", "do": "reset-after"},
)


@pytest.fixture(scope="module")
def filled(definitions: Definitions) -> Iterator[FarEnd]:
    file = shipped_folder("config") / "sample-project.yaml"
    with running(Options(seed="sample", sample=file)) as ready:
        far_end = FarEnd(ready)
        far_end.control("POST", "clock", {"now": "2026-12-04T06:00:00Z"})
        site = far_end.open()
        assert provision(site, definitions, Wish("starter")).ok
        chosen = [found for found in definitions.chosen("starter") if not found.system]
        calendar = WorkingCalendar()
        sample.fill(sample.load(file), site, chosen, language="nl", reference_day=FIRST, calendar=calendar)
        yield far_end


def private(far_end: FarEnd, definitions: Definitions) -> set[str]:
    """What nobody else should read: titles of rows, names and addresses of people, names of stakeholders."""
    site = far_end.open()
    found: set[str] = set()
    for key in ("Actions", "Stakeholders", "CommunicationCalendar"):
        found |= {item.text("Title") for item in site.items(definitions.lists[key], names=("Title",))}
    for person in far_end.ready["users"]:
        found |= {person["upn"], person["name"]}
    return {text.lower() for text in found if len(text) > 5}


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


@pytest.mark.parametrize("faults", [FAULTS[:2], pytest.param(FAULTS, marks=pytest.mark.slow)], ids=["few", "all"])
def test_no_name_title_or_address_leaves_the_mails(
    filled: FarEnd,
    definitions: Definitions,
    *,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    faults: tuple[dict[str, Any], ...],
) -> None:
    secrets = private(filled, definitions)
    assert len(secrets) > 40
    said: list[tuple[str, str]] = []
    calendar = WorkingCalendar()
    for number, fault in enumerate((None, *faults)):
        day = calendar.after(FIRST, number)
        passing = Clockwork(filled, datetime.combine(day, MORNING.timetz()))
        passing.sleep(0)
        timed = partial(Run, now=passing.now, clock=passing.clock, sleep=passing.sleep)
        monkeypatch.setattr("projectlists.cli.reminding.Run", timed)
        if fault:
            filled.faults({"times": 99, **fault})
        caplog.clear()
        with caplog.at_level(logging.DEBUG):
            main(["--config", str(Path(filled.ready["config"])), "-v", "--json", "remind", "--today", str(day)])
        filled.control("DELETE", "faults")
        shown = capsys.readouterr()
        said += [("stderr", line) for line in shown.err.splitlines()]
        said += [("reason", sentence) for sentence in reasons(json.loads(shown.out))]
        said += [
            (record.name, record.getMessage())
            for record in caplog.records
            # The sandbox runs in this process, and its server has a log of its own.
            if not record.name.startswith(("uvicorn", "asyncio"))
        ]
    mails = filled.control("GET", "mail")
    said += [("subject", mail["subject"]) for mail in mails]
    site = filled.open()
    for row in site.items(definitions.lists["ReminderLog"]):
        # The column of the recipient is the ledger's own, and hidden with it (architecture.md decision 8).
        said += [("log of the site", row.text(name)) for name in ("Title", "Details")]
    assert len(mails) > 5
    assert {"stderr", "reason", "subject", "log of the site"} <= {where for where, _words in said}
    told = [(where, words, one) for where, words in said for one in secrets if one in words.lower()]
    assert told == []
