"""Hostile text goes all the way, from a row to everything that people read, and stays text (docs/security.md).

Markup, a formula, an escape sequence of terminals, a mark that turns the reading direction, a letter of four bytes and
the syntax of templates: planted in rows, in the name of the project and in a file, and read back from each output.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import icalendar
import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from projectlists.cli import main
from projectlists.definitions.model import Definitions
from projectlists.language import visible
from tests.far_end import FarEnd
from tests.reminded import FENNA, Project

TODAY = "2026-12-01"
TITLE = '=HYPERLINK("https://x.example")<script>alert(1)</script>\u202egpj.exe\u2066 {{ 7*7 }} [x](http://y.example) 🦜'
"""What SharePoint keeps of a text in one line: it takes no control characters."""
SHOWN = '=HYPERLINK("https://x.example")<script>alert(1)</script>gpj.exe {{ 7*7 }} [x](http://y.example) 🦜'
"""The same without the marks that turn the reading direction."""
NAME = "<b>Markt</b>\x1b[31m\u202eplein & {{ 7*7 }}"
ACTS = {"script", "img", "iframe", "object", "svg", "form", "b"}


class Page(HTMLParser):
    """The elements and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links |= {value or "" for name, value in attributes if name == "href"}

    def handle_data(self, data: str) -> None:
        self.words += data


def harmless(text: str) -> bool:
    """Whether a text moves no terminal and turns no reading direction."""
    return not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


class Site:
    """A project whose rows and name are hostile, and the program."""

    def __init__(self, far_end: FarEnd, definitions: Definitions, folder: Path) -> None:
        self.far_end = far_end
        self.folder = folder
        project = Project(far_end, definitions)
        fenna = project.person(FENNA)
        project.add(
            "Actions", Title=TITLE, ActionOwner=fenna, DueDate=date(2026, 11, 24), ActionDetails="<img src=x>\n=1"
        )
        project.add("Actions", Title=TITLE, ActionOwner=fenna, DueDate=date(2026, 12, 8))
        project.add("Stakeholders", Title=TITLE)
        far_end.control("POST", "clock", {"now": f"{TODAY}T07:00:00Z"})
        sites = far_end.config.folder / "sites.csv"
        self._before = sites.read_text("utf-8")
        with sites.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["key", "name", "url"], ["demo", NAME, far_end.url]])

    def restore(self) -> None:
        (self.far_end.config.folder / "sites.csv").write_text(self._before, "utf-8")

    def run(self, *words: str) -> int:
        return main(["--config", str(self.far_end.config.folder), "--lang", "en", *words])

    def export(self, name: str) -> Path:
        file = self.folder / name
        assert self.run("export", "Actions", "--site", "demo", "--to", str(file)) == 0
        return file


@pytest.fixture(autouse=True)
def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere click takes escape sequences away itself, and hides what a terminal would get."""
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_stream, **_options: False)


@pytest.fixture(scope="module")
def site(
    _running: dict[str, Any], definitions: Definitions, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    far_end = FarEnd(_running)
    far_end.reset()
    made = Site(far_end, definitions, tmp_path_factory.mktemp("hostile"))
    yield made
    made.restore()


def test_a_terminal_gets_words_and_no_commands() -> None:
    assert visible("  \x1b[31mA\x9b2J\u202eB\r\n\tC  \u2066🦜\x07") == "  [31mA2JB\n\tC  🦜"


def test_in_mails_and_on_the_terminal(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--dry-run", "--days", "7"], []):
        assert site.run("remind", "demo", "--today", TODAY, *words) == 0
        shown = capsys.readouterr()
        assert harmless(shown.out + shown.err)
    mails = site.far_end.control("GET", "mail")

    assert len(mails) == 2  # the owner's digest, and the escalation of what is five working days late
    for mail in mails:
        page = Page(mail["html"])
        assert SHOWN in page.words
        assert SHOWN in mail["text"]
        assert "<b>Markt</b>" in page.words
        assert not ACTS & page.tags
        assert not [link for link in page.links if "x.example" in link or "y.example" in link]
        assert harmless(page.words.replace("\r\n", "\n"))
        assert harmless(mail["text"].replace("\r\n", "\n"))
        assert harmless(mail["subject"])
        assert "HYPERLINK" not in mail["subject"]
        assert "49" not in mail["subject"]  # 7 * 7: the text is no template


def test_in_the_report(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert site.run("report", "demo", "--today", TODAY, "--out", str(site.folder / "report")) == 0
    shown = capsys.readouterr()
    (html,) = (site.folder / "report").glob("*.html")
    (word,) = (site.folder / "report").glob("*.docx")
    page = Page(html.read_text("utf-8"))
    document = Document(str(word))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]

    assert harmless(shown.out + shown.err)
    assert SHOWN in page.words
    assert not {"script", "img", "iframe", "object", "form", "b"} & page.tags  # pictures are svg
    assert any(SHOWN in cell for cell in cells)
    assert harmless(page.words + "".join(cells))


def test_in_a_workbook_it_is_text_and_no_formula(site: Site) -> None:
    file = site.export("actions.xlsx")
    workbook = CalamineWorkbook.from_path(str(file))
    sheet = workbook.get_sheet_by_index(0)
    cells = [cell for row in sheet.to_python() for cell in row]

    assert any(isinstance(cell, str) and "HYPERLINK" in cell and "🦜" in cell for cell in cells)
    with zipfile.ZipFile(file) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "/worksheets/sheet" in name]
        assert not any("externalLink" in name or "vba" in name for name in archive.namelist())
    assert sheets
    assert not [sheet for sheet in sheets if b"<f>" in sheet or b"<f " in sheet or b"<hyperlink " in sheet]


def test_in_a_csv_file_no_cell_starts_a_formula(site: Site) -> None:
    text = site.export("actions.csv").read_text("utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))

    assert sum("HYPERLINK" in cell for row in rows for cell in row) == 2
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))]


def test_in_a_calendar_and_in_json_it_stays_one_value(site: Site) -> None:
    calendar = icalendar.Calendar.from_ical(site.export("actions.ics").read_bytes())
    assert sum("HYPERLINK" in str(event["summary"]) for event in calendar.walk() if "summary" in event) == 2

    document = json.loads(site.export("actions.json").read_text("utf-8"))
    assert json.dumps(document, ensure_ascii=False).count(json.dumps(TITLE, ensure_ascii=False)) == 2


def test_in_a_file_that_is_brought_in(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    file = site.folder / "in.csv"
    heading = "Actie;Deadline;\x1b[31mWie\u202e"
    file.write_text(f"{heading}\n\x1b[2J{TITLE};geen datum\x1b[0m;x\nTweede;2026-12-08;x\n", "utf-8")

    site.run("-v", "import", "Actions", str(file), "--site", "demo", "--yes")
    shown = capsys.readouterr()
    assert harmless(shown.out + shown.err)
