"""The demo's far end: a sandbox in a process of its own, and its clock."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from projectlists.errors import ProjectListsError
from projectlists.language import _

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class FarEnd:
    """A running sandbox. `facts` is its ready document (contract.md §4)."""

    process: subprocess.Popen[bytes]
    folder: Path
    facts: Mapping[str, Any]

    @property
    def web(self) -> str:
        """Address of the pages to look at."""
        return str(self.facts["web"])

    @property
    def config(self) -> Path:
        """The config folder that leads to it."""
        return Path(self.facts["config"])

    def set_clock(self, moment: datetime) -> None:
        """Let the far end's time go on from `moment` (aware)."""
        self._post("clock", {"now": moment.isoformat()})

    def _post(self, control: str, body: Mapping[str, Any]) -> None:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the network must not stand between this program and 127.0.0.1
            session.post(f"{self.web}/_sandbox/{control}", json=body, timeout=PATIENCE_SECONDS).raise_for_status()

    def stop(self) -> None:
        """Stop it, wait until it has gone, and clear away what it left."""
        self.process.terminate()
        self.process.wait(timeout=PATIENCE_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(seed: str) -> FarEnd:
    """Start a sandbox on free ports with a new folder; raises ProjectListsError when it does not come up."""
    folder = Path(tempfile.mkdtemp(prefix="projectlists-demo-"))
    ready, log = folder / "ready.json", folder / "sandbox.log"
    command = [sys.executable, "-m", "projectlists", "sandbox", "--data", str(folder / "data"), "--seed", seed]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - this program's own command, with its own arguments
            [*command, "--ready", str(ready)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=os.name == "posix",
        )
    try:
        _wait_for(ready, process, log)
    except BaseException:  # Ctrl-C as well: what runs apart from this program would run on
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return FarEnd(process, folder, json.loads(ready.read_text("utf-8")))


def _wait_for(ready: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            lines = log.read_text("utf-8", "replace").splitlines()
            raise ProjectListsError(
                _("The sandbox did not start: {reason}").format(reason=lines[-1] if lines else _("no answer in time"))
            )
        time.sleep(0.05)
