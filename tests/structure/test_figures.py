"""Formatting of numbers and amounts, evaluated as a page would. Bands and limits from guide.md, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.sandbox.pages.formatting import Part, read_formatter
from projectlists.structure.formatting import formatter


def drawn(definitions: Definitions, column: str, value: Any, language: Any = "nl", **others: Any) -> Part:
    """What the column shows for a value; `others` are the other columns of the view."""
    key, name = column.split(".")
    definition = definitions.lists[key]
    field = definition.field(name)
    assert field is not None
    text = formatter(definition, field, language)
    assert text is not None

    def read(reference: str) -> Any:
        if reference == "@currentField":
            return value
        if reference == "@currentField.displayValue":
            return f"€ {value}"
        return others.get(reference.removeprefix("[$").removesuffix("]"), "")

    return read_formatter(text).part(read) or Part()


def seen(part: Part) -> tuple[str, str, str]:
    """The words, the icons, and the last part of the class."""
    icons = " ".join(one.icon for one in part.parts if one.icon)
    return " ".join(part.words.split()), icons, part.classes.rpartition("--")[2]


# guide.md §2.5 Formatting: 1-4 laag, 5-9 midden, 10-14 hoog, 15-25 zeer hoog; 0 is not yet assessed.
@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0, ("", "", "")),
        (1, ("1 laag", "", "good")),
        (4, ("4 laag", "", "good")),
        (5, ("5 midden", "", "warning")),
        (9, ("9 midden", "", "warning")),
        (10, ("10 hoog", "Warning", "severeWarning")),
        (12, ("12 hoog", "Warning", "severeWarning")),
        (15, ("15 zeer hoog", "Warning", "blocked")),
        (25, ("25 zeer hoog", "Warning", "blocked")),
    ],
)
def test_a_score_is_named_by_its_band(definitions: Definitions, score: int, expected: tuple[str, str, str]) -> None:
    assert seen(drawn(definitions, "Risks.RiskScore", float(score), RiskKind="Bedreiging")) == expected


def test_an_opportunity_gives_no_alarm(definitions: Definitions) -> None:
    for language, kind, words in (("nl", "Kans", "20 zeer hoog"), ("en", "Opportunity", "20 very high")):
        part = drawn(definitions, "Risks.RiskScore", 20.0, language, RiskKind=kind)
        assert seen(part) == (words, "", "low")


def test_every_view_with_a_score_shows_the_kind_of_risk(definitions: Definitions) -> None:
    # A formula sees only the columns that are in the view.
    for view in definitions.lists["Risks"].views:
        if "RiskScore" in view.fields:
            assert "RiskKind" in view.fields, view.key


# guide.md §2.6 Formatting: 0 or less none; 1-10 amber and the word; above 10 red and the word.
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-2, ("-2", "", "")),
        (0, ("0", "", "")),
        (1, ("1 uitloop", "Clock", "warning")),
        (10, ("10 uitloop", "Clock", "warning")),
        (11, ("11 uitloop", "Warning", "blocked")),
    ],
)
def test_slip(definitions: Definitions, days: int, expected: tuple[str, str, str]) -> None:
    assert seen(drawn(definitions, "Milestones.SlipDays", float(days))) == expected


# guide.md §2.7 Formatting. A calculated column may come as text.
@pytest.mark.parametrize("amount", [-110_000.0, "-110000"])
def test_a_shortage_has_a_word(definitions: Definitions, amount: Any) -> None:
    words, icon, severity = seen(drawn(definitions, "BudgetLines.BudgetVariance", amount))
    assert words.endswith("tekort")
    assert (icon, severity) == ("Warning", "blocked")


def test_an_amount_above_zero_is_plain(definitions: Definitions) -> None:
    assert seen(drawn(definitions, "BudgetLines.BudgetFree", 500.0)) == ("€ 500.0", "", "")


@pytest.mark.parametrize(
    ("invoiced", "current", "width"), [(30_000.0, 120_000.0, 25), (130_000.0, 120_000.0, 100), (0.0, 120_000.0, 0)]
)
def test_a_share_is_a_bar(definitions: Definitions, invoiced: float, current: float, width: int) -> None:
    part = drawn(definitions, "BudgetLines.InvoicedAmount", invoiced, BudgetCurrent=current)
    assert part.parts[0].text == f"€ {invoiced}"
    assert [one.width for one in part.parts[1:]] == ([width] if width else [])


@pytest.mark.parametrize("current", ["", 0.0, "€ 120.000,00"])
def test_no_bar_without_a_whole_to_compare_with(definitions: Definitions, current: Any) -> None:
    part = drawn(definitions, "BudgetLines.InvoicedAmount", 30_000.0, BudgetCurrent=current)
    assert [one.text for one in part.parts] == ["€ 30000.0"]


def test_counts_and_years(definitions: Definitions) -> None:
    assert seen(drawn(definitions, "ProgrammeProjects.HighRisks", 2.0)) == ("2", "Warning", "")
    assert seen(drawn(definitions, "ProgrammeProjects.HighRisks", 0.0)) == ("0", "", "")
    assert drawn(definitions, "BudgetLines.BudgetYear", 2026.0).text == "2026"


# guide.md §2.11 Formatting: shape, word and colour.
@pytest.mark.parametrize(
    ("light", "shape", "colour"),
    [
        ("Groen (op koers)", "CircleShapeSolid", "good"),
        ("Amber (needs attention)", "TriangleShapeSolid", "warning"),
        ("Rood (ingrijpen nodig)", "SquareShapeSolid", "severeWarning"),
    ],
)
def test_lights(definitions: Definitions, light: str, shape: str, colour: str) -> None:
    assert seen(drawn(definitions, "StatusReports.RagTime", light)) == (light, shape, colour)


@pytest.mark.parametrize(
    ("column", "value", "words", "icon"),
    [
        ("Milestones.GateResult", "No-go", "No-go", "Blocked"),
        ("ProjectDocuments.ConfidentialityLevel", "Geheim", "Geheim", "Lock"),
        ("ProjectDocuments.ConfidentialityLevel", "Intern", "Intern", ""),
        ("StatusReports.ReportTrend", "Beter", "Beter", "Up"),
        ("Commitments.QuoteChecked", True, "gedaan", "CheckMark"),
        ("Commitments.QuoteChecked", False, "open", "Cancel"),
        ("Commitments.QuoteChecked", "", "open", "Cancel"),
    ],
)
def test_an_icon_beside_a_word(definitions: Definitions, column: str, value: Any, words: str, icon: str) -> None:
    assert seen(drawn(definitions, column, value))[:2] == (words, icon)


def test_a_time_stands_out(definitions: Definitions) -> None:
    part = drawn(definitions, "RunSheet.StartTime", "19:30")
    assert (part.text, part.classes) == ("19:30", "ms-fontWeight-semibold")
