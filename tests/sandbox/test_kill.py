"""A sandbox killed in the middle of writes: what it answered is there at the next start, and nothing is half done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

import projectlists
from tests.sandbox.conftest import Sandbox

SERVE = """
import sys
from pathlib import Path
from projectlists.sandbox.main import serve
serve(data=Path(sys.argv[1]), ready=Path(sys.argv[2]))
"""
FILES = "web/GetFolderByServerRelativeUrl('Shared Documents')/Files"
ITEMS = "web/lists/getbytitle('Actions')/items"
ENOUGH = 60
PATIENCE = 60


@contextmanager
def served(folder: Path) -> Iterator[tuple[Sandbox, subprocess.Popen[bytes]]]:
    """A sandbox in a process of its own, on a data folder that stays."""
    ready = folder.with_suffix(".json")
    ready.unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(Path(projectlists.__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(folder), str(ready)], env=environment)
    try:
        deadline = time.monotonic() + PATIENCE
        while not ready.exists():
            assert process.poll() is None, "the sandbox has ended"
            assert time.monotonic() < deadline, "the sandbox does not start"
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.05)
        sandbox = Sandbox(json.loads(ready.read_text("utf-8")))
        yield sandbox, process
        sandbox.close()
    finally:
        process.kill()
        process.wait()


class Writer(threading.Thread):
    """Writes one thing after another until nobody answers any more; remembers what was answered."""

    def __init__(self, sandbox: Sandbox, write: Callable[[Sandbox, int], requests.Response], enough: threading.Event):
        super().__init__(daemon=True)
        self.sandbox = Sandbox(sandbox.ready)
        # Tokens are made before, so that each thread only writes.
        self.sandbox._tokens = dict(sandbox._tokens)
        self.write = write
        self.enough = enough
        self.answered: list[Any] = []

    def run(self) -> None:
        number = 0
        while True:
            number += 1
            try:
                answer = self.write(self.sandbox, number)
            except requests.RequestException:
                break
            assert answer.status_code in {200, 201}, answer.text
            self.answered.append(answer.json())
            if len(self.answered) >= ENOUGH // 3:
                self.enough.set()
        self.sandbox.close()


def item(sandbox: Sandbox, number: int) -> requests.Response:
    return sandbox.api("POST", ITEMS, json={"Title": f"item {number}"})


def file(sandbox: Sandbox, number: int) -> requests.Response:
    return sandbox.api("POST", f"{FILES}/add(url='{number}.txt')", data=str(number).encode())


def draft(sandbox: Sandbox, number: int) -> requests.Response:
    path = f"users/{sandbox.ready['mailbox']}/messages"
    return sandbox.graph("POST", path, json={"subject": f"draft {number}"}, headers={"Prefer": 'IdType="ImmutableId"'})


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL on this system")
def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with served(folder) as (sandbox, process):
        made = sandbox.api("POST", "web/lists", json={"Title": "Actions", "BaseTemplate": 100})
        assert made.status_code == 201
        sandbox.graph("GET", f"users/{sandbox.ready['mailbox']}/mailFolders")
        enough = [threading.Event() for _ in range(3)]
        writers = [Writer(sandbox, write, event) for write, event in zip((item, file, draft), enough, strict=True)]
        for writer in writers:
            writer.start()
        for event in enough:
            assert event.wait(PATIENCE)
        process.send_signal(signal.SIGKILL)
        for writer in writers:
            writer.join(PATIENCE)
            assert not writer.is_alive()
    items, files, drafts = (writer.answered for writer in writers)
    with served(folder) as (sandbox, _):
        found = sandbox.api("GET", f"{ITEMS}?$select=Id,Title,GUID&$top=5000").json()["value"]
        there = {(one["Id"], one["Title"], one["GUID"]) for one in found}
        assert {(one["Id"], one["Title"], one["GUID"]) for one in items} <= there
        # At most the write under way was done without an answer; what is there is whole.
        assert len(found) <= len(items) + 1
        assert sandbox.api("GET", "web/lists/getbytitle('Actions')/ItemCount").json() == {"value": len(found)}
        versions = sandbox.api("GET", f"{ITEMS}({found[-1]['Id']})/versions").json()["value"]
        assert [one["VersionLabel"] for one in versions] == ["1.0"]
        names = {one["Name"] for one in sandbox.api("GET", FILES).json()["value"]}
        assert {one["Name"] for one in files} <= names
        for name in names:
            path = f"web/GetFileByServerRelativeUrl('Shared Documents/{name}')/$value"
            assert sandbox.api("GET", path).content == name.removesuffix(".txt").encode()
        mailbox = f"users/{sandbox.ready['mailbox']}/messages"
        for one in drafts:
            answer = sandbox.graph("GET", f"{mailbox}/{one['id']}", headers={"Prefer": 'IdType="ImmutableId"'})
            assert (answer.status_code, answer.json()["subject"]) == (200, one["subject"])
        # And it goes on where it was.
        again = sandbox.api("POST", ITEMS, json={"Title": "after"}).json()
        assert again["Id"] == len(found) + 1
