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
    assert headings[-2:] == ["Stakeholderoverzicht", "Communicatiekalender"]
    assert read.core_properties.title == "Proefproject: voortgangsrapport 25-11-2026"
    assert read.core_properties.language == "nl"
    languages = {tag.get(qn("w:val")) for tag in read.styles.element.iter(qn("w:lang"))}
    assert languages == {"nl-NL"}


def test_every_picture_has_its_text_alternative(read: Writing) -> None:
    shapes = read.inline_shapes

    assert len(shapes) == 11
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


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not here")
def test_another_program_opens_it(path: Path, tmp_path: Path) -> None:
    assert SOFFICE is not None
    command = [SOFFICE, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)

    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
