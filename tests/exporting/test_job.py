"""Exporting a site as a person does: the whole command, through the real clients and a sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.errors import UsageError
from projectlists.exporting.job import export
from tests.exporting.filled import built
from tests.far_end import FarEnd


@pytest.fixture(scope="module")
def provisioned(_running: dict[str, Any], definitions: Definitions) -> FarEnd:
    """A site with its lists, made once: nothing here changes them."""
    far_end = FarEnd(_running)
    far_end.reset()
    built(far_end, definitions)
    return far_end


def test_rows_are_read_page_by_page(
    provisioned: FarEnd, definitions: Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = provisioned.open()
    site.run([site.addition("Actions", {"Title": f"Actie {number}"}) for number in range(7)])
    monkeypatch.setattr("projectlists.farend.sharepoint.PAGE", 3)

    titles = [item.text("Title") for item in site.stream(definitions.lists["Actions"], ["Title"])]

    assert titles == [f"Actie {number}" for number in range(7)]


def test_a_file_stays_as_it_was_when_reading_fails(
    provisioned: FarEnd, definitions: Definitions, tmp_path: Path
) -> None:
    site = provisioned.open()
    file = tmp_path / "a.csv"
    file.write_text("van gisteren", "utf-8")
    provisioned.faults({"method": "GET", "path": "/Lists/Actions.*items", "do": "status:404"})

    with pytest.raises(Exception, match="not found"):
        export(site, definitions, ["actions"], file)

    provisioned.control("DELETE", "faults")
    assert file.read_text("utf-8") == "van gisteren"
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_is_said(provisioned: FarEnd, definitions: Definitions, tmp_path: Path) -> None:
    site = provisioned.open()
    refused = [
        ([], "a.csv", r"A CSV file holds one list\. Name one \(.*Actions.*\), or choose a file that ends in \.xlsx"),
        (["actions"], "a.pdf", r"a\.pdf: choose a file that ends in \.xlsx, \.csv, \.ics, \.json"),
        (["nothing"], "a.xlsx", r"/sites/demo has no list nothing\. Choose from .*Actions"),
        (["TeamRoles"], "a.ics", r"TeamRoles has no deadlines for a calendar"),
    ]
    for names, file, sentence in refused:
        with pytest.raises(UsageError, match=sentence):
            export(site, definitions, names, tmp_path / file)
