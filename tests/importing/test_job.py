"""Importing as a person does: whole commands, through the real clients and a sandbox."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from projectlists.definitions.model import Definitions
from projectlists.exporting.job import export
from projectlists.farend.sharepoint import SharePointSite
from projectlists.importing import job
from projectlists.item import Item
from tests.exporting.filled import TODAY
from tests.far_end import FarEnd
from tests.importing.books import book, fill, made
from tests.importing.conftest import Import

HEADINGS = ["Nr", "Wat", "Wie", "Wanneer", "Stand"]


def items(far_end: FarEnd, definitions: Definitions, key: str = "Actions") -> list[Item]:
    (definition,) = (found for found in definitions.chosen("starter") if found.key == key)
    return list(far_end.open().stream(definition))


def test_a_plain_list_end_to_end(run: Import, definitions: Definitions, tmp_path: Path) -> None:
    owner = run.far_end.ready["users"][0]
    rows = [
        HEADINGS,
        [1, "Bel de aannemer", owner["upn"], date(2026, 4, 3), "bezig"],
        [2, "Schrijf de nieuwsbrief", owner["name"], "wk 16", "nieuw"],
        [3, "Zoek een zaal", "nog te bepalen", "z.s.m.", None],
        [4, None, owner["name"], date(2026, 4, 3), "klaar"],
    ]
    file = book(tmp_path / "acties.xlsx", rows)
    status, result, shown = run(file, "--yes")

    assert status == 1  # one row was refused
    assert result["rows"] == {"new": 2, "changed": 0, "unchanged": 0, "doubtful": 1, "refused": 1}
    assert result["mapping"] == {
        "Nr": "ImportKey",
        "Wat": "Title",
        "Wie": "ActionOwner",
        "Wanneer": "DueDate",
        "Stand": "ActionStatus",
    }
    assert result["refused"] == [
        {"row": 5, "reason": "There is nothing in the column Wat, so it is not clear what this row is."}
    ]
    assert "row 4, doubtful: Wanneer: “z.s.m.” is not an exact date, so the column stays empty." in shown
    one, two = items(run.far_end, definitions)
    assert (one.text("Title"), one["ActionStatus"], one["ImportKey"]) == ("Bel de aannemer", "in_progress", "1")
    assert one["DueDate"] == date(2026, 4, 3)
    assert (two["ActionStatus"], two["ActionPriority"], two["PercentDone"]) == ("new", "normal", 0)
    assert [getattr(item.person("ActionOwner"), "name", "") for item in (one, two)] == [owner["name"]] * 2

    left = CalamineWorkbook.from_path(str(tmp_path / "acties.refused.xlsx")).get_sheet_by_index(0).to_python()
    assert result["files"] == [str(tmp_path / "acties.refused.xlsx")]
    assert [line[2] for line in left[1:]] == [4.0, 5.0]
    assert left[0][:4] == ["projectlists: why not taken over", "projectlists: kind", "projectlists: line", "Nr"]
    assert left[1] == [
        "Wanneer: “z.s.m.” is not an exact date, so the column stays empty.",
        "doubtful",
        4.0,
        "3",
        "Zoek een zaal",
        "nog te bepalen",
        "z.s.m.",
        "",
    ]

    run.far_end.control("DELETE", "requests")
    status, again, _shown = run(file, "--yes")
    assert again["rows"] == {"new": 0, "changed": 0, "unchanged": 2, "doubtful": 1, "refused": 1}
    assert run.far_end.writes() == []

    status, chosen, _shown = run(file, "--yes", "--doubtful", "write")
    assert chosen["rows"] == {"new": 1, "changed": 0, "unchanged": 2, "doubtful": 0, "refused": 1}
    assert items(run.far_end, definitions)[2]["ActionDetails"] == "Wanneer: z.s.m."
    run.far_end.control("DELETE", "requests")
    _status, last, _shown = run(file, "--yes", "--doubtful", "write")
    assert last["rows"] == {"new": 0, "changed": 0, "unchanged": 3, "doubtful": 0, "refused": 1}
    assert run.far_end.writes() == []


def test_nothing_is_written_without_a_yes(run: Import, definitions: Definitions, tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", [HEADINGS, [1, "Bel", None, date(2026, 4, 3), None]])
    status, result, shown = run(file)

    assert (status, result["ok"]) == (2, False)
    assert "then give --yes" in result["error"]
    assert "Wat     → Action" in shown
    assert items(run.far_end, definitions) == []


def test_an_interrupted_import_goes_on(run: Import, definitions: Definitions, tmp_path: Path) -> None:
    rows = [["Actie", "Deadline"], *([f"Actie {number % 120}", date(2026, 4, 3)] for number in range(130))]
    file = book(tmp_path / "a.xlsx", rows)
    # The first batch is carried out, and its answer is lost.
    run.far_end.faults({"path": r"/\$batch$", "after": 3, "times": 1, "do": "reset-after"})
    status, result, _shown = run(file, "--yes")
    run.far_end.control("DELETE", "faults")
    assert (status, "lost" in result["error"]) == (1, True)
    before = len(items(run.far_end, definitions))
    assert before == 100

    status, result, _shown = run(file, "--yes")

    assert result["rows"] == {"new": 30, "changed": 0, "unchanged": 100, "doubtful": 0, "refused": 0}
    titles = [item.text("Title") for item in items(run.far_end, definitions)]
    assert sorted(titles) == sorted(f"Actie {number % 120}" for number in range(130))
    assert result["http"]["requests"] <= 8


def test_an_edited_export_changes_exactly_those_cells(
    run: Import, site: SharePointSite, definitions: Definitions, tmp_path: Path
) -> None:
    answers = site.run([site.addition("Actions", {"Title": f"Actie {n}", "PercentDone": 10}) for n in range(3)])
    numbers = [int(answer.checked().entity["Id"]) for answer in answers]
    file = tmp_path / "a.csv"
    export(site, definitions, ["Actions"], file)
    lines = file.read_text("utf-8-sig").splitlines()
    lines[1] = lines[1].replace("Actie 0", "Bel Anna").replace(";10;", ";30;")
    lines[2] = lines[2].replace("Actie 1", "Bel Bas")
    file.write_text("\r\n".join(lines) + "\r\n", "utf-8-sig")
    # Meanwhile somebody changes the second row.
    site.run([site.change("Actions", numbers[1], {"AgendaItem": "3b"}, None)])[0].checked()

    ready = job.prepared(site, definitions, "Actions", file, today=TODAY)

    assert [row.outcome for row in ready.rows] == ["changed", "refused", "unchanged"]
    assert ready.rows[0].values == {"Title": "Bel Anna", "PercentDone": 30}
    assert "was changed in SharePoint after the export" in ready.rows[1].reason
    assert "These columns differ: Actie, Agendapunt." in ready.rows[1].reason

    # And the first after the preview: it is left alone too.
    site.run([site.change("Actions", numbers[0], {"MeetingName": "PT"}, None)])[0].checked()
    done = job.write(site, ready)
    assert [row.outcome for row in done.rows] == ["refused", "refused", "unchanged"]
    assert "during the import" in done.rows[0].reason
    assert [item.text("Title") for item in items(run.far_end, definitions)] == ["Actie 0", "Actie 1", "Actie 2"]


def test_what_the_service_refuses_is_named_by_row(run: Import, definitions: Definitions, tmp_path: Path) -> None:
    rows = [
        ["Actie", "Deadline", "Uitgevoerd op"],
        ["Bel", date(2026, 4, 3), date(2099, 1, 1)],
        ["Mail", date(2026, 4, 3), None],
    ]
    status, result, _shown = run(book(tmp_path / "a.xlsx", rows), "--yes")

    assert (status, result["rows"]["new"], result["rows"]["refused"]) == (1, 1, 1)
    assert result["refused"][0]["row"] == 2
    assert "Deze datum mag niet in de toekomst liggen" in result["refused"][0]["reason"]


def test_people_of_the_organisation_are_found_too(run: Import, definitions: Definitions, tmp_path: Path) -> None:
    """Nobody but the first has been on the site yet."""
    first, second, third = run.far_end.ready["users"][:3]
    run.far_end.open().people([first["upn"]])
    rows = [
        ["Actie", "Actiehouder", "Deadline"],
        ["Bel", first["name"], date(2026, 4, 3)],
        ["Mail", second["name"], date(2026, 4, 3)],
        ["Vraag", third["upn"].upper(), date(2026, 4, 3)],
        ["Zoek", "Niemand O'Brien & Zoon", date(2026, 4, 3)],
        ["Schrijf", third["name"].split()[0], date(2026, 4, 3)],  # a first name is looked for on the site only
    ]
    file = book(tmp_path / "a.xlsx", rows)
    status, result, _shown = run(file, "--yes", "--doubtful", "write")

    assert (status, result["rows"]["new"]) == (0, 5)
    owners = [item.person("ActionOwner") for item in items(run.far_end, definitions)]
    assert [owner and owner.login.rpartition("|")[2] for owner in owners] == [
        first["upn"],
        second["upn"],
        third["upn"],
        None,
        None,
    ]
    _status, again, _shown = run(file, "--yes", "--doubtful", "write")
    assert again["rows"]["unchanged"] == 4
    assert again["rows"]["changed"] == 1  # by now the site knows who that is
    _status, last, _shown = run(file, "--yes", "--doubtful", "write")
    assert last["rows"]["unchanged"] == 5


def test_a_colour_means_a_state_only_when_somebody_said_so(
    run: Import, definitions: Definitions, tmp_path: Path
) -> None:
    def sheet(sheet, formats) -> None:  # type: ignore[no-untyped-def]
        fill(sheet, formats, [["Actie", "Deadline"], [None, date(2026, 4, 3)], ["Mail", date(2026, 4, 3)]])
        sheet.write_string(1, 0, "Bel", formats["green"])
        sheet.set_row(2, None, None, {"hidden": True})

    file = made(tmp_path / "a.xlsx", {"Blad1": sheet})
    mapping = tmp_path / "a.mapping.yaml"
    _status, result, shown = run(file, "--yes", "--mapping", str(mapping))
    assert (result["colours"], result["hidden"]) == ({"92D050": 1}, 1)
    assert "Rows that are hidden in the file and are read too: 1" in shown
    assert [item["ActionStatus"] for item in items(run.far_end, definitions)] == ["new", "new"]

    text = mapping.read_text("utf-8")
    assert "Actie: Title" in text
    mapping.write_text(text.replace("colours: {}", "colours: {92D050: done}"), "utf-8")
    _status, result, _shown = run(file, "--yes", "--mapping", str(mapping))
    assert result["rows"]["changed"] == 1
    assert [item["ActionStatus"] for item in items(run.far_end, definitions)] == ["done", "new"]


def test_a_mapping_file_is_followed_and_checked(run: Import, definitions: Definitions, tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", [["Actie", "Wie", "Deadline"], ["Bel", "Zaal huren", date(2026, 4, 3)]])
    mapping = tmp_path / "m.yaml"
    mapping.write_text("list: Actions\ncolumns:\n  Wie: Title\n  Actie: null\n", "utf-8")
    _status, result, _shown = run(file, "--yes", "--mapping", str(mapping))
    assert result["mapping"] == {"Wie": "Title", "Deadline": "DueDate"}
    assert [item.text("Title") for item in items(run.far_end, definitions)] == ["Zaal huren"]

    mapping.write_text("list: Actions\ncolumns:\n  Actie: Titel\n", "utf-8")
    status, result, _shown = run(file, "--yes", "--mapping", str(mapping))
    assert status == 2
    assert f"{mapping}:3: Titel is not a column that can be filled. Choose from Title, ActionDetails" in result["error"]


class Terminal(io.StringIO):
    """Somebody at a keyboard."""

    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_about_colours_doubts_and_the_mapping(
    run: Import, definitions: Definitions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sheet(sheet, formats) -> None:  # type: ignore[no-untyped-def]
        fill(sheet, formats, [["Actie", "Deadline"], [None, date(2026, 4, 3)], ["Mail", "z.s.m."]])
        sheet.write_string(1, 0, "Bel", formats["green"])

    file = made(tmp_path / "a.xlsx", {"Blad1": sheet})
    monkeypatch.setattr("sys.stdin", Terminal("y\nn\nn\n"))
    status, result, shown = run(file)
    assert (status, result["error"]) == (
        1,
        "Nothing was written. With --mapping FILE you can correct what the headings mean.",
    )
    assert "Rows that are green and have no state: 1. Does that mean: Done?" in shown
    assert "Doubtful rows: 1. Write them too?" in shown
    assert "Rows to write: 1. Do the columns match, and may they be written?" in shown
    assert items(run.far_end, definitions) == []

    monkeypatch.setattr("sys.stdin", Terminal("y\ny\ny\n"))
    _status, result, _shown = run(file)
    assert result["rows"]["new"] == 2
    assert [item["ActionStatus"] for item in items(run.far_end, definitions)] == ["done", "new"]


def test_residents_are_not_named_lightly(run: Import, definitions: Definitions, tmp_path: Path) -> None:
    owner = run.far_end.ready["users"][0]["upn"]
    rows = [
        ["Stakeholder", "Soort", "Houding", "Relatiehouder"],
        ["Bewoners Kerkstraat", "groep", "+", owner],
        ["Dhr. P. Jansen", "Individuele inwoner of ondernemer", "-", owner],
    ]
    _status, result, shown = run(book(tmp_path / "a.xlsx", rows), "--yes", list_name="stakeholders")

    assert (result["rows"]["new"], result["rows"]["doubtful"]) == (1, 1)
    assert result["doubtful"] == [
        {"row": 3, "reason": "The stance of one resident needs a reason: a fact with its source and date."}
    ]
    assert "Rows that seem to name a resident: 1." in shown


@pytest.mark.slow
def test_five_thousand_rows_take_less_than_sixty_requests(
    run: Import, definitions: Definitions, tmp_path: Path
) -> None:
    rows = [HEADINGS, *([number, f"Actie {number}", None, date(2026, 4, 3), "open"] for number in range(1, 5001))]
    file = book(tmp_path / "a.xlsx", rows)
    _status, result, _shown = run(file, "--yes")
    assert (result["rows"]["new"], result["http"]["requests"] < 60) == (5000, True)

    run.far_end.control("DELETE", "requests")
    _status, again, _shown = run(file, "--yes")
    assert (again["rows"]["unchanged"], run.far_end.writes()) == (5000, [])
