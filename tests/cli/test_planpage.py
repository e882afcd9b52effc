"""The plan as a page: everything in it, in both languages, hostile text as text, and as axe-core sees it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from projectlists.cli import planpage
from projectlists.errors import PlanRefused, Unreachable
from projectlists.provisioning.job import SiteResult
from projectlists.structure.plan import Change, Plan
from tests.cli.test_jobs import Program, program_for
from tests.far_end import FarEnd
from tests.rows import shipped
from tests.sandbox.page_audit import CHROMIUM, audit, axe_core

SITE = "https://lindervoort.sharepoint.com/sites/marktplein"
MADE = datetime(2026, 11, 25, 9, 5)
CHANGES = (
    Change("create", "list", "Risks", "Risks", after="Risicolijst"),
    Change("create", "field", "Risks", "RiskStatus", after="Status"),
    Change("update", "list", "Actions", "Actions", "title", "Acties", "Actielijst"),
    Change("update", "field", "Actions", "ActionStatus", "labels", ("In behandeling",), ("Bezig",), rows=14),
    Change("update", "field", "Actions", "PercentDone", "required", False, True),
    Change("update", "view", "Actions", "Te laat", "query", "<Where />", "<OrderBy />"),
    Change("report", "field", "Actions", "Wijk", before="<script>alert(1)</script>"),
    Change("refuse", "field", "Decisions", "DecidedOn", "type", "Text", "DateTime", reason="Do it in two steps."),
    *(Change("update", "field", "Stakeholders", f"C{number}", "title", "a", "b") for number in range(20)),
)
RESULT = SiteResult(SITE, ok=False, plan=Plan(CHANGES), failure=PlanRefused("refused"))
SETTLED = SiteResult(SITE + "2", ok=True)
FAILED = SiteResult(SITE + "3", ok=False, failure=Unreachable("No connection to lindervoort.sharepoint.com."))


@pytest.fixture
def program(far_end: FarEnd, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return program_for(far_end, tmp_path, capsys)


def text_of(page: str) -> str:
    body = page.partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_everything_of_a_plan_is_on_the_page() -> None:
    words = text_of(planpage.page([RESULT], shipped(), MADE))
    for part in (
        SITE,
        "2 new 24 different 1 added by people 1 refused",
        f"provision {SITE} --plan {RESULT.plan.fingerprint}",
        "changes 22 existing columns, more than 20",
        "solved: Decision list.",
        "new label of a choice: 14.",
        "Risicolijst Risks New list. Columns: 1. Views: 0.",
        "list Action list title from Acties to Actielijst",
        "rows that get a new label: 14 In behandeling → Bezig",
        "column Progress (%) (PercentDone) required from no to yes",
        "view Te laat filter and order",
        "refused column DecidedOn Do it in two steps.",
    ):
        assert part in words, part
    assert "OrderBy" not in words  # code says nothing to people


def test_the_page_stands_by_itself_and_hostile_text_is_text() -> None:
    page = planpage.page([RESULT], shipped(), MADE)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"<link|<img|@import|url\(|src=", page)


def test_several_sites_one_that_failed_and_one_that_is_settled() -> None:
    page = planpage.page([RESULT, SETTLED, FAILED], shipped(), MADE)
    words = text_of(page)
    assert "Nothing to do: the site is as it should be." in words
    assert "No connection to lindervoort.sharepoint.com." in words
    assert page.count('href="#site-') == 3
    assert page.count("--plan ") == 1  # there is nothing to apply on the other two


def test_in_dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projectlists.language._current", "nl")
    page = planpage.page([RESULT], shipped(), MADE)
    assert '<html lang="nl">' in page
    assert "Kijk hier eerst naar" in page
    assert "kolom Voortgang (%) (PercentDone) verplicht van nee naar ja" in text_of(page)


def test_the_command_writes_it(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "plan.html"
    status, document = program.json("plan", "demo", "--html", str(file))
    assert status == 0
    assert document["sites"][0]["fingerprint"] in file.read_text("utf-8")
    assert program("plan", "demo", "--html", str(tmp_path / "nowhere" / "plan.html"))[0] == 2


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.skipif(axe_core() is None, reason="axe-core is not installed (npm install axe-core, or AXE_CORE)")
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
def test_the_page_as_axe_core_sees_it(tmp_path: Path, width: int, dark: bool) -> None:
    found = audit(planpage.page([RESULT, SETTLED, FAILED], shipped(), MADE), "", tmp_path, width=width, dark=dark)
    assert found["violations"] == []
    assert found["wide"] == 0
    assert found["passes"] > 10
    assert (found["viewport"], found["dark"]) == (width, dark)
