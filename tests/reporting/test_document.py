"""The Word document, read back: headings, text alternatives, header rows, language; text stays text."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Writing
from docx.oxml.ns import qn

from projectlists.language import speaking
from projectlists.reporting import document
from projectlists.reporting.outline import Table
from tests.reporting.sampled import hostile_report, report

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("document") / "report.docx"
    with speaking("nl"):
        document.write(report(), made)
    return made


@pytest.fixture(scope="module")
def read(path: Path) -> Writing:
    return Document(str(path))


def test_headings_title_and_language(read: Writing) -> None:
    headings = [paragraph.text for paragraph in read.paragraphs if paragraph.style.name == "Heading 1"]

    assert headings[:4] == ["GROTIK", "Laatste voortgangsrapportage", "Stand van de lijsten", "Actielijst"]
    assert headings[-2:] == ["Projectdocumenten", "Evaluatie en lessen"]
    assert read.core_properties.title == "Proefproject: voortgangsrapport 25-11-2026"
    assert read.core_properties.language == "nl"
    languages = {tag.get(qn("w:val")) for tag in read.styles.element.iter(qn("w:lang"))}
    assert languages == {"nl-NL"}


def test_every_picture_has_its_text_alternative(read: Writing) -> None:
    shapes = read.inline_shapes

    assert len(shapes) == 18
    for shape in shapes:
        assert "De tabel hieronder zegt hetzelfde." in shape._inline.docPr.get("descr")
        assert shape.width <= document._WIDTH
        assert shape.height <= document._HEIGHT


def test_every_table_has_a_header_row_that_is_repeated(read: Writing) -> None:
    assert len(read.tables) > 10
    for table in read.tables:
        assert len(list(table.rows[0]._tr.iter(qn("w:tblHeader")))) == 1


def test_lights_are_a_shape_and_a_word(read: Writing) -> None:
    lights = next(table for table in read.tables if table.cell(0, 0).text == "Aspect")

    assert [cell.text for cell in lights.rows[2].cells] == [
        "Risico's",
        "■ Rood",
        "■ Rood",
        "Risico's met een score van 20 of hoger: R-2 (20).",
    ]


def test_hostile_rows_are_text_in_the_document(tmp_path: Path) -> None:
    document.write(hostile_report(), tmp_path / "hostile.docx")
    read = Document(str(tmp_path / "hostile.docx"))
    words = "\n".join(cell.text for table in read.tables for row in table.rows for cell in row.cells)

    assert '<script>alert(1)</script> & "quotes" gnp.exe =1+1 $x^2$' in words
    assert set("\u202e\u202c\x07").isdisjoint(words)


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    texts = ("R-1", "Het bodemonderzoek valt tegen en de planning loopt uit", "20 (zeer hoog)")
    widths = document._widths(Table("", ("Nummer", "Risico", "Score nu"), (texts, ("R-10", "", "-"))))

    assert document._WIDTH - 3 <= sum(widths) <= document._WIDTH
    assert widths[1] > 2 * widths[2] > 2 * widths[0] > 0


def test_many_columns_share_the_paper() -> None:
    widths = document._widths(Table("", ("Verantwoordelijkheid",) * 12, ()))

    assert set(widths) == {document._WIDTH // 12}


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-writer-nogui)")
def test_another_program_opens_it(path: Path, tmp_path: Path) -> None:
    assert SOFFICE is not None
    command = [SOFFICE, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=180)

    made = tmp_path / "report.pdf"
    assert made.read_bytes().startswith(b"%PDF")
    reader = shutil.which("pdftotext")
    if reader:
        words = subprocess.run([reader, str(made), "-"], check=True, capture_output=True, timeout=60).stdout.decode()
        *pages, _after_the_last = words.split("\f")
        assert all(len(page.split()) > 5 for page in pages)  # more than the number of the page
        assert "Voortgangsrapport, stand op woensdag 25 november 2026" in " ".join(pages[0].split())
        numbers = [word for page in pages for word in page.split() if word == "Nummer"]
        assert numbers  # a heading that stands on one line
