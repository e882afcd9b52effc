"""The page: one file, nothing fetched, no script, text stays text; and what axe-core says of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from projectlists.language import speaking
from projectlists.reporting import assembly, page
from tests.reporting.sampled import hostile_report, project, report
from tests.rows import row
from tests.sandbox.page_audit import CHROMIUM, audit, axe_core


class Tags(HTMLParser):
    """What a page consists of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]


@pytest.fixture(scope="module")
def dutch() -> str:
    with speaking("nl"):
        return page.project_page(report())


def test_a_page_is_whole_in_itself(dutch: str) -> None:
    found = Tags(dutch)

    assert found.tags["script"] == found.tags["link"] == found.tags["img"] == found.tags["iframe"] == 0
    fetched = [
        value
        for tag, name, value in found.attributes
        if name in {"src", "href", "xlink:href", "action"} and not (value or "").startswith("#")
    ]
    assert fetched == []
    assert "url(" not in re.sub(r"url\(#[^)]+\)", "", dutch)
    assert found.tags["svg"] > 11


def test_every_id_is_there_once_and_every_reference_finds_its_own(dutch: str) -> None:
    found = Tags(dutch)
    ids = Counter(value for _tag, name, value in found.attributes if name == "id")
    asked = {(value or "")[1:] for _tag, name, value in found.attributes if name in {"href", "xlink:href"}}
    asked |= {
        value for _tag, name, value in found.attributes if name in {"aria-labelledby", "aria-describedby"} and value
    }
    asked |= set(re.findall(r"url\(#([^)]+)\)", dutch))

    assert [name for name, count in ids.items() if count > 1] == []
    assert asked - set(ids) == set()


def test_the_page_speaks_the_language_of_the_site(dutch: str) -> None:
    line = row(1, Title="Works", BudgetOriginal=2194000.0, BudgetStatus="approved")
    english = page.project_page(assembly.report(project(language="en", BudgetLines=(line,)), "team"))

    assert '<html lang="nl">' in dutch
    assert "Voortgangsrapport, stand op woensdag 25 november 2026" in dutch
    assert "Ringen van invloed" in dutch
    assert '<html lang="en">' in english
    assert "Status report, as on Wednesday 25 November 2026" in english
    assert "€ 2,194,000" in english
    assert "€ 2.194.000" in dutch


def test_hostile_rows_are_text_on_the_page() -> None:
    text = page.project_page(hostile_report())
    found = Tags(text)

    assert found.tags["script"] == 0
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quotes&#34;" in text
    assert not any(name.startswith("on") for _tag, name, _value in found.attributes)
    for key in ("rings", "power", "timeline", "budget", "risks-now", "calendar", "lanes", "burnup", "loads"):
        assert f'aria-labelledby="{key}-alt"' in text
    assert set("\u202e\u202c\x07\ud800").isdisjoint(text)


def test_an_empty_site_still_gives_a_page() -> None:
    text = page.project_page(assembly.report(project("starter"), "team"))

    assert "There are no actions in the list." in text
    assert "This site has no Risk list, so there is nothing to show." in text


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.skipif(axe_core() is None, reason="axe-core is not installed (npm install axe-core, or AXE_CORE)")
@pytest.mark.parametrize("width", [1280, 640, 320])  # 640 is 1280 at 200 %
def test_axe_finds_nothing(dutch: str, tmp_path: Path, width: int) -> None:
    # The page forbids scripts; the audit is one. Every table is looked at, those that are folded away as well.
    text = re.sub(r"<meta http-equiv[^>]+>", "", dutch).replace("<details>", "<details open>")
    found = audit(text, "", tmp_path, width=width)

    assert found["passes"] > 20
    assert found["viewport"] == width
    assert found["violations"] == [], json.dumps(found["violations"], indent=1)
    # Nothing makes the page itself scroll sideways (WCAG 1.4.10); pictures and tables do so inside their own region.
    assert found["wide"] <= 0


def test_dates_and_row_numbers_are_not_broken_over_two_lines_and_text_stays_text() -> None:
    text = page._unbroken('M-5 <b>A-12</b> is due on 4-12-2026 (4 Dec 2026), not "P-R-1"')

    assert text == (
        '<span class="whole">M-5</span> &lt;b&gt;<span class="whole">A-12</span>&lt;/b&gt; is due on '
        '<span class="whole">4-12-2026</span> (<span class="whole">4 Dec 2026</span>), not &#34;P-<span class="whole">'
        "R-1</span>&#34;"
    )
