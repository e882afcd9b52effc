"""Out to Excel and back in: nothing changes that nobody changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from projectlists.cli import main
from projectlists.definitions.model import Definitions
from projectlists.farend.sharepoint import SharePointSite
from projectlists.importing import job
from projectlists.language import Language, use
from tests.exporting.filled import TODAY, filled
from tests.far_end import FarEnd
from tests.importing.books import book

EXTRA = ("Commitments", "RunSheet", "StartUpChecklist")
"""With these a programme has every list there is."""


@pytest.fixture(autouse=True)
def _read_once(definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projectlists.definitions.loading.load", lambda _folders: definitions)


@pytest.mark.parametrize("language", ["nl", pytest.param("en", marks=pytest.mark.slow)])
def test_every_list_of_the_sample_comes_back_unchanged(
    far_end: FarEnd,
    definitions: Definitions,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    language: Language,
) -> None:
    site = filled(far_end, definitions, profile="programme", lists=EXTRA, language=language)
    far_end.control("DELETE", "requests")
    file = tmp_path / "new folder" / "alles.xlsx"
    words = ["--config", str(far_end.config.folder), "--json", "--lang", language, "export"]
    assert main([*words, "--site", far_end.url, "--to", str(file)]) == 0
    use("en")

    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"files": [str(file)]}
    assert {"nl": "persoonsgegevens", "en": "personal data"}[language] in shown.err
    titles = {found.key: found.title.in_language(language) for found in definitions.lists.values() if not found.system}
    sheets = CalamineWorkbook.from_path(str(file)).sheet_names
    assert set(sheets) == {*titles.values(), {"nl": "Keuzes", "en": "Choices"}[language]}
    assert len(sheets) == 16
    assert [path.name for path in file.parent.iterdir()] == ["alles.xlsx"]

    rows = {}
    for key in titles:
        ready = job.prepared(site, definitions, key, file, today=TODAY)
        assert {row.outcome for row in job.write(site, ready).rows} == {"unchanged"}, key
        rows[key] = len(ready.rows)
    assert (rows["RunSheet"], rows["ProjectDocuments"], rows["ProgrammeProjects"]) == (13, 8, 4)
    assert sum(rows.values()) > 140
    assert far_end.writes() == []
    if language == "nl":
        documents_by_name(site, definitions, tmp_path)


def documents_by_name(site: SharePointSite, definitions: Definitions, folder: Path) -> None:
    """What somebody knows of documents in a list of their own is filled in by the names of the files."""
    rows = [
        ["Bestandsnaam", "Titel", "Status", "Zaaknummer"],
        ["Bestek.DOCX", "Bestek plein en riool", "vastgesteld", "Z-2026-1"],
        ["projectplan.docx", None, "vastgesteld", "Z-2024-0417"],
        ["elders.docx", "Staat er niet", "concept", None],
        ["bestek.docx", "Nog een keer", "concept", None],
        [None, "Zonder bestand", "concept", None],
    ]
    file = book(folder / "archief.xlsx", rows)
    ready = job.prepared(site, definitions, "ProjectDocuments", file, today=TODAY)
    done = job.write(site, ready)

    assert ready.table.mapping.as_json()["Bestandsnaam"] == "FileLeafRef"
    assert [row.outcome for row in done.rows] == ["changed", "unchanged", "refused", "refused", "refused"]
    assert dict(done.rows[0].values) == {"DocStatus": "adopted", "ArchiveReference": "Z-2026-1"}
    assert [row.reason for row in done.rows[2:]] == [
        "The library has no file elders.docx. Upload it first, then import again.",
        "This row is there twice: line 2 counts, this one does not.",
        "A document is added by uploading its file. To fill in what is known of it, put the names of the files in a "
        "column with the heading “Bestandsnaam”.",
    ]
    found = {item.file: item for item in site.stream(definitions.lists["ProjectDocuments"])}
    assert found["bestek.docx"].text("Title") == "Bestek plein en riool"
    assert (found["bestek.docx"]["DocStatus"], found["bestek.docx"]["ArchiveReference"]) == ("adopted", "Z-2026-1")
