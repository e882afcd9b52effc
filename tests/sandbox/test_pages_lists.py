"""Sites, lists and rows on the pages, through a site filled over its own REST interface."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from projectlists.sandbox.directory import Directory
from tests.sandbox.list_site import ListSite, choices, field
from tests.sandbox.page_visitor import Page, Visitor

LIST = "/sites/demo/Lists/Acties"
ANNA, BRAM = "anna.bos@gemeente.example", "bram.dijk@gemeente.example"
FIELDS = (
    field("Choice", "Status", choices("Nieuw", "Bezig", "Klaar", default="Nieuw")),
    field("DateTime", "DueDate", Format="DateOnly"),
    field("DateTime", "EndDate", Format="DateOnly"),
    field("User", "Owner", List="UserInfo"),
    field("Number", "Percent"),
    field("Note", "Details"),
    field("URL", "Link"),
    field("Text", "Key", ShowInDisplayForm="FALSE"),
)


class Demo(ListSite):
    """The site with one list and a visitor."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.path = self.add_list("Acties", *FIELDS)
        self.anna, self.bram = self.user_id(ANNA), self.user_id(BRAM)
        self.visitor = Visitor(self.tenant, Directory(self.tenant.store, self.tenant.tenant_id))

    def row(self, title: str, **values: Any) -> int:
        return int(self.json("POST", f"{self.path}/items", {"Title": title, **values})["Id"])

    def change(self, item: int, **values: Any) -> None:
        headers = {"X_HTTP_Method": "MERGE", "If_Match": "*"}
        self.send("POST", f"{self.path}/items({item})", values, **headers)

    def view(self, title: str, fields: list[str], query: str = "", **more: Any) -> str:
        parameters = {"Title": title, "ViewFields": fields, "Query": query, "RowLimit": 30, **more}
        made = self.json("POST", f"{self.path}/views/add", {"parameters": parameters})
        return str(made["ServerRelativeUrl"])

    def format(self, name: str, formatter: Any) -> None:
        body = {"CustomFormatter": json.dumps(formatter) if not isinstance(formatter, str) else formatter}
        path = f"{self.path}/fields/getbyinternalnameortitle('{name}')"
        answer = self.send("POST", path, body, X_HTTP_Method="MERGE", If_Match="*")
        assert answer.status < 300, answer.body

    def see(self, address: str, **options: Any) -> Page:
        return self.visitor.see(address, **options)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path)
    yield made
    made.tenant.store.close()


def test_a_site_shows_its_lists_people_and_groups(demo: Demo) -> None:
    demo.row("Een")
    page = demo.see("/sites/demo")
    assert page.main.one("h1").text == "Demo"
    assert page.table("Lijsten")[1:] == [["Acties", "", "Alle items", "1"]]
    assert [row[0] for row in page.table("Bibliotheken")[1:]] == ["Documents", "Site Pages"]
    assert "Anna Bos" in page.main.text
    assert "Leden van Demo" in page.main.text
    assert "SharePoint App" not in page.main.text


def test_a_view_shows_its_columns_rows_and_order(demo: Demo) -> None:
    demo.row("Later", DueDate="2026-12-02T00:00:00", OwnerId=demo.anna, Percent=40, Status="Bezig")
    demo.row("Eerder", DueDate="2026-12-01T00:00:00", Status="Nieuw")
    demo.row("Af", DueDate="2026-11-01T00:00:00", Status="Klaar")
    url = demo.view(
        "Open",
        ["LinkTitle", "DueDate", "Owner", "Percent", "Status"],
        '<Where><Neq><FieldRef Name="Status"/><Value Type="Text">Klaar</Value></Neq></Where>'
        '<OrderBy><FieldRef Name="DueDate"/></OrderBy>',
    )
    page = demo.see(url)
    # Date-only values are the site's midnights, kept in UTC: 1 December is 30 November 23:00Z (guide.md §6.3).
    assert page.table("Acties: Open") == [
        ["Titel", "DueDate", "Owner", "Percent", "Status"],
        ["Eerder", "1-12-2026", "– leeg", "– leeg", "Nieuw"],
        ["Later", "2-12-2026", "AB Anna Bos", "40", "Bezig"],
    ]
    assert page.link("Eerder") == f"{LIST}/DispForm.aspx?ID=2"
    row = page.main.one("table").all("tr")[1]
    assert [one.attributes["scope"] for one in row.all("th")] == ["row"]
    assert {one.text for one in row.all("span", class_="pill")} == {"Nieuw"}
    assert [one.attributes["datetime"] for one in row.all("time")] == ["2026-12-01"]
    current = page.root.all("a", aria_current="page")
    assert [one.text for one in current] == ["Open"]


def test_a_long_view_goes_on_where_it_stopped(demo: Demo) -> None:
    for number in range(1, 8):
        demo.row(f"Rij {number}")
    query = '<OrderBy><FieldRef Name="Title" Ascending="FALSE"/></OrderBy>'
    url = demo.view("Kort", ["LinkTitle"], query, RowLimit=3)
    seen: list[str] = []
    address, places = url, []
    for _ in range(3):
        page = demo.see(address)
        seen += [row[0] for row in page.table("Acties: Kort")[1:]]
        places.append(next(one.text for one in page.main.all("p") if one.text.startswith("Rij ") and "tot" in one.text))
        address = page.link("Volgende rijen") if len(seen) < 7 else ""
    assert seen == [f"Rij {number}" for number in range(7, 0, -1)]
    assert places == ["Rij 1 tot en met 3 van 7", "Rij 4 tot en met 6 van 7", "Rij 7 tot en met 7 van 7"]


def test_a_view_about_me_asks_whose_eyes(demo: Demo) -> None:
    demo.row("Van Anna", OwnerId=demo.anna)
    demo.row("Van Bram", OwnerId=demo.bram)
    query = '<Where><Eq><FieldRef Name="Owner"/><Value Type="Integer"><UserID/></Value></Eq></Where>'
    url = demo.view("Mijn acties", ["LinkTitle"], query)
    first, other = demo.see(url), demo.see(f"{url}?me={BRAM}")
    assert [row[0] for row in first.table("Acties: Mijn acties")[1:]] == ["Van Anna"]
    assert [row[0] for row in other.table("Acties: Mijn acties")[1:]] == ["Van Bram"]
    chosen = other.main.one("select", name="me").all("option")
    assert [(one.text, "selected" in one.attributes) for one in chosen] == [("Anna Bos", False), ("Bram Dijk", True)]
    assert first.root.one("label", for_="me").text == "Door wiens ogen kijk je?"


def test_groups_count_the_whole_view(demo: Demo) -> None:
    for number in range(5):
        demo.row(f"Rij {number}", Status="Bezig" if number < 4 else "Nieuw")
    query = '<GroupBy Collapse="FALSE"><FieldRef Name="Status"/></GroupBy>'
    page = demo.see(demo.view("Per status", ["LinkTitle", "Status"], query, RowLimit=2))
    (summary,) = page.main.all("summary")
    assert summary.one("h3").text == "Status: Bezig (4 rijen )"
    assert len(page.table("Status: Bezig")) == 3


def test_a_board_has_a_lane_per_choice(demo: Demo) -> None:
    demo.row("Een", Status="Bezig", OwnerId=demo.anna)
    demo.row("Twee", Status="Bezig")
    demo.change(demo.row("Oud"), Status="Vroeger")
    data = '<FieldRef Name="Status" Type="KanbanPivotColumn" />'
    url = demo.view("Bord", ["LinkTitle", "Owner", "Status"], ViewType2="KANBAN", ViewData=data)
    board = demo.see(url).main.one("div", class_="board")
    lanes = {lane.one("h3").text: [card.text for card in lane.all("li")] for lane in board.all("section")}
    assert lanes == {
        "Nieuw 0 rijen": [],
        "Bezig 2 rijen": ["Een Owner AB Anna Bos", "Twee"],
        "Klaar 0 rijen": [],
        "Vroeger 1 rijen": ["Oud"],
    }


def test_a_calendar_shows_a_month_in_iso_weeks(demo: Demo) -> None:
    demo.row("Avond", DueDate="2026-11-30T00:00:00", EndDate="2026-12-01T00:00:00", Status="Bezig")
    demo.row("Ooit", DueDate="2026-03-01T00:00:00")
    query = (
        '<Where><DateRangesOverlap><FieldRef Name="DueDate"/><FieldRef Name="EndDate"/>'
        '<Value Type="DateTime"><Month/></Value></DateRangesOverlap></Where>'
    )
    fields = ["DueDate", "EndDate", "Title", "Status"]
    url = demo.view("Kalender", fields, query, ViewType2="MODERNCALENDAR")
    november, december = demo.see(url), demo.see(f"{url}?month=2026-12")
    weeks = november.table("Kalender van november 2026")
    assert weeks[0] == ["Week", "ma", "di", "wo", "do", "vr", "za", "zo"]
    # 1 November 2026 is a Sunday of week 44; 30 November is the Monday of week 49 (guide.md §6.2).
    assert [week[0] for week in weeks[1:]] == ["44", "45", "46", "47", "48", "49"]
    assert weeks[-1][1] == "30 Avond Bezig"
    # The clock stands on 23 November.
    assert weeks[-2][1] == "23 vandaag"
    days = december.table("Kalender van december 2026")
    # 2026 has a week 53: 31 December is its Thursday (guide.md §6.2).
    assert days[-1][0] == "53"
    assert days[1][2] == "1 Avond (loopt door)"
    assert "Ooit" not in november.main.text + december.main.text
    assert november.link("Volgende maand : december 2026") == f"{url}?month=2026-12"


def test_formatting_shows_numbers_and_late_marks_in_words(demo: Demo) -> None:
    demo.row("Bel Piet", DueDate="2026-11-20T00:00:00")
    demo.row("Later", DueDate="2026-11-27T00:00:00")
    # The service writes @currentWeb as the absolute address of the site.
    link = {"elmType": "a", "txtContent": "='A-' + [$ID] + ' ' + @currentField"}
    href = {"href": "=@currentWeb + '/Lists/Acties/DispForm.aspx?ID=' + [$ID]"}
    demo.format("Title", {**link, "attributes": href})
    mark = "=if(@currentField < @now - 86400000, 'Te laat', '')"
    severity = "=if(@currentField < @now - 86400000, 'sp-field-severity--severeWarning', '')"
    icon = {"elmType": "span", "attributes": {"iconName": "=if(@currentField < @now - 86400000, 'Warning', '')"}}
    date = {"elmType": "span", "txtContent": "=toLocaleDateString(@currentField)"}
    words = {"elmType": "span", "txtContent": mark}
    demo.format("DueDate", {"elmType": "div", "attributes": {"class": severity}, "children": [icon, date, words]})
    page = demo.see(demo.view("Alles", ["LinkTitle", "DueDate"]))
    assert page.table("Acties: Alles")[1:] == [["A-1 Bel Piet", "20-11-2026 Te laat"], ["A-2 Later", "27-11-2026"]]
    (late,) = page.main.all("span", class_="sp-field-severity--severeWarning")
    assert late.one("svg").attributes["aria-hidden"] == "true"
    # A link to the tenant's own SharePoint leads to the same page here.
    assert page.link("A-1 Bel Piet") == f"{LIST}/DispForm.aspx?ID=1"
    assert demo.see(f"{LIST}/DispForm.aspx?ID=1").main.one("h1").text == "A-1 Bel Piet"


def test_formatting_knows_only_the_columns_of_its_view(demo: Demo) -> None:
    demo.row("Een", Status="Klaar", Percent=1)
    demo.format("Percent", {"elmType": "div", "txtContent": "=if([$Status] == 'Klaar', 'klaar', 'te doen')"})
    with_status, without = (
        demo.view("Met", ["LinkTitle", "Percent", "Status"]),
        demo.view("Zonder", ["LinkTitle", "Percent"]),
    )
    assert demo.see(with_status).table("Acties: Met")[1] == ["Een", "klaar", "Klaar"]
    assert demo.see(without).table("Acties: Zonder")[1] == ["Een", "te doen"]


def test_formatting_reads_numbers_and_dates_as_people_see_them(demo: Demo) -> None:
    demo.row("Een", Percent=40, DueDate="2026-11-20T00:00:00")
    demo.format("Percent", {"elmType": "div", "txtContent": "='nu ' + @currentField.displayValue"})
    demo.format("DueDate", {"elmType": "div", "txtContent": "@currentField.displayValue"})
    page = demo.see(demo.view("Alles", ["LinkTitle", "Percent", "DueDate"]))
    assert page.table("Acties: Alles")[1] == ["Een", "nu 40", "20-11-2026"]


def test_formatting_that_is_not_understood_is_named(demo: Demo) -> None:
    demo.row("Een", Percent=40)
    demo.format("Percent", {"elmType": "div", "txtContent": "=magic(@currentField)"})
    page = demo.see(demo.view("Alles", ["LinkTitle", "Percent"]))
    assert page.table("Acties: Alles")[1] == ["Een", "40"]
    assert (
        "De opmaak van kolom Percent wordt hier niet getoond: the function 'magic' is not known here." in page.main.text
    )


def test_a_query_that_the_service_refuses_is_told(demo: Demo) -> None:
    url = demo.view("Stuk", ["LinkTitle"], '<OrderBy><FieldRef Name="Weg"/></OrderBy>')
    page = demo.see(url)
    assert "SharePoint weigert deze weergave: One or more field types are not installed properly." in page.main.text


def test_a_row_shows_all_columns_and_what_changed(demo: Demo) -> None:
    number = demo.row("Bel Piet", Details="Regel een\nRegel twee", Key="k1", Status="Nieuw")
    demo.change(number, Status="Bezig", OwnerId=demo.anna)
    page = demo.see(f"{LIST}/DispForm.aspx?ID={number}")
    values = {
        one.one("dt").text: one.one("dd").text
        for one in page.main.all("div")
        if len(one.all("dt")) == 1 == len(one.all("dd"))
    }
    assert (values["Titel"], values["Status"], values["Owner"]) == ("Bel Piet", "Bezig", "AB Anna Bos")
    assert values["Details"] == "Regel een Regel twee"
    assert "Key k1" in page.main.one("details").text
    versions = page.table("Versies")[1:]
    assert [row[0] for row in versions] == ["2.0", "1.0"]
    assert versions[0][3] == "Status : was Nieuw → werd Bezig Owner : leeg → werd Anna Bos"
    # 23 November 2026 09:00 UTC is 10:00 in Amsterdam.
    assert versions[1][1:] == ["ma 23 nov 2026 10:00", "SharePoint App", "Rij gemaakt"]


def test_what_people_write_is_never_markup(demo: Demo) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    number = demo.row(evil, Details=evil, Key="k", Link={"Url": "javascript:alert(1)", "Description": evil})
    demo.format("Key", {"elmType": "a", "txtContent": "[$Title]", "attributes": {"href": "javascript:alert(1)"}})
    url = demo.view(evil[:30], ["LinkTitle", "Details", "Link", "Key"])
    for page in (demo.see(url), demo.see(f"{LIST}/DispForm.aspx?ID={number}"), demo.see("/sites/demo")):
        assert not page.root.all("script", "img")
        assert not [one for one in page.root.all("a") if one.attributes["href"].startswith("javascript")]
    assert demo.see(url).main.one("table").one("tbody").one("th").text == " ".join(evil.split())


@pytest.mark.parametrize(
    "address",
    [
        "/nope",
        "/sites/nope",
        "/sites/demo/Lists/Nope",
        f"{LIST}/Nope.aspx",
        f"{LIST}/DispForm.aspx",
        f"{LIST}/DispForm.aspx?ID=99",
        f"{LIST}/DispForm.aspx?ID={'9' * 30}",
        f"{LIST}/DispForm.aspx?ID=%C2%B2",
        "/mail/nobody@gemeente.example/inbox",
        "/mail/delivered/1",
    ],
)
def test_what_is_not_there_is_not_found(demo: Demo, address: str) -> None:
    page = demo.see(address, status=404)
    assert page.main.one("h1").text == "Niet gevonden"


@pytest.mark.parametrize(
    "option", ["month=2026-13", "month=x", "month=9999-01", "PageFirstRow=-1&Paged=TRUE&p_ID=1", "page=0", "me=x"]
)
def test_strange_options_are_no_accident(demo: Demo, option: str) -> None:
    demo.row("Een")
    assert demo.see(f"{LIST}?{option}").status == 200


def test_looking_changes_nothing_and_writing_is_refused(demo: Demo) -> None:
    demo.row("Een")
    changes = demo.tenant.store.connection.total_changes
    for address in ("/", "/sites/demo", LIST, f"{LIST}/DispForm.aspx?ID=1", "/mail", "/teams", "/requests"):
        demo.see(address)
    assert demo.tenant.store.connection.total_changes == changes
    answer = demo.visitor.ask("/sites/demo", "POST")
    assert (answer.status, dict(answer.headers)["Allow"]) == (405, "GET, HEAD")


def test_pages_speak_the_language_asked_for(demo: Demo) -> None:
    dutch, english = demo.see("/"), demo.see("/", Accept_Language="en-GB")
    assert (dutch.root.one("html").attributes["lang"], english.root.one("html").attributes["lang"]) == ("nl", "en")
    assert english.headers.get("Content-Language") == "en"
    forced = demo.see("/?lang=en", Accept_Language="nl")
    assert forced.link("Mail") == "/mail?lang=en"
    # What stands in a Dutch site is Dutch on an English page too.
    assert demo.see(f"{LIST}?lang=en").main.one("h1").attributes["lang"] == "nl"


def test_the_first_page_tells_the_tenants_time(demo: Demo) -> None:
    demo.tenant.clock.set(datetime.fromisoformat("2026-12-04T08:00:00+01:00"))
    page = demo.see("/")
    assert "vrijdag 4 december 2026 08:00" in page.main.text
    assert [row[0] for row in page.table("Sites van de tenant")[1:]] == ["Demo", "Lindervoort"]


@pytest.mark.parametrize(
    "address", ["/", "/sites/demo", LIST, "/mail", "/teams", "/requests", "/nope", "/style.css", "/icon.svg"]
)
def test_a_page_keeps_to_itself(demo: Demo, address: str) -> None:
    headers = dict(demo.visitor.ask(address).headers)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "style-src 'self';" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/", "/sites/demo", LIST, "/mail", "/teams", "/requests", "/nope"])
def test_a_page_has_the_parts_that_help_find_the_way(demo: Demo, address: str) -> None:
    demo.row("Een")
    page = demo.see(address, status=404 if address == "/nope" else 200)
    assert page.root.all("a")[0].attributes == {"class": "skip", "href": "#content"}
    assert page.root.one("main").attributes["id"] == "content"
    levels = [int(one.tag[1]) for one in page.root.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    for table in page.root.all("table"):
        assert table.all("caption")[0].text
        assert all("scope" in one.attributes for one in table.all("th"))
    for region in page.root.all("div", role="region"):
        assert region.attributes["tabindex"] == "0"
        assert region.attributes["aria-label"]
