"""`projectlists bootstrap` as somebody starts it: a table in, results on the screen, in JSON and in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from projectlists.cli import main
from projectlists.importing.workbook import sheets
from tests.far_end import FarEnd

HEADER = "key,name,url,profile,language,owner\n"


class Desk:
    """The program with a table, as its user sees it."""

    def __init__(self, far_end: FarEnd, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.far_end = far_end
        self.folder = folder
        self._capsys = capsys

    def table(self, *rows: str) -> str:
        path = self.folder / "projecten.csv"
        path.write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
        return str(path)

    def run(self, *words: str) -> tuple[int, dict[str, Any], str]:
        """Exit status, the JSON document where there is one, standard error."""
        status = main(["--lang", "en", "--config", str(self.far_end.config.folder), "--json", "bootstrap", *words])
        shown = self._capsys.readouterr()
        assert "Traceback" not in shown.err
        return status, json.loads(shown.out) if shown.out else {}, shown.err


@pytest.fixture
def desk(far_end: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(far_end, tmp_path, capsys)


def test_good_rows_are_done_and_bad_ones_explained(desk: Desk) -> None:
    owner = desk.far_end.ready["users"][0]["upn"]
    table = desk.table(
        "gone,Weg,gone,starter,nl,", f"here,Hier,demo,starter,nl,{owner}", "b b,Krom,https://x.example/,,,"
    )
    report = desk.folder / "uitslag.xlsx"
    status, document, err = desk.run(table, "--yes", "--result", str(report))

    assert status == 1
    gone, here, crooked = document["sites"]
    assert [site["ok"] for site in document["sites"]] == [False, True, False]
    assert gone["site"].endswith("/sites/gone")
    assert "--create-sites" in gone["error"]
    assert here["error"] is None
    assert here["applied"] > 20
    assert (crooked["row"], crooked["changes"], crooked["applied"]) == (4, [], 0)
    assert (crooked["key"], crooked["site"]) == ("b b", "https://x.example/")
    assert f"{table}:4:" in crooked["error"]
    assert f"{table}:4:" in err
    assert "remind passes them over: here" in err
    assert set(document["http"]) == {"requests", "operations", "throttled", "retried"}
    (grid,) = sheets(report)
    assert [row[4] for row in grid.rows] == ["Result", "failed", "done", "failed"]
    assert [row[0] for row in grid.rows[1:]] == [2, 3, 4]


def test_only_bad_rows_start_nothing(desk: Desk) -> None:
    status, document, err = desk.run(
        desk.table("a,A,ftp://x,,,", "b b,B,https://elsewhere.example/sites/b,,,"), "--yes"
    )

    assert (status, document["ok"]) == (2, False)
    assert "projecten.csv:2:" in err
    assert "projecten.csv:3:" in err
    assert desk.far_end.log() == []


def test_nobody_to_ask(desk: Desk) -> None:
    status, _document, err = desk.run(desk.table("here,Hier,demo,starter,nl,"))

    assert status == 2
    assert "--yes" in err
    assert desk.far_end.log() == []


@pytest.mark.parametrize("name", ["uitslag.txt", "weg/uitslag.xlsx"])
def test_a_result_that_cannot_be_written_is_said_before(name: str, desk: Desk) -> None:
    status, _document, err = desk.run(
        desk.table("here,Hier,demo,starter,nl,"), "--yes", "--result", str(desk.folder / name)
    )

    assert status == 2
    assert "uitslag.txt" in err or "weg" in err
    assert desk.far_end.log() == []


def test_a_result_file_that_proves_shut_loses_nothing(desk: Desk) -> None:
    report = desk.folder / "uitslag.csv"
    report.symlink_to(desk.folder / "weg" / "uitslag.csv")  # as a file that is open in Excel: only writing tells

    status, document, err = desk.run(desk.table("gone,Weg,gone,starter,nl,"), "--yes", "--result", str(report))

    assert status == 1
    assert [site["key"] for site in document["sites"]] == ["gone"]
    assert "uitslag.csv cannot be written" in err


def test_what_stands_in_a_table_moves_nothing_on_the_screen(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    table = desk.table("gone,Weg,gone,starter,nl,", "b\u202eb,Krom,https://x.example/\u202e,,,")

    assert main(["--config", str(desk.far_end.config.folder), "bootstrap", table, "--yes"]) == 1

    shown = capsys.readouterr()
    assert "bb" in shown.out
    assert "\u202e" not in shown.out + shown.err
