"""A new user's first hour: every `sh` block of the tutorial and of the README's tour, as it stands there, in order."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).parent.parent
PATIENCE = 120  # seconds until the sandbox answers, on a machine that is busy with other tests


class Terminal:
    """A folder, and the program on the path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        programs = folder / "bin"
        programs.mkdir()
        program = programs / "projectlists"
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m projectlists "$@"\n', "utf-8")
        program.chmod(0o755)
        self._environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        self._running: subprocess.Popen[str] | None = None

    def start(self, block: str) -> None:
        """Run something that keeps running, and wait until it is ready."""
        ready = self.folder / str(re.search(r"--ready (\S+)", block)[1])  # type: ignore[index]
        self._running = subprocess.Popen(
            ["bash", "-c", f"exec {block.strip()}"],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        until = time.monotonic() + PATIENCE
        while not ready.exists():
            assert self._running.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)

    def run(self, block: str) -> str:
        """Run a block to its end; what it said."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def stop(self) -> None:
        """End what keeps running."""
        if self._running is not None:
            self._running.send_signal(signal.SIGINT)
            self._running.wait(timeout=PATIENCE)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    yield opened
    opened.stop()


def blocks(page: str) -> list[str]:
    """The `sh` blocks of a page."""
    return re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def play(terminal: Terminal, found: list[str]) -> str:
    """Run blocks in order; what all of them said."""
    said = []
    for block in found:
        if block.startswith("projectlists sandbox"):
            terminal.start(block)
        else:
            said.append(terminal.run(block))
    return "\n".join(said)


@pytest.mark.slow
def test_the_tutorial_runs_as_it_stands_there(terminal: Terminal) -> None:
    said = play(terminal, blocks("docs/tutorial.md"))

    assert "Nothing to do: the site is as it should be." in said
    assert "→ Takenlijst" in said
    assert "column Neighbourhood" in said
    assert "New 2, changed 0, unchanged 0, doubtful 0, refused 0." in said
    rows = CalamineWorkbook.from_path(str(terminal.folder / "actions.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[rows[0].index("Wijk")] for row in rows[1:]] == ["Centrum", "Noord"]
    assert "remind --all" in "".join(path.read_text("utf-8") for path in (terminal.folder / "schedule").iterdir())
    assert {path.suffix for path in (terminal.folder / "report").iterdir()} == {".html", ".docx"}


def test_the_dutch_tutorial_gives_the_same_commands() -> None:
    assert blocks("docs/eerste-uur.md") == blocks("docs/tutorial.md")


@pytest.mark.slow
def test_the_readmes_tour_runs_as_it_stands_there(terminal: Terminal) -> None:
    tour = [block for block in blocks("README.md") if "venv" not in block]  # the first two are run by .ci/run

    assert len(tour) == 2
    assert "Changes made and checked" in play(terminal, tour)
