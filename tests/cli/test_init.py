"""`projectlists init` from outside: asked, told, refused, and tried at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from projectlists import cli
from projectlists.cli.init import make
from projectlists.cli.session import Session
from tests.far_end import FarEnd


def answered(folder: Path, *answers: str) -> tuple[int, str]:
    """What comes of these answers, one a line."""
    session = Session(config_folder=str(folder), as_json=False, verbose=False)
    result = CliRunner().invoke(make(), [], input="\n".join(answers) + "\n", obj=session)
    return result.exit_code, result.output + str(result.exception or "")


def test_questions_with_proposals(tmp_path: Path) -> None:
    site = "https://lindervoort.sharepoint.com/sites/nieuw-park"

    status, output = answered(tmp_path, "lindervoort.onmicrosoft.com", "", site, "", "", "nl", "", "", "", "", "")

    assert status == 0
    assert (tmp_path / "sites.csv").read_text().splitlines()[1] == f"nieuw-park,Nieuw park,{site},project,nl"
    assert (tmp_path / "administrator.nl.html").is_file()
    assert "This is your municipality in Microsoft 365" in output  # each question says why it is asked
    # Nothing was signed in to, for there is no app yet.
    assert "Trying to sign in" not in output


def test_an_answer_that_cannot_be_right_is_explained(tmp_path: Path) -> None:
    _status, output = answered(tmp_path, "gemeente lindervoort")

    assert "This is no directory ID and no domain of a tenant." in output
    assert list(tmp_path.iterdir()) == []


def test_every_missing_option_is_named_when_nobody_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main(["--lang", "en", "--config", str(tmp_path), "init", "--yes", "--mailbox", "nobody"])

    assert status == 2
    assert "--tenant: An answer is needed here." in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_has_a_config_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tenant.yaml").write_text("mine")

    assert cli.main(["--lang", "en", "--config", str(tmp_path), "init"]) == 2

    assert "is there already, and nothing was changed" in capsys.readouterr().err


def test_sign_in_is_tried_with_what_was_written(
    far_end: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ready = far_end.ready
    options = {
        "tenant": ready["tenant_id"],
        "sharepoint": ready["sharepoint"],
        "site": far_end.url,
        "mailbox": ready["mailbox"],
        "client-id": ready["client_id"],
        "proxy": ready["proxy"],
        "ca-bundle": ready["ca"],
        "certificate": ready["certificate"],
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]

    status = cli.main(["--json", "--config", str(tmp_path / "new"), "init", "--yes", *words])

    document = json.loads(capsys.readouterr().out)
    assert status == 0
    assert {Path(path).name for path in document["files"]} >= {"tenant.yaml", "sites.csv", "administrator.en.md"}
    outcomes = {check["check"]: check["outcome"] for check in document["checks"]}
    assert (outcomes["sign-in-sharepoint"], outcomes["sign-in-graph"]) == ("ok", "ok")
    assert cli.main(["--config", str(tmp_path / "new"), "provision", "demo", "--profile", "starter", "--yes"]) == 0


WORDS = ("--tenant", "gemeente.onmicrosoft.com", "--site", "https://gemeente.sharepoint.com/sites/plein")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "full").write_text("a file, not a folder", "utf-8")

    assert cli.main(["--lang", "en", "--config", str(tmp_path / "full" / "new"), "init", "--yes", *WORDS]) == 2

    assert "cannot be written (" in capsys.readouterr().err


def test_who_is_stopped_halfway_can_start_anew(tmp_path: Path) -> None:
    (tmp_path / "administrator.en.md").mkdir()  # in the way of one of the files
    assert cli.main(["--config", str(tmp_path), "init", "--yes", *WORDS]) == 2

    (tmp_path / "administrator.en.md").rmdir()
    assert cli.main(["--config", str(tmp_path), "init", "--yes", *WORDS]) == 0


def test_a_certificate_of_ones_own_is_not_made_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--lang", "en", "--config", str(tmp_path), "init", "--yes", *WORDS, "--certificate", "app.pfx"]
    assert cli.main(words) == 2

    assert "app.pfx is not there" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
