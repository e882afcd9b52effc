"""`projectlists schedule` from outside: what is printed, what is written, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from projectlists import cli


def test_a_file_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--lang", "en", "schedule", "kubernetes", "--at", "7"]) == 0

    assert 'schedule: "0 7 * * 1-5"' in capsys.readouterr().out


def test_files_are_written_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--lang", "nl", "schedule", "systemd", "--out", str(tmp_path / "new")]) == 0

    names = ["projectlists-remind.timer", "projectlists-remind.service"]
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "new" / name) for name in names]
    assert "Elke werkdag: herinneringen van projectlists" in (tmp_path / "new" / names[0]).read_text("utf-8")


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "full").write_text("a file, not a folder", "utf-8")

    assert cli.main(["--lang", "en", "schedule", "cron", "--out", str(tmp_path / "full" / "here")]) == 2

    assert "projectlists.cron cannot be written (" in capsys.readouterr().err


def test_json_holds_the_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--json", "schedule", "cron"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["files"] == ["projectlists.cron"]
    assert document["texts"]["projectlists.cron"].startswith("#")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["launchd"], "There is no scheduler launchd. Choose from cron, systemd, windows,"),
        (["cron", "--shards", "3"], "--shards goes with github-actions or kubernetes: cron starts one job."),
    ],
)
def test_what_cannot_be_is_explained(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--lang", "en", "schedule", *words]) == 2

    assert sentence in capsys.readouterr().err
