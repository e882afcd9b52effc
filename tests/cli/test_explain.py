"""`explain` as a supporter starts it: plain words in both languages, one JSON document, one sentence for a mistake."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from projectlists.cli import main
from projectlists.definitions.model import Definitions
from tests.far_end import FarEnd
from tests.reminded import DAAN, FENNA, MANAGER, SUPPORTER, Project


def test_explain(far_end: FarEnd, definitions: Definitions, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Project(far_end, definitions, alone=True)
    # Five working days late on 1 December (25 26 27 30 November and 1 December); D+3 was the 27th.
    project.add("Actions", Title="Kabels", ActionOwner=project.person(DAAN), DueDate=date(2026, 11, 24))
    project.add("Actions", Title="=Klaar\n", ActionOwner=project.person(FENNA), ActionDoneOn=date(2026, 11, 2))

    def run(language: str, *words: str) -> tuple[int, str, str]:
        status = main(["--lang", language, "--config", str(far_end.config.folder), *words])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return status, shown.out, shown.err

    when = ("--today", "2026-12-01")
    status, document, _err = run("en", "--json", "explain", far_end.url, "actions", "1", *when)
    found = json.loads(document)
    assert status == 0
    assert {name: found[name] for name in ("site", "list", "item", "today", "history")} == {
        "site": far_end.url,
        "list": "Actions",
        "item": 1,
        "today": "2026-12-01",
        "history": [],
    }
    assert [(one["kind"], one["stage"], one["recipient"], one["cc"]) for one in found["due"]] == [
        ("reminder", "D+3", DAAN, []),
        ("reminder", "ESC", MANAGER, [SUPPORTER, DAAN]),
    ]
    assert [(one["on"], one["stage"]) for one in found["next"]] == [("2026-12-02", "D+6")]
    assert all(isinstance(reason, str) for reason in found["reasons"])

    status, text, _err = run("nl", "explain", far_end.url, "Actions", "A-1", *when)
    assert status == 0
    assert text.startswith("A-1 Kabels\nDinsdag 1 december 2026\nVandaag\n")
    sent = "(wordt verstuurd zodra de taak weer draait)"
    assert f"  D D+3 (3 werkdagen na 24-11-2026) → {DAAN} {sent}\n" in text
    assert f"  D ESC (escalatie, geteld vanaf 24-11-2026) → {MANAGER} (cc {SUPPORTER}, {DAAN}) {sent}\n" in text
    assert (
        f"Hierna, als er niets verandert\n  Woensdag 2 december 2026: D D+6 (6 werkdagen na 24-11-2026) → {DAAN}\n"
        in text
    )
    assert "Eerder verstuurd en gewijzigd\n  Niets.\n" in text

    status, text, _err = run("en", "explain", far_end.url, "ACTIONS", "2", *when)
    assert text.startswith("A-2 =Klaar\n")
    assert "  A-2: Status becomes Done (S1)\n" in text

    for status, words, sentence in [
        (2, ("explain", far_end.url, "Acties", "1"), "There is no list Acties. Choose from Actions, "),
        (2, ("explain", far_end.url, "Actions", "een"), "een is not the number of a row."),
        (2, ("explain", "nergens", "Actions", "1"), "There is no site nergens"),
        (1, ("explain", far_end.url, "Actions", "77"), "has no row 77"),
        (1, ("explain", far_end.url, "Risks", "1"), "does not have the list Risks"),
    ]:
        found_status, _out, err = run("en", *words)
        assert (found_status, sentence in err) == (status, True), err
