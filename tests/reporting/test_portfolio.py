"""The overview of several projects: the order, the lights, a row with a reason; as a page and as an Excel file."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from projectlists.item import Item
from projectlists.reporting import page, portfolio, workbook
from projectlists.reporting.portfolio import Milestone, Shown, Summary
from projectlists.reporting.project import Project
from tests.reporting.sampled import DAY, HOSTILE, marktplein, project
from tests.reporting.test_page import Tags
from tests.rows import row
from tests.sandbox.page_audit import CHROMIUM, audit, axe_core

GREEN, AMBER, RED = Shown("green", "green"), Shown("amber", None), Shown(None, "red")
PARTS = ("Money", "Risk", "Organisation", "Time", "Information", "Quality")


def late(count: int) -> tuple[Item, ...]:
    due = DAY - timedelta(days=1)
    return tuple(row(number, Title="Actie", ActionStatus="new", DueDate=due) for number in range(1, count + 1))


def whole(*summaries: Summary, projects: tuple[Project, ...] = ()) -> portfolio.Portfolio:
    return portfolio.portfolio(summaries, projects, as_of=DAY, language="en")


def test_what_needs_attention_comes_first() -> None:
    found = whole(
        Summary("Quiet", "u", lights=(GREEN, GREEN)),
        Summary("Amber and late", "u", lights=(AMBER, GREEN), overdue=3),
        Summary("Amber", "u", lights=(AMBER, GREEN)),
        Summary("Also quiet", "u", lights=(GREEN, GREEN)),
        Summary("Red", "u", lights=(RED, GREEN)),
        Summary("Red below the report", "u", lights=(Shown("green", "red"), AMBER)),
        portfolio.unreadable("Closed", "u", "No right."),
    )

    assert [each.name for each in found.projects] == [
        "Closed",
        "Red below the report",
        "Red",
        "Amber and late",
        "Amber",
        "Also quiet",
        "Quiet",
    ]


def test_a_light_is_that_of_the_last_approved_report_else_the_proposal() -> None:
    report = {f"Rag{part}": "amber" for part in PARTS}
    approved = row(1, ReportDate=DAY - timedelta(days=9), ReportStatus="approved", **report)
    draft = row(2, ReportDate=DAY, ReportStatus="draft", **{f"Rag{part}": "red" for part in PARTS})

    with_report = portfolio.summary(project(StatusReports=(approved, draft)), "team")
    without = portfolio.summary(project(StatusReports=(draft,)), "team")

    assert {light.colour for light in with_report.lights} == {"amber"}
    assert [light.colour for light in without.lights] == [None, "green", "red", "green", "green", None]


@pytest.mark.parametrize(
    ("light", "warning"),
    [
        (Shown("green", "amber"), "amber"),
        (Shown("amber", "red"), "red"),
        (Shown("red", "amber"), None),
        (Shown("green", None), None),
        (Shown(None, "red"), None),
    ],
)
def test_the_lists_warn_where_they_are_worse_than_the_report(light: Shown, warning: str | None) -> None:
    assert light.warning == warning


def test_the_row_of_the_sample_project() -> None:
    found = portfolio.summary(marktplein(), "team")

    assert (found.open_actions, found.overdue, found.high_risks) == (25, 5, 2)
    assert found.next == Milestone("M-6", "Bestek en tekeningen gereed", date(2026, 11, 20), date(2026, 12, 4))
    assert [(risk.number, risk.score) for risk in found.risks] == [("R-2", 20), ("R-1", 16), ("R-3", 12)]
    assert [each.title for each in found.outside] == ["Weekmarkt op tijdelijke plek", "Nutsbedrijf klaar met kabels"]
    assert found.money is not None
    assert round(found.money.budget) == 2_194_000
    assert round(found.money.forecast) == 2_303_500


def test_a_wide_audience_sees_no_amounts() -> None:
    assert portfolio.summary(marktplein(), "wide").money is None


def test_a_programme_site_tells_what_projects_depend_on() -> None:
    rows = (
        row(
            1, Title="Kerkstraat", DependencyNote="Deelt de aannemer.", DependencyRag="amber", PortfolioStatus="active"
        ),
        row(2, Title="Gevels", DependencyNote="Wacht.", DependencyRag="red", PortfolioStatus="paused"),
        row(3, Title="Park", DependencyRag="green", PortfolioStatus="active"),
    )
    table = portfolio.dependency_table(whole(projects=(project("programme", ProgrammeProjects=rows),)))

    assert table is not None
    assert table.rows == (("Kerkstraat", "Deelt de aannemer.", "Amber"),)


def hostile() -> portfolio.Portfolio:
    bad = replace(
        project(
            Actions=late(2),
            Milestones=(row(1, Title=HOSTILE, PlanEnd=DAY, MilestoneKind="milestone", MilestoneStatus="planned"),),
            Risks=(row(1, Title=HOSTILE, RiskProbability=5, RiskImpact=5, RiskStatus="identified"),),
        ),
        name='=HYPERLINK("http://example.org")',
    )
    return whole(portfolio.summary(bad, "team"), portfolio.unreadable(HOSTILE, "u", HOSTILE), projects=(bad,))


def test_the_page_shows_the_reason_and_keeps_text_text() -> None:
    text = page.portfolio_page(hostile(), {"https://lindervoort.sharepoint.com/sites/proef": "proef-2026-11-25.html"})

    assert Tags(text).tags["script"] == 0
    assert "Could not be read:</strong> &lt;script&gt;" in text
    assert set("\u202e\u202c\x07\ud800").isdisjoint(text)
    assert '<a href="proef-2026-11-25.html">=HYPERLINK(' in text


def test_the_excel_file_holds_words_numbers_and_dates_and_no_formula(tmp_path: Path) -> None:
    workbook.write(hostile(), tmp_path / "overview.xlsx")

    book = CalamineWorkbook.from_path(str(tmp_path / "overview.xlsx"))
    assert book.sheet_names == ["Projects", "Milestones", "Risks"]
    head, *rows = book.get_sheet_by_name("Projects").to_python()
    found = [dict(zip(head, cells, strict=True)) for cells in rows]
    assert str(found[0]["Project"]).startswith("<script>alert(1)</script>")
    assert str(found[0]["Could not be read"]).startswith("<script>alert(1)</script>")
    assert found[1]["Project"] == '=HYPERLINK("http://example.org")'
    assert found[1]["Actions overdue"] == 2
    assert found[1]["Planned"] == DAY
    assert found[1]["Risks"] == "Red (suggested)"
    raw = (tmp_path / "overview.xlsx").read_bytes()
    assert b"<f>" not in raw


def test_the_excel_file_can_be_read_and_printed(tmp_path: Path) -> None:
    workbook.write(hostile(), tmp_path / "overview.xlsx")

    for sheet in load_workbook(tmp_path / "overview.xlsx").worksheets:
        cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line if cell.value is not None]
        assert {cell.alignment.vertical for cell in cells} == {"top"}  # figures stand beside the words they belong to
        assert (sheet.page_setup.orientation, sheet.print_title_rows, sheet.print_title_cols) == (
            "landscape",
            "$1:$1",
            "$A:$A",
        )


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.skipif(axe_core() is None, reason="axe-core is not installed (npm install axe-core, or AXE_CORE)")
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(tmp_path: Path, width: int) -> None:
    rows = [portfolio.summary(marktplein(), "team"), portfolio.summary(project("small-project"), "team")]
    text = page.portfolio_page(whole(*rows, portfolio.unreadable("Stadhuis", "u", "No right.")), {})
    found = audit(re.sub(r"<meta http-equiv[^>]+>", "", text), "", tmp_path, width=width)

    assert found["viewport"] == width
    assert found["violations"] == [], json.dumps(found["violations"], indent=1)
    assert found["wide"] <= 0
