"""`projectlists close` and `reopen` from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from projectlists import cli
from projectlists.definitions.model import Definitions
from projectlists.provisioning.job import Wish, provision
from tests.far_end import FarEnd


def test_closed_told_opened_again(
    far_end: FarEnd, definitions: Definitions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert provision(far_end.open(), definitions, Wish("routine")).ok
    config = ["--config", far_end.ready["config"]]

    assert cli.main([*config, "--lang", "en", "close", far_end.url, "--out", str(tmp_path)]) == 2
    assert "There is nobody to ask." in capsys.readouterr().err
    assert cli.main([*config, "--json", "close", far_end.url, "--out", str(tmp_path / "x"), "--yes"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert all(Path(file).is_file() for file in files)
    assert {Path(file).name for file in files} >= {"manifest.json", "index.html", "Actions.xlsx"}

    assert cli.main([*config, "--lang", "nl", "plan", far_end.url]) == 1
    assert "Open het eerst weer" in capsys.readouterr().out
    assert cli.main([*config, "--lang", "nl", "reopen", far_end.url]) == 0
    assert capsys.readouterr().out == "Het project is weer open.\n"
    assert cli.main([*config, "--json", "reopen", far_end.url]) == 0
    assert json.loads(capsys.readouterr().out) == {"site": far_end.url, "reopened": False}
    assert cli.main([*config, "plan", far_end.url, "--check"]) == 0
