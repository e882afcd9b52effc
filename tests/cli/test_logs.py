"""The log and the dead-man's switch of a scheduled run."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from projectlists import cli
from projectlists.definitions.model import Definitions
from projectlists.provisioning.job import Wish, provision
from tests.far_end import FarEnd


def config_with(far_end: FarEnd, folder: Path, logs: str) -> str:
    """The config of the sandbox with something added."""
    text = Path(far_end.ready["config"], "tenant.yaml").read_text("utf-8")
    (folder / "tenant.yaml").write_text(f"{text}\nlogs: {logs}\n", "utf-8")
    return str(folder)


@contextmanager
def switch(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A dead-man's switch: its address, and the paths that were called."""
    called: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/k3y", called
        server.shutdown()


def lines(err: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in err.splitlines() if line.startswith("{")]


def test_each_event_is_one_line_with_the_number_of_the_run(
    far_end: FarEnd, definitions: Definitions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert provision(far_end.open(), definitions, Wish("routine")).ok
    capsys.readouterr()

    assert cli.main(["--config", config_with(far_end, tmp_path, "{format: json}"), "remind", far_end.url]) == 0

    found = lines(capsys.readouterr().err)
    assert len({line["run"] for line in found}) == 1
    assert [line["event"] for line in found if line["event"] != "request"] == ["started", "finished"]
    assert found[-1] | {"ok": True, "sites": 1, "failed": 0, "mails": 0, "throttled": 0} == found[-1]
    request = next(line for line in found if line["event"] == "request" and "sharepoint" in line["host"])
    assert set(request) == {"time", "level", "run", "event", "host", "method", "status", "ms", "correlation"}
    assert request["correlation"]


def test_without_a_wish_there_is_no_log(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["--config", far_end.ready["config"], "--lang", "en", "remind", far_end.url])

    assert "started" not in capsys.readouterr().err


def test_the_switch_hears_of_success_and_of_failure(
    far_end: FarEnd,
    definitions: Definitions,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = config_with(far_end, tmp_path, "{format: text, ping_variable: PING}")
    with switch() as (address, called):
        monkeypatch.setenv("PING", address)
        assert cli.main(["--config", config, "remind", far_end.url]) == 1  # the site has no lists yet
        assert called == ["/k3y/fail"]

        assert provision(far_end.open(), definitions, Wish("routine")).ok
        assert cli.main(["--config", config, "remind", far_end.url]) == 0
        assert called == ["/k3y/fail", "/k3y"]

        assert cli.main(["--config", config, "remind", far_end.url, "--days", "3"]) == 2
        assert len(called) == 2  # wrong usage is no run

        assert cli.main(["--config", config, "remind", far_end.url, "--dry-run"]) == 0
        assert len(called) == 2  # nor is a look ahead, which must not hide that the job did not run
    assert "k3y" not in capsys.readouterr().err


def test_a_switch_out_of_order_is_told_and_changes_nothing(
    far_end: FarEnd,
    definitions: Definitions,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert provision(far_end.open(), definitions, Wish("routine")).ok
    with switch(500) as (address, _called):
        monkeypatch.setenv("PING", address)
        config = config_with(far_end, tmp_path, "{ping_variable: PING}")

        assert cli.main(["--config", config, "--lang", "en", "remind", far_end.url]) == 0

    err = capsys.readouterr().err
    assert "The address in PING could not be called." in err
    assert "k3y" not in err


def test_an_empty_variable_is_wrong_config(
    far_end: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PING", raising=False)
    config = config_with(far_end, tmp_path, "{ping_variable: PING}")

    assert cli.main(["--config", config, "--lang", "en", "remind", far_end.url]) == 2

    assert "PING (logs.ping_variable in tenant.yaml) is empty" in capsys.readouterr().err
