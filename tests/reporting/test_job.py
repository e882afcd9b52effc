"""`projectlists report` from end to end: real clients, a sandbox, files on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from projectlists.cli import main
from projectlists.config.model import Site
from projectlists.definitions.model import Definitions
from projectlists.farend import wire
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, provision
from projectlists.reporting import job, reading
from projectlists.rules.calendar import WorkingCalendar
from tests.far_end import FarEnd
from tests.reporting.sampled import DAY


@pytest.fixture
def starter(far_end: FarEnd, definitions: Definitions) -> FarEnd:
    """A starter site with one action."""
    remote = far_end.open()
    assert provision(remote, definitions, Wish("starter", language="nl")).ok
    values = wire.values_for(
        definitions.lists["Actions"],
        "nl",
        remote.about().zone,
        {"Title": "Bel de aannemer", "DueDate": DAY, "ActionStatus": "new", "RaisedOn": DAY},
    )
    remote.run([remote.addition("Actions", values)])[0].checked()
    far_end.control("DELETE", "requests")
    return far_end


def run(far_end: FarEnd, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any], str]:
    config = ["--config", str(far_end.config.folder), "--json"]
    status = main([*config, "report", *words, "--today", DAY.isoformat()])
    shown = capsys.readouterr()
    document: dict[str, Any] = json.loads(shown.out)
    return status, document, shown.err


def test_one_site_gives_a_page_and_a_document_and_writes_nothing(
    starter: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, document, _err = run(starter, capsys, starter.url, "--out", str(tmp_path / "new" / "folder"))

    assert status == 0
    folder = tmp_path / "new" / "folder"
    assert document["files"] == [str(folder / "demo-2026-11-25.html"), str(folder / "demo-2026-11-25.docx")]
    text = (folder / "demo-2026-11-25.html").read_text("utf-8")
    assert '<html lang="nl">' in text
    assert "Voortgangsrapport, stand op woensdag 25 november 2026" in text
    assert "Deze site heeft geen lijst “Risicolijst”. Daarom staat er hier niets." in text
    assert starter.writes() == []


def test_a_site_that_cannot_be_read_is_a_row_with_its_reason(
    starter: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = starter.url.replace("/sites/demo", "/sites/gone")

    status, document, err = run(starter, capsys, starter.url, gone, "--out", str(tmp_path))

    assert status == 1
    assert [Path(path).name for path in document["files"]] == [
        "overview-2026-11-25.html",
        "overview-2026-11-25.xlsx",
        "demo-2026-11-25.html",
        "demo-2026-11-25.docx",
    ]
    assert [site["ok"] for site in document["sites"]] == [True, False]
    reason = document["sites"][1]["error"]
    assert reason
    assert reason in err
    assert "Kon niet worden gelezen:</strong>" in (tmp_path / "overview-2026-11-25.html").read_text("utf-8")


def test_a_list_that_was_thrown_away_is_named_and_the_rest_is_read(starter: FarEnd, definitions: Definitions) -> None:
    remote = starter.open()
    path = remote.list_path("Stakeholders")
    remote.run([Operation("DELETE", path, etag="*")])[0].checked()

    found = reading.read(
        starter.open(), Site(key="demo", name="Demo", url=starter.url), definitions, WorkingCalendar(), DAY
    )

    # The communication calendar looks up the list that is gone, so SharePoint refuses it as well.
    assert set(found.unread) == {"Stakeholders", "CommunicationCalendar"}
    assert len(found.items["Actions"]) == 1


def test_two_sites_with_the_same_name_have_files_of_their_own() -> None:
    known: set[str] = set()
    sites = [
        Site(key=key, name="", url="https://x.example/sites/a") for key in ("plein", "Plein", "", "overview", "../")
    ]

    assert [job._stem(site, known) for site in sites] == ["plein", "plein-2", "a", "overview-2", "site"]
