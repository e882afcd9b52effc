"""Workbooks as people really keep them, one habit each; what becomes of every row was worked out by hand."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

from projectlists.definitions.model import Definitions
from projectlists.item import Link, Reference, Value
from tests.importing.books import JAN, KARIN, SAMIRA, book, fill, found, made, planned
from tests.rows import row

DUE = date(2026, 4, 3)  # a Friday; the week of Easter


def outcomes(plans: list) -> list[str]:  # type: ignore[type-arg]
    return [plan.outcome for plan in plans]


def values(plans: list, name: str) -> list[Value]:  # type: ignore[type-arg]
    return [plan.values.get(name) for plan in plans]


def test_01_a_title_and_a_date_above_the_table(definitions: Definitions, tmp_path: Path) -> None:
    rows = [
        ["Actielijst project Marktplein"],
        ["Bijgewerkt op", date(2026, 3, 20)],
        [],
        ["Actie", "Deadline"],
        ["Bel", DUE],
    ]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert [(plan.line, plan.outcome, plan.values["Title"]) for plan in plans] == [(5, "new", "Bel")]


def test_02_a_table_that_starts_in_the_middle_of_the_sheet(definitions: Definitions, tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", [["Actie", "Wie", "Deadline"], ["Bel", "Karin Bos", DUE]], top=6, left=3)
    (plan,) = planned(file, definitions, "Actions")

    assert (plan.line, plan.values["ActionOwner"], plan.values["DueDate"]) == (8, KARIN, DUE)


def test_03_headings_of_more_lines_capitals_and_signs(definitions: Definitions, tmp_path: Path) -> None:
    headings = ["ACTIE:", "Actie-\nhouder?", "  Datum   gereed * ", "Opmerkingen", "Actienr."]
    table = found(book(tmp_path / "a.xlsx", [headings, ["Bel", "Karin", DUE, "snel", 7]]), definitions, "Actions")

    assert [(match.field, match.sure) for match in table.mapping.matches] == [
        ("Title", True),
        ("ActionOwner", False),
        ("DueDate", True),
        ("ActionDetails", True),
        ("ImportKey", True),
    ]


def test_04_plurals_typing_errors_and_longer_headings(definitions: Definitions, tmp_path: Path) -> None:
    headings = ["Acties", "Verantwoordelijken", "Dedline", "Prioriteit (H/M/L)", "Status per heden"]
    rows = [headings, ["Bel", "Karin Bos", DUE, "H", "bezig"]]
    file = book(tmp_path / "a.xlsx", rows)
    table = found(file, definitions, "Actions")
    (plan,) = planned(file, definitions, "Actions")

    assert [(match.field, match.sure) for match in table.mapping.matches] == [
        ("Title", True),
        ("ActionOwner", True),
        ("DueDate", False),
        ("ActionPriority", False),
        ("ActionStatus", False),
    ]
    assert (plan.values["ActionPriority"], plan.values["ActionStatus"]) == ("high", "in_progress")


def test_05_dates_in_every_way(definitions: Definitions, tmp_path: Path) -> None:
    written = [
        ("3 mrt 2026", date(2026, 3, 3)),
        ("12-3-26", date(2026, 3, 12)),
        ("1/4/2026", date(2026, 4, 1)),
        ("vr 3 april", DUE),
        ("wk 14", DUE),
        ("week 2 2027", date(2027, 1, 15)),
        ("2026-04-03", DUE),
        (datetime(2026, 4, 3, 15, 30), DUE),
        (46115, DUE),  # the number Excel keeps for 3 April 2026
        ("medio maart", None),
        ("eind Q2", None),
        ("z.s.m.", None),
        ("31-2-2026", None),
    ]
    rows = [["Actie", "Deadline"], *([f"Actie {number}", cell] for number, (cell, _day) in enumerate(written))]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert values(plans, "DueDate") == [day for _cell, day in written]
    assert outcomes(plans) == ["new"] * 9 + ["doubtful"] * 4
    assert values(plans, "ActionDetails")[9:] == [
        "Deadline: medio maart",
        "Deadline: eind Q2",
        "Deadline: z.s.m.",
        "Deadline: 31-2-2026",
    ]
    assert plans[9].reason == "Deadline: “medio maart” is not an exact date, so the column stays empty."


def test_06_two_people_in_a_cell(definitions: Definitions, tmp_path: Path) -> None:
    cells = ["JdV/KB", "Karin en Samira", "Karin Bos, Samira El Amrani", "allen", "PM", "KB + aannemer", "Bos, Karin"]
    rows = [["Actie", "Wie", "Wanneer"], *([f"Actie {number}", cell, DUE] for number, cell in enumerate(cells))]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert values(plans, "ActionOwner") == [JAN, KARIN, KARIN, None, KARIN, KARIN, KARIN]
    assert values(plans, "ActionDetails") == [
        "Wie: KB",
        "Wie: Samira",
        "Wie: Samira El Amrani",
        "Wie: allen",
        None,
        "Wie: aannemer",
        None,
    ]
    assert outcomes(plans) == ["new", "new", "new", "doubtful", "new", "new", "new"]


def test_07_names_that_fit_two_people_or_nobody(definitions: Definitions, tmp_path: Path) -> None:
    rows = [["Actie", "Wie", "Wanneer"], ["Bel", "Jan", DUE], ["Mail", "J. Smit", DUE], ["Vraag", "Piet Peters", DUE]]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert outcomes(plans) == ["doubtful", "new", "doubtful"]
    assert plans[0].reason == "Wie: “Jan” can be more than one person. Write the name in full, or the address."
    assert plans[2].reason == "Wie: nobody was found for “Piet Peters”."
    assert plans[2].values["ActionDetails"] == "Wie: Piet Peters"


def test_08_words_for_how_far_it_is(definitions: Definitions, tmp_path: Path) -> None:
    words = ["open", "loopt", "aangehouden", "x", "n.v.t.", "100 %", None, "bijna af"]
    keys = ["new", "in_progress", "waiting", "done", "cancelled", "done", "new", "new"]
    rows = [["Actie", "Status", "Deadline"], *([f"Actie {number}", cell, DUE] for number, cell in enumerate(words))]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert values(plans, "ActionStatus") == keys
    assert outcomes(plans) == ["new"] * 7 + ["doubtful"]
    assert plans[7].values["ActionDetails"] == "Status: bijna af"


def test_09_amounts(definitions: Definitions, tmp_path: Path) -> None:
    written = [
        ("€ 1.250,50", 1250.5),
        ("12k", 12_000),
        ("1,2 mln", 1_200_000),
        ("€ 500,-", 500),
        (1250.5, 1250.5),
        ("1.250", 1250),
        ("1,250.50", 1250.5),
        ("EUR 75", 75),
        ("PM", None),
    ]
    rows = [["Post", "Begroot"], *([f"Post {number}", cell] for number, (cell, _amount) in enumerate(written))]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "BudgetLines")

    assert values(plans, "BudgetOriginal") == [*(amount for _cell, amount in written[:8]), 0]  # the default
    assert plans[8].values["BudgetNote"] == "Begroot: PM"
    assert "Begroot: “PM” cannot be read." in plans[8].reason
    assert all("Budgethouder is not in the file." in plan.reason for plan in plans)


def test_10_negative_amounts_are_read_and_refused_where_they_cannot_be(
    definitions: Definitions, tmp_path: Path
) -> None:
    rows = [
        ["Post", "Begroot", "Wijziging"],
        ["Advies", "€ 100", "(1.500)"],
        ["Werk", -5, "€ -20,00"],
        ["Rest", 1, "20-"],
    ]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "BudgetLines")

    assert values(plans, "BudgetChange") == [-1500, -20, -20]
    assert plans[1].values["BudgetOriginal"] == 0
    assert "Begroot: “-5” must be 0 or more." in plans[1].reason


def test_11_percentages_as_excel_keeps_them(definitions: Definitions, tmp_path: Path) -> None:
    def sheet(sheet, formats) -> None:  # type: ignore[no-untyped-def]
        fill(sheet, formats, [["Actie", "Deadline", "% gereed"], ["a", DUE], ["b", DUE], ["c", DUE], ["d", DUE]])
        for line, share in ((1, 0.4), (2, 1), (3, 0)):
            sheet.write_number(line, 2, share, formats["percent"])
        sheet.write_string(4, 2, "65 %")

    plans = planned(made(tmp_path / "a.xlsx", {"Blad1": sheet}), definitions, "Actions")

    assert values(plans, "PercentDone") == [40, 100, 0, 65]


def test_12_percentages_as_numbers(definitions: Definitions, tmp_path: Path) -> None:
    rows = [["Actie", "Deadline", "%"], ["a", DUE, 40], ["b", DUE, 100], ["c", DUE, 1], ["d", DUE, 150]]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert values(plans, "PercentDone") == [40, 100, 1, None]
    assert outcomes(plans) == ["new", "new", "new", "doubtful"]


def test_13_chances_and_effects_in_words_and_percentages(definitions: Definitions, tmp_path: Path) -> None:
    rows = [
        ["Risico", "Kans", "Gevolg (1-5)", "Kans na maatregel"],
        ["Vertraging", "laag", "hoog", "10%"],
        ["Kabels", "midden", 4, "30%"],
        ["Weer", 5, "2", "90%"],
    ]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Risks")

    assert values(plans, "RiskProbability") == [1, 3, 5]
    assert values(plans, "RiskImpact") == [5, 4, 2]
    assert values(plans, "ResidualProbability") == [1, 2, 5]


def test_14_an_owner_merged_over_several_rows(definitions: Definitions, tmp_path: Path) -> None:
    def sheet(sheet, formats) -> None:  # type: ignore[no-untyped-def]
        fill(
            sheet,
            formats,
            [["Wie", "Actie", "Deadline"], [None, "a", DUE], [None, "b", DUE], ["Samira El Amrani", "c", DUE]],
        )
        sheet.merge_range(1, 0, 2, 0, "Karin Bos")

    plans = planned(made(tmp_path / "a.xlsx", {"Blad1": sheet}), definitions, "Actions")

    assert values(plans, "ActionOwner") == [KARIN, KARIN, SAMIRA]


def test_15_headings_between_the_rows(definitions: Definitions, tmp_path: Path) -> None:
    def sheet(sheet, formats) -> None:  # type: ignore[no-untyped-def]
        fill(sheet, formats, [["Actie", "Wie", "Deadline"], [], ["Bel", "Karin", DUE], [], ["Mail", "Karin", DUE]])
        sheet.merge_range(1, 0, 1, 2, "Fase 1: voorbereiding")
        sheet.merge_range(3, 0, 3, 2, "Fase 2: uitvoering")

    file = made(tmp_path / "a.xlsx", {"Blad1": sheet})

    assert [plan.values["Title"] for plan in planned(file, definitions, "Actions")] == ["Bel", "Mail"]
    assert found(file, definitions, "Actions").skipped == 2


def test_16_totals_a_repeated_title_row_and_a_legend(definitions: Definitions, tmp_path: Path) -> None:
    headings = ["Post", "Begroot"]
    rows = [
        headings,
        ["Advies", 100],
        ["Subtotaal", 100],
        headings,
        ["Werk", 50],
        ["Totaal incl. btw", 150],
        [],
        ["Totaalconcept tekenen", 7],
        ["Legenda: geel is nog niet zeker"],
    ]
    file = book(tmp_path / "a.xlsx", rows)

    assert [plan.values["Title"] for plan in planned(file, definitions, "BudgetLines")] == [
        "Advies",
        "Werk",
        "Totaalconcept tekenen",
    ]
    assert found(file, definitions, "BudgetLines").skipped == 4


def test_17_several_tables_on_a_sheet(definitions: Definitions, tmp_path: Path) -> None:
    rows = [
        ["Besluit", "Datum besluit", "Genomen door"],
        ["Bomen blijven", DUE, "stuurgroep"],
        [],
        ["Actie", "Actiehouder", "Deadline", "Status"],
        ["Bel", "Karin", DUE, "open"],
        [],
        ["Risico", "Kans", "Impact"],
        ["Vertraging", 3, 4],
    ]
    file = book(tmp_path / "a.xlsx", rows)

    assert [plan.line for plan in planned(file, definitions, "Actions")] == [5]
    assert [plan.line for plan in planned(file, definitions, "Decisions")] == [2]
    assert [plan.line for plan in planned(file, definitions, "Risks")] == [8]
    assert found(file, definitions, "Actions").others == ("Blad1:1", "Blad1:7")


def test_18_the_list_on_another_sheet_and_hidden_sheets(definitions: Definitions, tmp_path: Path) -> None:
    old = [["Actie", "Wie", "Deadline", "Status"], ["Oud", "Karin", DUE, "open"]]

    def hidden(sheet, formats) -> None:  # type: ignore[no-untyped-def]
        fill(sheet, formats, old)
        sheet.hide()

    sheets = {
        "Voorblad": lambda sheet, formats: fill(sheet, formats, [["Project Marktplein"], ["Versie", "0.3"]]),
        "Oude acties": hidden,
        "Acties": lambda sheet, formats: fill(sheet, formats, [["Actie", "Deadline"], ["Nieuw", DUE]]),
    }
    plans = planned(made(tmp_path / "a.xlsx", sheets), definitions, "Actions")

    assert values(plans, "Title") == ["Nieuw"]


def test_19_formulas_are_read_as_their_value(definitions: Definitions, tmp_path: Path) -> None:
    rows = [["Post", "Begroot", "Toelichting"], ["Advies", "=3+4", "==geen formule"]]
    (plan,) = planned(book(tmp_path / "a.xlsx", rows), definitions, "BudgetLines")

    assert (plan.values["BudgetOriginal"], plan.values["BudgetNote"]) == (7, "=geen formule")


def test_20_numbers_that_occur_twice_and_rows_numbered_ahead(definitions: Definitions, tmp_path: Path) -> None:
    rows = [["Nr", "Actie", "Deadline"], [1, "a", DUE], [2, "b", DUE], [2, "c", DUE], [3, None, None], [4, None, DUE]]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert [(plan.line, plan.outcome) for plan in plans] == [(2, "new"), (3, "new"), (4, "refused"), (6, "refused")]
    assert plans[2].reason == (
        "The number 2 is there twice: line 3 counts, this one does not. Give this row a number of its own."
    )
    assert values(plans, "ImportKey")[:2] == ["1", "2"]


def test_21_rows_without_a_number_get_one_that_stays(definitions: Definitions, tmp_path: Path) -> None:
    rows = [["Actie", "Deadline"], ["Bel", DUE], ["bel", DUE], ["Mail", DUE]]
    first = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")
    later = planned(book(tmp_path / "b.xlsx", [rows[0], ["Nieuw", DUE], *rows[1:]]), definitions, "Actions")

    numbers = values(first, "ImportKey")
    assert len(set(numbers)) == 3
    assert values(later, "ImportKey")[1:] == numbers


def test_22_a_column_that_means_something_by_what_is_in_it(definitions: Definitions, tmp_path: Path) -> None:
    done = [["Actie", "Deadline", "Gereed"], ["Bel", DUE, "ja"], ["Mail", DUE, "nee"]]
    day = [["Actie", "Deadline", "Gereed"], ["Bel", DUE, date(2026, 3, 2)], ["Mail", DUE, None]]
    when = [["Actie", "Gereed"], ["Bel", DUE]]

    assert values(planned(book(tmp_path / "a.xlsx", done), definitions, "Actions"), "ActionStatus") == ["done", "new"]
    assert values(planned(book(tmp_path / "b.xlsx", day), definitions, "Actions"), "ActionDoneOn") == [
        date(2026, 3, 2),
        None,
    ]
    assert values(planned(book(tmp_path / "c.xlsx", when), definitions, "Actions"), "DueDate") == [DUE]


def test_23_several_choices_in_a_cell(definitions: Definitions, tmp_path: Path) -> None:
    rows = [
        ["Onderwerp", "Doelgroep", "Middel", "Doel", "Datum"],
        ["Avond", "bewoners en ondernemers", "Website / Nieuwsbrief", "informeren, meedenken", "wk 14"],
        ["Brief", "College en raad; Bewoners", "brief", "Informeren", DUE],
        ["Krant", "de hele buurt", "brief", "informeren", DUE],
    ]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "CommunicationCalendar")

    assert values(plans, "CommAudience") == [("residents", "entrepreneurs"), ("board", "residents"), None]
    assert values(plans, "CommChannel") == [("website", "newsletter"), ("letter",), ("letter",)]
    assert values(plans, "CommGoal") == ["inform", "inform", "inform"]
    assert values(plans, "CommDate") == [DUE, DUE, DUE]
    assert "Doelgroep: de hele buurt" in str(plans[2].values["KeyMessage"])


def test_24_weeks_as_bare_numbers_and_times_of_day(definitions: Definitions, tmp_path: Path) -> None:
    rows = [
        ["Activiteit", "Week", "Tijd"],
        ["Avond", 14, time(19, 30)],
        ["Brief", "15", "9.00 uur"],
        ["Krant", 16, "20u15"],
    ]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "CommunicationCalendar")

    assert values(plans, "CommDate") == [DUE, date(2026, 4, 10), date(2026, 4, 17)]
    assert values(plans, "CommTime") == ["19:30", "09:00", "20:15"]


def test_25_csv_from_dutch_excel(definitions: Definitions, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    text = 'sep=;\r\nActie;Wie;Deadline;Toelichting\r\n"Bel ""Café René""";Karin Bos;3-4-2026;"regel 1\nregel 2"\r\n'
    file.write_bytes(text.encode("cp1252"))
    (plan,) = planned(file, definitions, "Actions")

    assert plan.values["Title"] == 'Bel "Café René"'
    assert (plan.values["DueDate"], plan.values["ActionDetails"]) == (DUE, "regel 1\nregel 2")


def test_26_csv_in_other_ways(definitions: Definitions, tmp_path: Path) -> None:
    for number, (delimiter, encoding) in enumerate([(",", "utf-8-sig"), ("\t", "utf-16"), ("|", "utf-8")]):
        file = tmp_path / f"{number}.csv"
        rows = [["Actie", "Deadline", "Toelichting"], ["Bel; daarna mail", "3-4-2026", "é"]]
        file.write_bytes("\n".join(delimiter.join(cells) for cells in rows).encode(encoding))
        (plan,) = planned(file, definitions, "Actions")

        assert (plan.values["Title"], plan.values["ActionDetails"]) == ("Bel; daarna mail", "é")


def test_27_an_english_list_on_a_dutch_site(definitions: Definitions, tmp_path: Path) -> None:
    rows = [
        ["No", "Action item", "Assigned to", "Due date", "State", "Priority"],
        [1, "Call", "Karin Bos", "3 April 2026", "In progress", "High"],
    ]
    (plan,) = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert plan.outcome == "new"
    assert {name: plan.values[name] for name in ("ActionStatus", "ActionPriority", "DueDate")} == {
        "ActionStatus": "in_progress",
        "ActionPriority": "high",
        "DueDate": DUE,
    }


def test_28_columns_of_somebodys_own(definitions: Definitions, tmp_path: Path) -> None:
    rows = [["Actie", "Deadline", "Kleur", "", "Budgetcode"], ["Bel", DUE, "geel", "los", 12]]
    table = found(book(tmp_path / "a.xlsx", rows), definitions, "Actions")

    assert table.mapping.left_out == ("Kleur", "Budgetcode")


def test_29_rows_of_other_lists_by_title_or_number(definitions: Definitions, tmp_path: Path) -> None:
    lines = [row(3, Title="Aanbesteding", ImportKey="12"), row(4, Title="Groen"), row(5, Title="groen")]
    cells = [("F-4", 4), ("aanbesteding", 3), ("12", 3), ("Groen", None), ("Verlichting", None)]
    rows = [["Opdracht", "Kostenpost"], *([f"Opdracht {at}", cell] for at, (cell, _number) in enumerate(cells))]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Commitments", targets={"BudgetLines": lines})

    read = [value.id if isinstance(value, Reference) else None for value in values(plans, "BudgetLineRef")]
    assert read == [number for _cell, number in cells]
    assert "is the title of more than one row of Projectbegroting. Write the number, such as F-1." in plans[3].reason
    assert "“Verlichting” is not a row of Projectbegroting." in plans[4].reason


def test_30_long_texts_links_and_yes_or_no(definitions: Definitions, tmp_path: Path) -> None:
    title = "Vergaderen over " + "lang " * 60
    rows = [
        ["Besluit", "Bijlage", "Door", "Geen herinnering"],
        [title, "www.gemeente.example/stuk.pdf", "Gemeenteraad", "x"],
    ]
    (plan,) = planned(book(tmp_path / "a.xlsx", rows), definitions, "Decisions")

    assert len(str(plan.values["Title"])) == 255
    assert plan.values["DecisionText"] == f"Besluit: {title.strip()}"
    link = plan.values["DecisionDocument"]
    assert isinstance(link, Link)
    assert (link.url, plan.values["ReminderOff"]) == ("https://www.gemeente.example/stuk.pdf", True)
    assert (plan.outcome, plan.values["DecisionBody"]) == ("doubtful", "council")


def test_31_a_list_that_is_there_already(definitions: Definitions, tmp_path: Path) -> None:
    existing = [
        row(1, Title="Bel", ImportKey="1", DueDate=DUE, ActionStatus="done", ActionDetails="Eigen notitie"),
        row(2, Title="Mail", ImportKey="2", DueDate=DUE, ActionStatus="new"),
        row(3, Title="Los", DueDate=DUE),
    ]
    rows = [["Nr", "Actie", "Deadline", "Status"], [1, "Bel", DUE, None], [2, "Mail", "asap", "bezig"]]
    plans = planned(book(tmp_path / "a.xlsx", rows), definitions, "Actions", existing=existing)
    (twin,) = planned(
        book(tmp_path / "b.xlsx", [["Actie", "Deadline"], ["los", DUE]]), definitions, "Actions", existing=existing
    )

    assert outcomes(plans) == ["unchanged", "changed"]  # an empty cell says nothing
    assert plans[1].values == {"ActionStatus": "in_progress", "ActionDetails": "Deadline: asap"}
    assert (twin.outcome, twin.reason) == (
        "doubtful",
        "A row with this title is there already (A-3), without a number.",
    )


def test_32_interest_in_classes_and_in_words(definitions: Definitions, tmp_path: Path) -> None:
    """“Belang” is ambiguous by nature: what stands below it decides (guide.md §2.0.12)."""
    classes = book(
        tmp_path / "klassen.xlsx", [["Partij", "Invloed", "Belang"], ["Waterschap", "hoog", 5], ["Wijkraad", 2, "laag"]]
    )
    words = book(tmp_path / "woorden.xlsx", [["Partij", "Belang"], ["Waterschap", "Droge voeten"], ["Wijkraad", 3]])
    both = book(
        tmp_path / "beide.xlsx",
        [["Partij", "Belang", "Mate van belang"], ["Waterschap", "5", "hoog"], ["Wijkraad", "3", 2]],
    )
    mapped = [
        {match.heading: (match.field, match.sure) for match in found(file, definitions, "Stakeholders").mapping.matches}
        for file in (classes, words, both)
    ]

    assert mapped[0]["Belang"] == ("InterestLevel", False)  # asked about
    assert mapped[1]["Belang"] == ("StakeholderInterest", True)
    assert (mapped[2]["Belang"][0], mapped[2]["Mate van belang"][0]) == ("StakeholderInterest", "InterestLevel")


def test_33_why_a_cell_is_not_taken_is_said_once(definitions: Definitions, tmp_path: Path) -> None:
    rows = [
        ["Risico", "Kans (1-5)", "Eigenaar", "Status"],
        ["Bodem vervuild", 6, "Bodemadviseur", "open"],
        ["Bezwaar", 4, None, "gesloten"],
    ]
    risks = planned(book(tmp_path / "r.xlsx", rows), definitions, "Risks")
    dates = [["Actie", "Wie", "Deadline"], ["Bel", "Karin Bos", "31-2-2026"], ["Mail", "Karin Bos", None]]
    actions = planned(book(tmp_path / "a.xlsx", dates), definitions, "Actions")

    assert "Kans (1-5): “6” must be from 1 to 5." in risks[0].reason
    assert "Eigenaar: nobody was found for “Bodemadviseur”." in risks[0].reason
    assert "Eigenaar is empty." not in risks[0].reason
    assert "Eigenaar is empty." in risks[1].reason
    assert "Status: “gesloten” is not a choice of this column. Choose from " in risks[1].reason
    assert "Gebeurtenis is not in the file." in risks[1].reason
    assert actions[0].reason == "Deadline: “31-2-2026” is not an exact date, so the column stays empty."
    assert actions[1].reason == "Deadline is empty."


def test_34_a_list_that_is_imported_again(definitions: Definitions, tmp_path: Path) -> None:
    # guide.md §2.0.12: a second import updates; what the first one put in the note is there already
    rows = [
        ["Nr", "Actie", "Toelichting", "Deadline"],
        [1, "Bel", "Met de aannemer", "eind Q2"],
        [2, "Mail", None, "medio maart\nof april"],
        [3, "Zoek een zaal", None, DUE],
    ]
    file = book(tmp_path / "a.xlsx", rows)
    first = planned(file, definitions, "Actions")
    assert values(first, "ActionDetails") == [
        "Met de aannemer\nDeadline: eind Q2",
        "Deadline: medio maart of april",
        None,
    ]

    existing = [row(number, **plan.values) for number, plan in enumerate(first, start=1)]
    again = planned(file, definitions, "Actions", existing=existing)

    assert [(plan.outcome, dict(plan.values)) for plan in again] == [("unchanged", {})] * 3
