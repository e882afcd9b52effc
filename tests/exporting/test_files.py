"""The kinds of files, from rows made by hand: what another program reads back is what was put in."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from projectlists.definitions.model import Definitions
from projectlists.exporting import calendarfile, commafile, datafile, spreadsheet
from projectlists.exporting.cells import Rendering, shared_names
from projectlists.exporting.table import RowKey, Table, row_key
from projectlists.item import Item, Link, Person, Reference, Value
from projectlists.language import Language
from tests.rows import row

ANNA = Person(7, "Anna Jansen", "a.jansen@gemeente.example", "i:0#.f|membership|a.jansen@gemeente.example")
NAMESAKE = Person(8, "Anna Jansen", "anna2@gemeente.example", "i:0#.f|membership|anna2@gemeente.example")
SITE = "https://s.example/sites/a"
HOSTILE = [
    "=cmd|'/c calc'!A1",
    "+31 6",
    "-1 over",
    "@SUM(A1)",
    "\t=1",
    "'=al veilig",
    "a\x01b",
    "\u202eomgekeerd",
    "_x0041_",
]


def table(definitions: Definitions, key: str, language: Language = "nl", shared: frozenset[str] = frozenset()) -> Table:
    return Table(definitions.lists[key], Rendering(definitions, language, shared), "site-1")


def action(number: int, **values: Value) -> Item:
    return row(number, **{"Title": f"Actie {number}", **values})


def sheet(path: Path, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_workbook_has_typed_cells_below_one_title_row(definitions: Definitions, tmp_path: Path) -> None:
    item = action(
        12,
        ActionOwner=ANNA,
        DueDate=date(2026, 3, 29),
        ActionPriority="high",
        ActionStatus="in_progress",
        PercentDone=40,
        RelatedDecision=Reference(3, "Bomen blijven"),
        ProgressNote="regel 1\r\nregel 2",
        ReminderOff=True,
    )
    file = tmp_path / "a.xlsx"
    spreadsheet.write(file, "Marktplein", [(table(definitions, "Actions"), [item])])

    headings, first = sheet(file, "Actielijst")
    found = dict(zip(headings, first, strict=True))
    assert headings[:4] == ["Rijnummer", "Actie", "Toelichting", "Actiehouder"]
    assert found["Rijnummer"] == "A-12"
    assert found["Actiehouder"] == "Anna Jansen"
    assert found["Deadline"] == date(2026, 3, 29)
    assert (found["Prioriteit"], found["Status"], found["Voortgang (%)"]) == ("Hoog", "In behandeling", 40.0)
    assert found["Hoort bij besluit"] == "B-3 Bomen blijven"
    assert found["Stand van zaken"] == "regel 1\nregel 2"
    assert (found["Geen herinnering"], found["Agendapunt"]) == ("Ja", "")
    assert found["projectlists"] == 'Actions/12/site-1/"1"'


def test_workbook_is_made_for_people(definitions: Definitions, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    spreadsheet.write(file, "Marktplein", [(table(definitions, "TeamRoles"), [row(1, Title="PM")])])

    with zipfile.ZipFile(file) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
        book = parts.read("xl/workbook.xml").decode()
        about = parts.read("docProps/core.xml").decode()
    assert 'state="frozen"' in xml
    assert "<autoFilter ref=" in xml
    assert "mergeCell" not in xml
    assert 'hidden="1"' in xml  # the column of keys
    assert "'Keuzes'!$A$2:$A$16" in xml  # fifteen roles: too long to stand in the rule itself
    assert 'name="Keuzes" sheetId="2" state="hidden"' in book
    assert "<dc:title>Marktplein</dc:title>" in about


def test_hostile_text_stays_text(definitions: Definitions, tmp_path: Path) -> None:
    items = [action(number, Title=text) for number, text in enumerate(HOSTILE, start=1)]
    book, commas = tmp_path / "a.xlsx", tmp_path / "a.csv"
    spreadsheet.write(book, "x", [(table(definitions, "Actions"), items)])
    commafile.write(commas, table(definitions, "Actions"), items)

    assert [line[1] for line in sheet(book, "Actielijst")[1:]] == HOSTILE
    with zipfile.ZipFile(book) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
    with commas.open(encoding="utf-8-sig", newline="") as file:
        written = [line[1] for line in csv.reader(file, delimiter=";")][1:]
    assert not [text for text in written if text[0] in "=+-@\t\r"]
    assert [commafile.original(text) for text in written] == HOSTILE


@settings(max_examples=50)
@given(st.text())
def test_text_in_csv_comes_back(text: str) -> None:
    assert commafile.original(commafile.neutral(text)) == text


def test_sheet_names_are_short_and_differ(definitions: Definitions, tmp_path: Path) -> None:
    renamed = definitions.lists["Actions"].model_copy(
        update={"title": definitions.lists["Actions"].title.__class__("Acties [2026]: stand/week? " + "x" * 30, "x")}
    )
    tables = [Table(renamed, Rendering(definitions, "nl"), "s") for _each in range(2)]
    file = tmp_path / "a.xlsx"
    spreadsheet.write(file, "x", [(each, [action(1)]) for each in tables])

    names = CalamineWorkbook.from_path(str(file)).sheet_names[:2]
    assert names == ["Acties  2026   stand week  xxxx", "Acties  2026   stand week  xx 2"]


def test_text_longer_than_a_cell_is_cut_and_says_so(definitions: Definitions, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    spreadsheet.write(file, "x", [(table(definitions, "Actions"), [action(1, ActionDetails="a" * 40_000)])])

    text = str(sheet(file, "Actielijst")[1][2])
    assert (len(text), text[-5:]) == (32_767, "a […]")


def test_csv_is_as_excel_opens_it_in_the_language_of_the_site(definitions: Definitions, tmp_path: Path) -> None:
    item = row(1, Title="Advies", BudgetOriginal=1250.5, BudgetYear=2026, LastCheckedOn=date(2026, 12, 4))
    dutch, english = tmp_path / "nl.csv", tmp_path / "en.csv"
    commafile.write(dutch, table(definitions, "BudgetLines"), [item])
    commafile.write(english, table(definitions, "BudgetLines", "en"), [item])

    assert dutch.read_bytes().startswith(b"\xef\xbb\xbfRijnummer;Kostenpost;")
    assert ";1250,5;" in dutch.read_text("utf-8-sig")
    assert ";4-12-2026;" in dutch.read_text("utf-8-sig")
    assert english.read_bytes().startswith(b"\xef\xbb\xbfRow number,Cost item,")
    assert ",1250.5," in english.read_text("utf-8-sig")
    assert ",2026-12-04," in english.read_text("utf-8-sig")


def test_json_has_keys_and_iso_dates(definitions: Definitions, tmp_path: Path) -> None:
    item = action(1, ActionOwner=ANNA, DueDate=date(2026, 3, 29), ActionStatus="in_progress", ReminderOff=False)
    calendar = row(2, Title="Krant", CommAudience=("residents", "Omwonenden"), PublishedLink=Link("https://x.example"))
    file = tmp_path / "a.json"
    tables = [
        (table(definitions, "Actions"), [item]),
        (table(definitions, "CommunicationCalendar"), [calendar]),
    ]
    datafile.write(file, "https://s.example/sites/a", tables)

    data = json.loads(file.read_text("utf-8"))
    values = data["lists"]["Actions"][0]["values"]
    assert (data["site"], data["lists"]["Actions"][0]["id"]) == ("https://s.example/sites/a", 1)
    assert (values["DueDate"], values["ActionStatus"], values["ReminderOff"]) == ("2026-03-29", "in_progress", False)
    assert values["ActionOwner"]["mail"] == "a.jansen@gemeente.example"
    assert data["lists"]["CommunicationCalendar"][0]["values"]["CommAudience"] == ["residents", "Omwonenden"]


# The clocks go forward on 29 March 2026 (02:00 → 03:00) and back on 25 October.
@pytest.mark.parametrize(
    ("day", "time", "instant"),
    [
        (date(2026, 3, 28), "19:30", datetime(2026, 3, 28, 18, 30, tzinfo=UTC)),
        (date(2026, 3, 29), "19:30", datetime(2026, 3, 29, 17, 30, tzinfo=UTC)),
        (date(2026, 10, 24), "08.15", datetime(2026, 10, 24, 6, 15, tzinfo=UTC)),
        (date(2026, 10, 25), "08.15", datetime(2026, 10, 25, 7, 15, tzinfo=UTC)),
    ],
)
def test_moments_have_dutch_time(
    definitions: Definitions, tmp_path: Path, day: date, time: str, instant: datetime
) -> None:
    file = tmp_path / "a.ics"
    item = row(4, Title="Bewonersavond", CommDate=day, CommTime=time, CommStatus="planned")
    calendarfile.write(file, "Marktplein", SITE, [(table(definitions, "CommunicationCalendar"), [item])])

    (event,) = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert event.decoded("dtstart") == instant
    assert str(event["uid"]) == "communicationcalendar-4@site-1"
    assert str(event["summary"]) == "C-4 Bewonersavond"


def test_deadlines_are_whole_days(definitions: Definitions, tmp_path: Path) -> None:
    file = tmp_path / "a.ics"
    items = [
        action(1, DueDate=date(2026, 3, 29), ActionStatus="new", ActionOwner=ANNA),
        action(2, DueDate=date(2026, 10, 25), ActionStatus="cancelled", Title="Regel 1\r\nBEGIN:VALARM; a,b\x07"),
        action(3),
    ]
    campaign = row(5, Title="Campagne", CommDate=date(2026, 3, 2), CommEndDate=date(2026, 3, 6))
    tables = [
        (table(definitions, "Actions"), items),
        (table(definitions, "CommunicationCalendar"), [campaign]),
    ]
    calendarfile.write(file, "Marktplein", SITE, tables)

    one, two, three = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert (one.decoded("dtstart"), one.decoded("dtend")) == (date(2026, 3, 29), date(2026, 3, 30))
    assert (str(one["transp"]), str(one["status"])) == ("TRANSPARENT", "CONFIRMED")
    assert str(one["description"]) == "Status: Nieuw"
    assert str(two["status"]) == "CANCELLED"
    assert str(two["summary"]) == "A-2 Regel 1\nBEGIN:VALARM; a,b"
    assert (three.decoded("dtstart"), three.decoded("dtend")) == (date(2026, 3, 2), date(2026, 3, 7))
    assert "Anna" not in file.read_text("utf-8")


def test_an_appointment_leads_to_its_row_and_moves_when_it_is_imported_again(
    definitions: Definitions, tmp_path: Path
) -> None:
    # identity-mail-teams.md §11: a client takes an appointment it has over only with a higher SEQUENCE
    file = tmp_path / "a.ics"
    days = {date(2026, 3, 2): date(2026, 3, 29), date(2026, 3, 3): date(2026, 3, 30)}
    written = []
    for changed, due in days.items():
        item = row(4, modified=changed, Title="Zaal", DueDate=due, ActionStatus="new")
        calendarfile.write(file, "Marktplein", SITE, [(table(definitions, "Actions"), [item])])
        written += Calendar.from_ical(file.read_bytes()).walk("VEVENT")

    before, after = written
    assert before["uid"] == after["uid"]
    assert after["sequence"] - before["sequence"] == 24 * 60
    assert str(after["url"]) == "https://s.example/sites/a/Lists/Actions/DispForm.aspx?ID=4"
    assert str(after["x-microsoft-cdo-busystatus"]) == "FREE"


def test_a_moment_of_several_days_with_a_time_lasts_until_its_last_day(
    definitions: Definitions, tmp_path: Path
) -> None:
    file = tmp_path / "a.ics"
    exhibition = row(6, Title="Expositie", CommDate=date(2026, 3, 27), CommEndDate=date(2026, 3, 29), CommTime="10:00")
    calendarfile.write(file, "Marktplein", SITE, [(table(definitions, "CommunicationCalendar"), [exhibition])])

    (event,) = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    # From 10:00 in winter time to the end of Sunday 29 March in summer time.
    assert event.decoded("dtstart") == datetime(2026, 3, 27, 9, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_namesakes_are_told_apart(definitions: Definitions) -> None:
    other = Person(9, "Bo Smit", "b.smit@gemeente.example")
    rendering = Rendering(definitions, "nl", shared_names([ANNA, NAMESAKE, other]))

    assert rendering.person(NAMESAKE) == "Anna Jansen <anna2@gemeente.example>"
    assert rendering.person(other) == "Bo Smit"


def test_a_key_finds_its_row() -> None:
    key = RowKey("Actions", 12, "f2f0-60cf", '"b889,3"')

    assert row_key(str(key)) == key
    assert row_key("A-12") is None
