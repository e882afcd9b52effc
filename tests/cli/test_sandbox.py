"""`projectlists sandbox` says in a sentence why it cannot start."""

from __future__ import annotations

from pathlib import Path

import pytest

from projectlists.cli import main


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--tenant", "Two Words"], "The sandbox did not start: 'Two Words' is no tenant name"),
        (["--data", "."], "The sandbox did not start: The state in . cannot be read (file is not a database)."),
    ],
)
def test_what_cannot_start_says_why(
    words: list[str], shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lindervoort.sqlite").write_text("no database at all" * 100)
    assert main(["--lang", "en", "sandbox", *words]) == 2
    assert shown in capsys.readouterr().err
