"""Exporting a site as a person does: the whole command, through the real clients and a sandbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from projectlists.cli import main
from projectlists.definitions.model import Definitions
from projectlists.errors import UsageError
from projectlists.exporting.job import export
from projectlists.exporting.sitelists import NotProvisioned
from projectlists.language import use
from tests.exporting.filled import built, filled
from tests.far_end import FarEnd


def test_every_list_is_a_sheet(
    far_end: FarEnd, definitions: Definitions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(far_end, definitions, profile="starter")
    far_end.control("DELETE", "requests")
    file = tmp_path / "new folder" / "alles.xlsx"
    words = ["--config", str(far_end.config.folder), "--json", "--lang", "nl", "export"]
    assert main([*words, "--site", far_end.url, "--to", str(file)]) == 0
    use("en")

    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"files": [str(file)]}
    assert "persoonsgegevens" in shown.err
    names = CalamineWorkbook.from_path(str(file)).sheet_names
    assert names == ["Stakeholderoverzicht", "Communicatiekalender", "Actielijst", "Projectteam en rollen", "Keuzes"]
    assert far_end.writes() == []
    assert [path.name for path in file.parent.iterdir()] == ["alles.xlsx"]


def test_rows_are_read_page_by_page(far_end: FarEnd, definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    site = built(far_end, definitions)
    site.run([site.addition("Actions", {"Title": f"Actie {number}"}) for number in range(7)])
    monkeypatch.setattr("projectlists.farend.sharepoint.PAGE", 3)

    titles = [item.text("Title") for item in site.stream(definitions.lists["Actions"], ["Title"])]

    assert titles == [f"Actie {number}" for number in range(7)]


def test_a_file_stays_as_it_was_when_reading_fails(far_end: FarEnd, definitions: Definitions, tmp_path: Path) -> None:
    site = built(far_end, definitions)
    file = tmp_path / "a.csv"
    file.write_text("van gisteren", "utf-8")
    far_end.faults({"method": "GET", "path": "/Lists/Actions.*items", "do": "status:404"})

    with pytest.raises(Exception, match="not found"):
        export(site, definitions, ["actions"], file)

    assert file.read_text("utf-8") == "van gisteren"
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_is_said(far_end: FarEnd, definitions: Definitions, tmp_path: Path) -> None:
    site = built(far_end, definitions)
    refused = [
        ([], "a.csv", r"A CSV file holds one list\. Name one \(.*Actions.*\), or choose a file that ends in \.xlsx"),
        (["actions"], "a.pdf", r"a\.pdf: choose a file that ends in \.xlsx, \.csv, \.ics, \.json"),
        (["nothing"], "a.xlsx", r"/sites/demo has no list nothing\. Choose from .*Actions"),
        (["TeamRoles"], "a.ics", r"TeamRoles has no deadlines for a calendar"),
    ]
    for names, file, sentence in refused:
        with pytest.raises(UsageError, match=sentence):
            export(site, definitions, names, tmp_path / file)


def test_a_site_without_lists_says_so(far_end: FarEnd, definitions: Definitions, tmp_path: Path) -> None:
    with pytest.raises(NotProvisioned, match="has no lists of this program yet"):
        export(far_end.open(), definitions, [], tmp_path / "a.xlsx")
