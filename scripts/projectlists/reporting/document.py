"""A report as a Word document: headings, pictures with a text alternative, tables with header rows (guide.md §6.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from docx import Document
from docx.document import Document as Writing
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from projectlists.language import _, current
from projectlists.reporting import lights, wording
from projectlists.reporting.outline import Colour, KeyNumber, Light, Picture, Report, Section, Table
from projectlists.reporting.pictures import canvas

_WIDTH, _HEIGHT = Cm(16.6), Cm(21)
"""The largest a picture may be on a page of A4; a table is as wide."""
_DOTS_PER_INCH = 200
"""Enough for paper."""
_LETTER, _BOLD_LETTER = Cm(0.165), Cm(0.2)
"""About as wide as a letter of 9 points is."""
_CELL_MARGINS = Cm(0.4)
_LONGEST = 70
"""Letters after which a cell may as well go on on a next line."""
_SIGNS: dict[Colour, str] = {"green": "●", "amber": "▲", "red": "■", "grey": "–"}
_COLOURS: dict[Colour, RGBColor] = {
    "green": RGBColor(0x1B, 0x6E, 0x3C),
    "amber": RGBColor(0x8A, 0x52, 0x00),
    "red": RGBColor(0xA6, 0x1B, 0x1B),
    "grey": RGBColor(0x59, 0x59, 0x59),
}
_INK = RGBColor(0x1B, 0x1B, 0x1B)


def write(report: Report, to: Path | BinaryIO) -> None:
    """Write the document to a file. Raises OSError where that cannot be done."""
    title = _("{project}: status report {day}").format(project=report.project, day=wording.day(report.as_of))
    writing = _sheet(title, report)
    writing.add_heading(report.project, 0)
    writing.add_paragraph(_("Status report, as on {day}").format(day=wording.long_day(report.as_of)))
    if report.notice:
        writing.add_paragraph(style="Intense Quote").add_run(report.notice)
    if report.numbers:
        _numbers(writing, report.numbers)
    if report.lights:
        _lights(writing, report.lights)
    for section in report.sections:
        _section(writing, section)
    writing.add_paragraph(_("Made from the lists on {site}.").format(site=report.url))
    writing.save(str(to) if isinstance(to, Path) else to)


def _sheet(title: str, report: Report) -> Writing:
    writing = Document()
    moment = datetime.combine(report.as_of, time(), UTC).replace(tzinfo=None)
    known = writing.core_properties
    known.title, known.language, known.author, known.comments = title, current(), "", ""
    known.created = known.modified = moment
    page = writing.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2)
    for name in ("Normal", "Title", "Heading 1", "Caption", "Intense Quote"):
        look = writing.styles[name].font
        look.name = "Calibri"
        look.color.rgb = _INK
    writing.styles["Caption"].font.size = Pt(10)
    writing.styles["Caption"].paragraph_format.keep_with_next = True
    _language(writing)
    _page_numbers(page.footer.paragraphs[0])
    return writing


def _language(writing: Writing) -> None:
    """Say in which language the text is, for who hears it read."""
    defaults = writing.styles.element.find(qn("w:docDefaults"))
    for tag in defaults.iter(qn("w:lang")):
        tag.set(qn("w:val"), "nl-NL" if current() == "nl" else "en-GB")


def _page_numbers(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # the library has no fields of its own


def _numbers(writing: Writing, numbers: Sequence[KeyNumber]) -> None:
    headings = (_("What"), _("Figure"), _("Note"))
    rows = tuple((number.name, number.value, number.note) for number in numbers)
    _table(writing, Table(_("In short"), headings, rows))


def _lights(writing: Writing, found: Sequence[Light]) -> None:
    writing.add_heading("GROTIK", 1)
    writing.add_paragraph(_("A suggestion is worked out from the lists. The project manager decides on the light."))
    caption = _("The six lights: what was reported last, and what the lists suggest")
    headings = (_("Aspect"), _("Last reported"), _("Suggested by the lists"), _("Why"))
    rows = _table(writing, Table(caption, headings, tuple((each.name, "", "", each.reason) for each in found)))
    for row, each in zip(rows, found, strict=True):
        _light(row.cells[1], each.reported)
        _light(row.cells[2], each.proposal)


def _light(cell: _Cell, colour: Colour | None) -> None:
    paragraph = cell.paragraphs[0]
    if colour is None:
        _words(paragraph, _("None"))
        return
    _words(paragraph, _SIGNS[colour] + " ").font.color.rgb = _COLOURS[colour]
    _words(paragraph, lights.colour_names()[colour])


def _section(writing: Writing, section: Section) -> None:
    writing.add_heading(section.title, 1)
    for sentence in section.sentences:
        writing.add_paragraph(sentence).paragraph_format.keep_with_next = bool(section.pictures or section.tables)
    for picture in section.pictures:
        _picture(writing, picture)
    for table in section.tables:
        _table(writing, table)


def _picture(writing: Writing, picture: Picture) -> None:
    writing.add_paragraph(picture.caption, style="Caption")
    shape = writing.add_picture(BytesIO(canvas.png(picture, _DOTS_PER_INCH)), width=_WIDTH)
    if shape.height > _HEIGHT:
        shape.width, shape.height = int(shape.width * _HEIGHT / shape.height), _HEIGHT
    named = shape._inline.docPr  # the library has no property for the text alternative
    named.set("descr", picture.alt)
    named.set("title", picture.caption)


def _table(writing: Writing, table: Table) -> list[_Row]:
    """Write a table; the rows under its heading."""
    writing.add_paragraph(table.caption, style="Caption")
    made = writing.add_table(rows=1, cols=len(table.headings))
    made.style = "Table Grid"
    made.autofit = False
    for column, width in zip(made.columns, _widths(table), strict=True):
        column.width = width
    _fill(made.rows[0], table.headings, table.numeric, bold=True)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)  # no property for a header row
    rows = []
    for cells in table.rows:
        row = made.add_row()
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)
        _fill(row, cells, table.numeric)
        rows.append(row)
    writing.add_paragraph()
    return rows


def _widths(table: Table) -> list[int]:
    """How wide each column is: no word broken, and room for long texts where they are.

    A row made later takes the width of its cells from the columns.
    """
    least, wished = [], []
    for heading, *cells in zip(table.headings, *table.rows, strict=True):
        word = max((len(word) for cell in cells for word in cell.split()), default=0)
        above = _BOLD_LETTER * (max(map(len, heading.split()), default=0) + 1)
        least.append(_CELL_MARGINS + max(_LETTER * min(word + 1, _LONGEST // 2), above))
        longest = min(max((len(cell) for cell in cells), default=0) + 1, _LONGEST)
        wished.append(_CELL_MARGINS + max(_LETTER * longest, above))
    more = [max(want - need, 0) for want, need in zip(wished, least, strict=True)]
    room = _WIDTH - sum(least)
    if room < 0 or not any(more):  # more columns than paper, or nothing that wants more
        return [int(_WIDTH * need / sum(least)) for need in least]
    if room >= sum(more):
        return [int(_WIDTH * want / sum(wished)) for want in wished]
    return [int(need + room * part / sum(more)) for need, part in zip(least, more, strict=True)]


def _fill(row: _Row, texts: Sequence[str], numeric: frozenset[int], *, bold: bool = False) -> None:
    for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        _words(paragraph, text).bold = bold
        if number in numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if bold:
            _shade(cell)


def _words(paragraph: Paragraph, text: str) -> Run:
    """Text of a table."""
    run = paragraph.add_run(text)
    run.font.size = Pt(9)
    return run


def _shade(cell: _Cell) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E3EDF4")):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)  # no property for a shade
