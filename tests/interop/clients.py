"""Clients of other makers, unmodified: where their npm packages are, and how they are led to a sandbox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FOLDER_VARIABLE = "PROJECTLISTS_NPM_FOLDER"
_INSTALL_SECONDS = 420
_RUN_SECONDS = 120


def installed(cache: Path) -> Path:
    """The folder with the packages of `package.json`, installed when it does not hold them yet.

    The variable PROJECTLISTS_NPM_FOLDER names it, else it is `cache`. Skips the test when npm is missing or cannot
    install.
    """
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm and node are needed to run clients made for Node.js")
    folder = Path(os.environ.get(FOLDER_VARIABLE) or cache)
    wanted = (HERE / "package.json").read_text("utf-8")
    marker = folder / "installed.json"
    if marker.exists() and marker.read_text("utf-8") == wanted:
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Two runs at a time must not meet a folder that is half filled.
    made = Path(tempfile.mkdtemp(prefix="npm-", dir=folder.parent))
    try:
        (made / "package.json").write_text(wanted, "utf-8")
        _install(made)
        (made / "installed.json").write_text(wanted, "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def _install(folder: Path) -> None:
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install the packages within {_INSTALL_SECONDS} seconds")
    if done.returncode:
        pytest.skip(f"npm cannot install the packages here: {(done.stderr.strip() or 'no reason given')[-300:]}")


def environment(ready: Mapping[str, Any], home: Path) -> dict[str, str]:
    """The variables that lead a client to a sandbox; nothing else of this machine's network."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(home),
        "USERPROFILE": str(home),
        "HTTPS_PROXY": str(ready["proxy"]),
        "NODE_EXTRA_CA_CERTS": str(ready["ca"]),
        "NODE_NO_WARNINGS": "1",
    }


def run(folder: Path, script: str, ready: Mapping[str, Any], home: Path, *arguments: str) -> Any:
    """Run a script of this folder with the packages of `folder`; the JSON it prints last."""
    copy = folder / script
    shutil.copyfile(HERE / script, copy)
    done = subprocess.run(
        ["node", str(copy), *arguments],
        cwd=folder,
        env=environment(ready, home),
        capture_output=True,
        text=True,
        timeout=_RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])
