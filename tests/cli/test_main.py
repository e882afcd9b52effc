"""The command line itself: help, exit statuses, one JSON document, no traceback."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from projectlists.cli import COMMANDS, arguments, globals_first, main
from projectlists.cli.session import Session, language_of
from projectlists.definitions.loading import profile_keys
from projectlists.language import Language

HEAVY = ("office365", "msal", "pydantic", "requests", "jinja2", "holidays", "ruamel.yaml", "rich", "uvicorn")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


def test_help_does_not_wait_for_the_clients() -> None:
    script = (
        "import sys; from projectlists.cli import main; main(['--help']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "[]"
    for command in COMMANDS:
        assert command in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_command_has_help(command: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", language, command, "--help"]) == 0
    assert command in capsys.readouterr().out


def test_help_is_dutch_throughout(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], *([command] for command in COMMANDS)):
        assert main(["--lang", "nl", *words, "--help"]) == 0
    shown = capsys.readouterr().out

    assert "Gebruik: projectlists [OPTIES] OPDRACHT" in shown
    assert "[standaard: lindervoort]" in shown
    for english in ("Usage", "Options", "OPTIONS", "Commands", "COMMAND", "default:", "Show "):
        assert english not in shown


def test_a_result_that_goes_into_a_file_is_utf_8_on_windows_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Redirected there, standard output is in the code page of the country, which lacks the arrow and readers of JSON.
    kept = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(kept, encoding="cp1252"))
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)

    file = tmp_path / "één → twee.yaml"
    file.write_text("key: Actions\n", "utf-8")

    assert main(["--json", "validate", str(file)]) == 2

    sys.stdout.flush()
    assert "één → twee" in json.loads(kept.getvalue().decode("utf-8"))["problems"][0]["file"]


@pytest.mark.parametrize(
    ("language", "answer", "agreed"),
    [
        ("nl", "j", True),
        ("nl", "Ja", True),
        ("nl", "y", False),
        ("en", "y", True),
        ("en", "Yes", True),
        ("en", "", False),
    ],
)
def test_yes_is_yes_in_the_language_of_the_program(
    language: Language, answer: str, agreed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projectlists.language._current", language)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: answer)
    session = Session(config_folder="config", as_json=False, verbose=False)

    assert session.agreed("Apply this plan?") is agreed


def test_the_profiles_of_the_command_line_are_those_of_the_definitions() -> None:
    assert profile_keys() == arguments.PROFILES


@pytest.mark.parametrize(
    ("words", "environment", "language"),
    [
        (["--lang", "nl", "plan"], "en_GB.UTF-8", "nl"),
        (["--lang=en", "plan"], "nl_NL.UTF-8", "en"),
        (["plan"], "nl_NL.UTF-8", "nl"),
        (["plan"], "de_DE.UTF-8", "en"),
        (["plan", "--lang"], "C", "en"),
    ],
)
def test_language(words: list[str], environment: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", environment)

    assert language_of(words) == language


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fly"], "There is no command fly. Choose from demo, "),
        (["plan"], "Name a site"),
        (["plan", "marktplein", "--all"], "not both"),
        (["remind", "--today", "tomorrow"], "tomorrow is not a date"),
        (["remind", "--shard", "4"], "4 is not a share"),
        (["remind", "--days", "3"], "--dry-run"),
        (["validate", "nowhere"], "nothing at nowhere"),
        (["provision", "--profile", "waterfall", "x"], "--profile is one of these: starter, "),
        (["plan", "--chek", "x"], "There is no option --chek. Look at `projectlists plan --help`."),
        (["plan", "--check=3", "x"], "Option --check lacks its value, or has one that does not belong to it."),
        (["--config"], "Option --config lacks its value, "),
        (["remind", "--days", "63"], "--days is a whole number from 1 to 62."),
        (["remind", "--max-mails", "-1"], "--max-mails is a whole number, 0 or more."),
        (["bootstrap"], "FILE is missing."),
        (["bootstrap", "one.csv", "two.csv"], "The command has a word too many or too few."),
        (["bootstrap", "."], "FILE names something that is not there or is of another kind."),
        ([], "Usage: projectlists [OPTIONS] COMMAND"),
        ([], "Name a command."),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(words) == 2
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


def test_json_holds_the_error_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["--json", "plan"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is False
    assert "Name a site" in document["error"]


HTTP = {"requests": 0, "operations": 0, "throttled": 0, "retried": 0}
SITES = {"sites": [], "http": HTTP}
NONE_IMPORTED = {"new": 0, "changed": 0, "unchanged": 0, "doubtful": 0, "refused": 0}


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["plan", "x"], SITES),
        (["provision", "x", "--profile", "waterfall"], SITES),
        (["bootstrap", "no.csv"], SITES),
        (
            ["remind", "--today", "tomorrow"],
            {"today": None, "sites": [], "flips": [], "reminders": [], "mails": [], "http": HTTP},
        ),
        (["validate", "nowhere"], {"problems": []}),
        (
            ["import", "Actions", "no.xlsx", "--site", "x"],
            {"site": None, "list": None, "mapping": {}, "rows": NONE_IMPORTED, "refused": [], "http": HTTP},
        ),
        (["doctor", "x"], {"checks": []}),
        (
            ["explain", "x", "Actions", "first"],
            {
                "site": None,
                "list": None,
                "item": None,
                "today": None,
                "due": [],
                "next": [],
                "history": [],
                "reasons": [],
            },
        ),
        (["export", "--site", "x", "--to", "all.xlsx"], {"files": []}),
        (["report", "x"], {"files": []}),
        (["close", "x"], {"files": []}),
        (["schedule"], {}),
        (["fly"], {}),
        ([], {}),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, list) else "",
)
def test_a_failure_has_the_keys_of_its_command_too(
    words: list[str],
    keys: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """contract.md §3: its keys are always there, so a script may look them up without asking first."""
    monkeypatch.chdir(tmp_path)

    assert main(["--json", *words]) == 2
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document.pop("error"), str)
    assert document == {"ok": False, **keys}


def test_validate_misses_a_config_folder_only_when_it_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["validate"]) == 0
    assert capsys.readouterr().out == "Everything is in order.\n"
    assert main(["validate", "--config", "gone"]) == 2
    assert capsys.readouterr().out.startswith("gone/tenant.yaml: The file is not there.")


def test_ctrl_c_is_status_130_wherever_it_falls() -> None:
    """Python kills itself with the signal in the end when Ctrl-C fell in text that it was running."""
    script = (
        "import sys; from projectlists.cli import wall\n"
        "class Command:\n"
        "    def main(self, **_): exec('raise KeyboardInterrupt')\n"
        "sys.exit(wall.run(Command(), []))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, "Stopped." in done.stderr) == (130, True)


def test_a_surprise_names_a_log_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def burst(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("secret value")

    monkeypatch.setattr("projectlists.validate.validate", burst)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    assert main(["validate"]) == 3
    (log,) = tmp_path.glob("projectlists-*.log")
    said = capsys.readouterr().err
    assert str(log) in said
    assert "secret value" not in said
    assert "ZeroDivisionError" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_an_interruption_is_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("projectlists.validate.validate", interrupted)

    assert main(["validate"]) == 130
    assert "again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["remind", "--all", "--config", "x", "--json"], ["--config", "x", "--json", "remind", "--all"]),
        (["--lang", "nl", "plan", "a"], ["--lang", "nl", "plan", "a"]),
        (["plan", "--lang=nl", "-v", "a"], ["--lang=nl", "-v", "plan", "a"]),
        (["validate", "--", "--json"], ["validate", "--", "--json"]),
        (["plan", "--config"], ["--config", "plan"]),
    ],
)
def test_options_of_every_command_may_stand_anywhere(words: list[str], expected: list[str]) -> None:
    assert globals_first(words) == expected


@pytest.mark.parametrize("job", ["provision", "bootstrap", "remind"])
def test_launchers_take_the_same_arguments(job: str) -> None:
    script = Path(__file__).parents[2] / "scripts" / f"{job}.py"
    done = subprocess.run(
        [sys.executable, str(script), "--help", "--lang", "nl"], capture_output=True, text=True, check=True
    )

    assert f"projectlists {job}" in done.stdout
    assert "Gebruik" in done.stdout
