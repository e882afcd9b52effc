"""Every kind of page through axe-core (WCAG 2.2 A and AA, best practices), wide in light and narrow in dark.

Needs Chromium, and axe-core by `npm install axe-core` in the checkout or a file named by AXE_CORE; skipped without.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from projectlists.sandbox.requestlog import Entry, RequestLog
from tests.sandbox.page_audit import CHROMIUM, audit, axe_core
from tests.sandbox.test_pages_lists import LIST, Demo

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
    pytest.mark.skipif(axe_core() is None, reason="axe-core is not installed (npm install axe-core, or AXE_CORE)"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The HTML of each kind of page by address, and the style sheet."""
    demo = Demo(tmp_path_factory.mktemp("site"))
    for number in range(1, 4):
        demo.row(f"Rij {number}", Status="Bezig", DueDate="2026-11-20T00:00:00", OwnerId=demo.anna, Percent=number * 30)
    demo.change(1, Status="Klaar")
    icon = {"elmType": "span", "attributes": {"iconName": "Warning"}}
    for name, severity in (("DueDate", "severeWarning"), ("Status", "good"), ("Percent", "warning")):
        words = {"elmType": "span", "txtContent": "=@currentField + ''"}
        formatter: dict[str, Any] = {"elmType": "div", "children": [icon, words]}
        demo.format(name, {**formatter, "attributes": {"class": f"sp-field-severity--{severity}"}})
    columns = ["LinkTitle", "DueDate", "Owner", "Status", "Percent", "Link"]
    grouped = demo.view("Groepen", columns, '<GroupBy><FieldRef Name="Owner"/><FieldRef Name="Status"/></GroupBy>')
    me = demo.view(
        "Mij", columns, '<Where><Eq><FieldRef Name="Owner"/><Value Type="Integer"><UserID/></Value></Eq></Where>'
    )
    pivot = '<FieldRef Name="Status" Type="KanbanPivotColumn" />'
    board = demo.view("Bord", columns, ViewType2="KANBAN", ViewData=pivot)
    month = demo.view("Kalender", ["DueDate", "EndDate", "Title"], ViewType2="MODERNCALENDAR")
    log = RequestLog(demo.tenant.folder)
    for number, (path, status, batch) in enumerate(
        (("/_api/$batch", 200, None), ("/_api/web", 404, 1), ("/x", 429, None)), 1
    ):
        log.add(Entry(number, "h", "GET", path, status, 1.0, 1, batch, "2026-11-24T07:00:00.000+00:00"))
    log.add(
        Entry(9, "prod-00.westeurope.logic.azure.com", "POST", "/w", 202, 1.0, 1, None, "2026-11-24T07:00:00.000+00:00")
    )
    log.close()
    addresses = (
        "/",
        "/sites/demo",
        grouped,
        me,
        board,
        month,
        f"{LIST}/DispForm.aspx?ID=1",
        "/mail",
        "/teams",
        "/requests",
    )
    found = {address.rsplit("/", 1)[-1] or address: demo.see(address).html for address in addresses}
    found["style"] = demo.visitor.ask("/style.css").body.decode()
    demo.tenant.store.close()
    return found


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (320, True)])
@pytest.mark.parametrize(
    "name",
    [
        "/",
        "demo",
        "Groepen.aspx",
        "Mij.aspx",
        "Bord.aspx",
        "Kalender.aspx",
        "DispForm.aspx?ID=1",
        "mail",
        "teams",
        "requests",
    ],
)
def test_axe_finds_nothing(pages: dict[str, str], tmp_path: Path, name: str, width: int, dark: bool) -> None:
    found = audit(pages[name], pages["style"], tmp_path, width=width, dark=dark)
    assert found["dark"] is dark
    assert found["passes"] > 20
    assert found["viewport"] == width
    assert found["violations"] == [], json.dumps(found["violations"], indent=1)
    # Nothing makes the page itself scroll sideways (WCAG 1.4.10); tables do so inside their own region.
    assert found["wide"] <= 0
