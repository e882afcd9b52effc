"""Out to Excel and back in: nothing changes that nobody changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from projectlists.cli import main
from projectlists.definitions.model import Definitions
from projectlists.importing import job
from projectlists.language import use
from tests.exporting.filled import TODAY, filled
from tests.far_end import FarEnd


def test_every_list_of_the_sample_comes_back_unchanged(
    far_end: FarEnd, definitions: Definitions, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = filled(far_end, definitions)
    far_end.control("DELETE", "requests")
    file = tmp_path / "new folder" / "alles.xlsx"
    words = ["--config", str(far_end.config.folder), "--json", "--lang", "nl", "export"]
    assert main([*words, "--site", far_end.url, "--to", str(file)]) == 0
    use("en")

    shown = capsys.readouterr()
    assert json.loads(shown.out) == {"files": [str(file)]}
    assert "persoonsgegevens" in shown.err
    names = CalamineWorkbook.from_path(str(file)).sheet_names
    assert names[:2] == ["Planning en mijlpalen", "Besluitenlijst"]
    assert len(names) == 14  # thirteen lists of the profile, and the choices
    assert [path.name for path in file.parent.iterdir()] == ["alles.xlsx"]

    rows = 0
    for definition in definitions.chosen("project"):
        if not definition.system:
            ready = job.prepared(site, definitions, definition.key, file, today=TODAY)
            assert {row.outcome for row in job.write(site, ready).rows} <= {"unchanged"}, definition.key
            rows += len(ready.rows)
    assert rows > 100
    assert far_end.writes() == []
