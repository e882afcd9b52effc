"""Whatever somebody wrote in a list or a file, no spreadsheet takes it for a formula or a link, in any file we make."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from projectlists.bootstrapping import resultfile
from projectlists.bootstrapping.job import ProjectResult
from projectlists.exporting import commafile, spreadsheet
from projectlists.exporting.cells import Rendering
from projectlists.exporting.table import Table
from projectlists.importing import refusedfile
from projectlists.importing.comparing import RowPlan
from projectlists.importing.grid import Grid
from projectlists.importing.headings import Headings
from projectlists.importing.tables import found_table
from projectlists.item import Item, Link, Person
from projectlists.language import speaking
from projectlists.provisioning.job import SiteResult
from projectlists.reporting import workbook
from projectlists.reporting.portfolio import Dependency, Milestone, Portfolio, Summary, TopRisk
from tests.reporting.sampled import DAY
from tests.rows import list_of, row, shipped

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'=", "''@")
BODIES = (
    "cmd|'/c calc'!A1",
    "1",
    'HYPERLINK("http://x.example")',
    "https://x.example",
    "SUM(1;1)",
    'é \U0001f600 ; , "',
)
hostile = st.lists(
    st.one_of(
        st.builds("{}{}".format, st.sampled_from(STARTS), st.one_of(st.sampled_from(BODIES), st.text(max_size=20))),
        st.text(min_size=1, max_size=20),
    ),
    min_size=4,
    max_size=12,
)


def items(texts: list[str]) -> list[Item]:
    return [
        row(
            number,
            Title=text,
            ActionDetails=text,
            ActionStatus=text,
            ExternalOwner=text,
            ActionOwner=Person(1, text, text),
            Link=Link(text, text),
        )
        for number, text in enumerate(texts, 1)
    ]


def table() -> Table:
    return Table(list_of("Actions"), Rendering(shipped(), "nl"), "site")


def workbooks(texts: list[str], folder: Path) -> Iterator[Path]:
    """Every kind of workbook that the program makes, full of these texts."""
    spreadsheet.write(folder / "export.xlsx", texts[0], [(table(), items(texts))])
    yield folder / "export.xlsx"
    grid = Grid("Acties", [["Actie", "Status"], *([text, text] for text in texts)])
    found = found_table((grid,), Headings(list_of("Actions")), lambda _field, _cells: 1.0)
    assert found is not None
    plans = tuple(RowPlan(line + 1, "refused", reasons=(texts[0],)) for line in found.rows)
    refusedfile.write(folder / "refused.xlsx", found, plans, "nl")
    yield folder / "refused.xlsx"
    resultfile.write(folder / "result.xlsx", results(texts))
    yield folder / "result.xlsx"
    coming = Milestone(texts[1], texts[2], DAY, DAY)
    whole = Portfolio(
        DAY,
        "nl",
        tuple(
            Summary(text, text, next=coming, outside=(coming,), risks=(TopRisk(text, text, 20, text),))
            for text in texts
        ),
        tuple(Dependency(text, text, None) for text in texts),
    )
    workbook.write(whole, folder / "overview.xlsx")
    yield folder / "overview.xlsx"


def results(texts: list[str]) -> list[ProjectResult]:
    return [ProjectResult(line, text, text, SiteResult(text, ok=True)) for line, text in enumerate(texts, 1)]


@settings(max_examples=15)
@given(hostile)
def test_a_workbook_holds_texts_and_no_formula_or_link(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name, speaking("nl"):
        for file in workbooks(texts, Path(name)):
            with zipfile.ZipFile(file) as parts:
                sheets = [part for part in parts.namelist() if part.startswith("xl/worksheets/sheet")]
                xml = "".join(parts.read(part).decode() for part in sheets)
                links = [part for part in parts.namelist() if "externalLink" in part]
            assert not re.search(r"<f[ >]|<hyperlink|ddeLink", xml), file.name
            assert not links
            CalamineWorkbook.from_path(str(file)).sheet_names  # noqa: B018 - it opens


@settings(max_examples=30)
@given(hostile)
def test_no_cell_of_a_csv_file_starts_a_formula(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name, speaking("nl"):
        export, result = Path(name) / "export.csv", Path(name) / "result.csv"
        commafile.write(export, table(), items(texts))
        resultfile.write(result, results([text.encode("utf-8", "ignore").decode() for text in texts]))
        for file in (export, result):
            text = file.read_bytes().decode("utf-8-sig", errors="surrogatepass")
            cells = [cell for line in csv.reader(io.StringIO(text, newline=""), delimiter=";") for cell in line]
            assert len(cells) > len(texts)
            assert not [cell for cell in cells if cell.startswith(STARTS[:11])], file.name
