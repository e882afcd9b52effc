"""The demo tells the whole story, twice nothing, and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projectlists.cli import main, story
from projectlists.rules.calendar import WorkingCalendar


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2026, 11, 25), ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"]),
        # A Saturday: from Monday on.
        (date(2026, 11, 28), ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04"]),
        # 24 December 2026 is a Thursday; 25 December is free, 26 and 27 are the weekend.
        (date(2026, 12, 24), ["2026-12-24", "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31"]),
    ],
)
def test_five_working_days(first: date, days: list[str]) -> None:
    assert [day.isoformat() for day in story.working_days(first, WorkingCalendar())] == days


def test_ctrl_c_while_it_starts_leaves_nothing_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    def popen(*words: Any, **options: Any) -> subprocess.Popen[bytes]:
        started.append(Popen(*words, **options))
        return started[-1]

    Popen = subprocess.Popen  # noqa: N806 - the class itself
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("subprocess.Popen", popen)
    monkeypatch.setattr("time.sleep", interrupted)

    assert main(["demo"]) == 130

    assert [process.returncode is None for process in started] == [False]
    assert list(tmp_path.iterdir()) == []


def test_the_whole_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    assert main(["--lang", "nl", "--json", "demo"]) == 0

    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert len(document["days"]) == 5
    flips = Counter(flip["rule"] for day in document["days"] for flip in day["flips"] if flip["list"] == "Actions")
    # What the people of the story do (story.py): two actions carried out, one at 100 %, one begun, one reopened, one
    # set to done by hand.
    assert flips == {"S1": 2, "S2": 1, "S3": 1, "S4": 1, "S5": 1}
    mails = [mail for day in document["days"] for mail in day["mails"]]
    assert {mail["outcome"] for mail in mails} == {"sent"}
    assert {mail["kind"] for mail in mails} == {"digest", "escalation"}
    # One digest a day for each person, at the most.
    for day in document["days"]:
        readers = Counter(mail["to"] for mail in day["mails"] if mail["kind"] == "digest")
        assert set(readers.values()) == {1}
    assert document["again"]["flips"] == []
    assert [mail for mail in document["again"]["mails"] if mail["outcome"] != "already"] == []
    # Nothing stays but the report.
    (folder,) = tmp_path.iterdir()
    assert [Path(path).parent for path in document["files"]] == [folder, folder]
    text = next(folder.glob("marktplein-*.html")).read_text("utf-8")
    assert "Ringen van invloed" in text
    assert "GROTIK" in text
