"""The CLI for Microsoft 365 (npm `@pnp/cli-microsoft365`), as published, against a sandbox."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.interop import clients
from tests.interop.cli_commands import SITE, TABLE, Refused, Step
from tests.sandbox.conftest import Sandbox

ITEMS_TO_SET = "ID,Title,Aantal,Eigenaar\n1,Eerste stil,7,noor.lindeveld@gemeente.example\n2,Tweede,8,\n"


class CommandLine:
    """The installed command `m365` with a home of its own."""

    def __init__(self, packages: Path, home: Path, sandbox: Sandbox) -> None:
        self.packages = packages
        self.home = home
        self.ready = sandbox.ready

    def __call__(self, *words: str) -> str:
        command = ["node", str(self.packages / "node_modules/@pnp/cli-microsoft365/dist/index.js"), *words]
        done = subprocess.run(
            command,
            env=clients.environment(self.ready, self.home),
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def table(self, steps: list[Step]) -> list[dict[str, Any]]:
        """What the CLI made of each command."""
        wanted = [{"command": step.command, "options": step.options} for step in steps]
        (self.home / "table.json").write_text(json.dumps(wanted), "utf-8")
        found = clients.run(self.packages, "cli.mjs", self.ready, self.home, str(self.home / "table.json"))
        return list(found)


@pytest.fixture(scope="module")
def m365(packages: Path, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The command, signed in with the app's certificate."""
    cli = CommandLine(packages, tmp_path_factory.mktemp("home"), sandbox)
    # Its reports go to a host that does not exist here.
    cli("cli", "config", "set", "--key", "disableTelemetry", "--value", "true")
    ready = sandbox.ready
    cli(
        *("login", "--authType", "certificate", "--certificateFile", ready["certificate"]),
        *("--thumbprint", ready["thumbprint"], "--appId", ready["client_id"], "--tenant", ready["tenant_id"]),
    )
    return cli


@pytest.fixture(scope="module")
def results(m365: CommandLine) -> list[dict[str, Any]]:
    """What the CLI made of the whole table, run once and in order."""
    (m365.home / "set.csv").write_text(ITEMS_TO_SET, "utf-8")
    steps = [step._replace(options={**step.options, **_located(step, m365.home)}) for step in TABLE]
    return m365.table(steps)


def _located(step: Step, home: Path) -> dict[str, str]:
    return {name: str(home / step.options[name]) for name in ("filePath", "path") if name in step.options}


def test_who_is_signed_in(m365: CommandLine, sandbox: Sandbox) -> None:
    # An app has its display name in the token, for clients to show.
    status = json.loads(m365("status", "--output", "json"))
    assert (status["connectedAs"], status["authType"]) == ("Projectlijsten taak", "certificate")
    assert status["appTenant"] == sandbox.ready["tenant_id"]


def test_from_the_command_line(m365: CommandLine) -> None:
    shown = json.loads(m365("spo", "list", "list", "--webUrl", SITE, "--output", "json"))
    assert {"Documents", "Site Pages"} <= {each["Title"] for each in shown}


@pytest.mark.parametrize(("number", "step"), [pytest.param(n, s, id=f"{n} {s.command}") for n, s in enumerate(TABLE)])
def test_command(results: list[dict[str, Any]], number: int, step: Step) -> None:
    result = results[number]
    if isinstance(step.expected, Refused):
        assert step.expected in result["error"]
        return
    assert "error" not in result
    output = result["output"]
    match step.expected:
        case dict() as part:
            assert_part(part, output)
        case list() as parts:
            assert len(output) == len(parts)
            for part, entry in zip(parts, output, strict=True):
                assert_part(part, entry)
        case int() as count:
            assert len(output) == count
        case str() as text:
            assert output == text
        # What a command prints beyond what is named here is its own.


def assert_part(part: dict[str, Any], whole: dict[str, Any]) -> None:
    """Each named property is there with its value; nested dicts likewise."""
    for name, value in part.items():
        if isinstance(value, dict):
            assert_part(value, whole[name])
        else:
            assert (name, whole[name]) == (name, value)


def test_the_mail_arrived(results: list[dict[str, Any]], sandbox: Sandbox) -> None:
    (mail,) = sandbox.mail()
    assert (mail["subject"], mail["to"]) == ("Van de CLI", ["noor.lindeveld@gemeente.example"])
    assert "Dag Noor" in mail["text"]


def test_nothing_else_was_reached(results: list[dict[str, Any]], sandbox: Sandbox) -> None:
    refused = {entry["host"] for entry in sandbox.requests() if entry["method"] == "CONNECT"}
    # The command that turns its reports off still sends one.
    assert all(host.endswith(".applicationinsights.azure.com") for host in refused)
