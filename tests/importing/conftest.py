"""One provisioned site for the tests that import into it, emptied before each of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from projectlists.cli import main
from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import use
from tests.exporting.filled import built
from tests.far_end import FarEnd

LISTS = ("Actions", "CommunicationCalendar", "Stakeholders", "TeamRoles")


class Import:
    """The command against one site."""

    def __init__(self, far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
        self.far_end = far_end
        self._capsys = capsys

    def __call__(self, path: Path, *words: str, list_name: str = "actions") -> tuple[int, dict[str, Any], str]:
        """Run it with --json: exit status, the document, standard error."""
        arguments = ["--config", str(self.far_end.config.folder), "--lang", "en", "--json"]
        status = main([*arguments, "import", list_name, str(path), "--site", self.far_end.url, *words])
        shown = self._capsys.readouterr()
        return status, json.loads(shown.out), shown.err


@pytest.fixture(scope="module")
def _provisioned(_running: dict[str, Any], definitions: Definitions) -> FarEnd:
    far_end = FarEnd(_running)
    far_end.reset()
    built(far_end, definitions)
    return far_end


@pytest.fixture
def site(_provisioned: FarEnd) -> Iterator[SharePointSite]:
    """The Dutch site, with empty lists of the profile starter."""
    use("en")
    site = _provisioned.open()
    paths = [site.list_path(key) for key in LISTS]
    answers = site.run([Operation("GET", f"{path}/items", query={"$select": "Id", "$top": "5000"}) for path in paths])
    site.run(
        [
            Operation("DELETE", f"{path}/items({row['Id']})")
            for path, answer in zip(paths, answers, strict=True)
            for row in answer.checked().entries
        ]
    )
    yield site
    _provisioned.control("DELETE", "faults")


@pytest.fixture
def run(
    site: SharePointSite,
    _provisioned: FarEnd,
    definitions: Definitions,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Import:
    """The command against that site; the definitions are read once for all of them."""
    monkeypatch.setattr("projectlists.definitions.loading.load", lambda _folders: definitions)
    return Import(_provisioned, capsys)
