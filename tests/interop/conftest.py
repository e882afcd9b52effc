"""Fixtures for clients nobody here wrote: a sandbox of their own, and the npm packages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from projectlists.sandbox.main import Options, running
from tests.interop import clients
from tests.sandbox.conftest import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A new tenant per client."""
    with running(Options()) as ready:
        opened = Sandbox(ready)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the npm packages, kept in pytest's cache; skips without npm."""
    cache = getattr(request.config, "cache", None)
    folder = tmp_path_factory.mktemp("interop") if cache is None else cache.mkdir("interop")
    return clients.installed(folder / "npm")
