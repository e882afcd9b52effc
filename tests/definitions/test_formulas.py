"""Validations and calculated columns of the eleven lists, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from projectlists.definitions.model import Definitions
from projectlists.sandbox.sharepoint import calculation
from projectlists.sandbox.sharepoint.spreadsheet import Value as Cell
from tests.definitions.listed import DAY, ELEVEN, column


def holds(formula: str | None, cells: Mapping[str, Cell]) -> Cell:
    assert formula is not None
    parsed = calculation.parse(formula)
    assert set(cells) <= parsed.columns
    return parsed.evaluate(cells.get, datetime(2026, 12, 1, 8))


# guide.md "Validation" of each list, in the labels of both languages.
@pytest.mark.parametrize(
    ("key", "cells", "valid"),
    [
        ("Decisions", {"DecisionStatus": "In voorbereiding"}, True),
        ("Decisions", {"DecisionStatus": "Afgewezen"}, True),
        *[
            ("Decisions", {"DecisionStatus": label} | dated, bool(dated))
            for label in ("Genomen", "Taken", "Uitgevoerd", "Carried out", "Vervangen", "Replaced")
            for dated in ({}, {"DecisionDate": DAY})
        ],
        ("Decisions", {"DecisionStatus": "Taken", "DecisionDate": DAY, "DueDate": DAY}, True),
        ("Decisions", {"DecisionStatus": "Taken", "DecisionDate": DAY, "DueDate": DAY - 1}, False),
        ("Decisions", {"DecisionStatus": "Submitted", "DueDate": DAY}, True),
        ("Risks", {"RiskResponse": "Verminderen", "RiskKind": "Bedreiging"}, True),
        ("Risks", {"ResidualProbability": 2.0, "ResidualImpact": 3.0}, True),
        ("Risks", {"ResidualProbability": 2.0}, False),
        ("Risks", {"ResidualImpact": 3.0}, False),
        ("Risks", {"RiskResponse": "Benutten (kans)", "RiskKind": "Bedreiging"}, False),
        ("Risks", {"RiskResponse": "Benutten (kans)", "RiskKind": "Kans"}, True),
        ("Risks", {"RiskResponse": "Exploit (opportunity)", "RiskKind": "Threat"}, False),
        ("Risks", {"RiskResponse": "Exploit (opportunity)", "RiskKind": "Opportunity"}, True),
        ("Milestones", {"PlanEnd": DAY}, True),
        ("Milestones", {"PlanStart": DAY, "PlanEnd": DAY}, True),
        ("Milestones", {"PlanStart": DAY + 1, "PlanEnd": DAY}, False),
        ("Commitments", {"QuoteChecked": False, "MandateChecked": False}, True),
        ("Commitments", {"OrderSentOn": DAY, "QuoteChecked": True, "MandateChecked": True}, True),
        ("Commitments", {"OrderSentOn": DAY, "QuoteChecked": True, "MandateChecked": False}, False),
        ("Commitments", {"OrderSentOn": DAY, "QuoteChecked": False, "MandateChecked": True}, False),
        ("RunSheet", {"RunPart": "Voorbereiding"}, True),
        ("RunSheet", {"RunPart": "Tijdens de bijeenkomst"}, False),
        ("RunSheet", {"RunPart": "During the event"}, False),
        ("RunSheet", {"RunPart": "During the event", "StartTime": "09:30"}, True),
        ("RunSheet", {"RunPart": "Nazorg", "StartTime": "09:30", "EndTime": "10:00"}, True),
        ("RunSheet", {"RunPart": "Nazorg", "StartTime": "09:30", "EndTime": "09:30"}, False),
        ("ProjectDocuments", {"RetentionForever": True}, True),
        ("ProjectDocuments", {"RetentionForever": False, "RetentionYears": 10.0}, True),
        ("ProjectDocuments", {"RetentionForever": True, "RetentionYears": 10.0}, False),
        ("Evaluations", {"EvalStatus": "Gedeeld"}, True),
        ("Evaluations", {"EvalStatus": "Geborgd"}, False),
        ("Evaluations", {"EvalStatus": "Embedded"}, False),
        ("Evaluations", {"EvalStatus": "Embedded", "EmbeddedIn": "Werkwijze"}, True),
    ],
)
def test_validation_of_a_row(definitions: Definitions, key: str, cells: dict[str, Cell], valid: bool) -> None:
    assert holds(definitions.lists[key].validation, cells) is valid


def test_validations_name_labels_that_exist(definitions: Definitions) -> None:
    """A label that is spelled otherwise would never be met, and nobody would see it."""
    labels = {
        label
        for key in ELEVEN
        for field in definitions.lists[key].fields
        for choice in field.choices
        for label in (choice.nl, choice.en)
    }
    named = {
        text
        for key in ELEVEN
        for position, text in enumerate((definitions.lists[key].validation or "").split('"'))
        if position % 2
    }
    assert len(named) == 14
    assert named <= labels


# guide.md "Validation": columns by themselves.
@pytest.mark.parametrize(
    ("key", "name", "value", "valid"),
    [
        ("Risks", "RiskProbability", 5.0, True),
        ("Risks", "RiskImpact", 2.5, False),
        ("Risks", "ResidualProbability", None, True),
        ("Risks", "ResidualImpact", 1.5, False),
        ("Risks", "OccurredOn", DAY, True),
        ("Risks", "OccurredOn", DAY + 1, False),
        ("Milestones", "ActualEnd", None, True),
        ("Milestones", "ActualEnd", DAY, True),
        ("Milestones", "ActualEnd", DAY + 1, False),
        ("RunSheet", "StartTime", "23:59", True),
        ("RunSheet", "StartTime", "24:00", False),
        ("RunSheet", "EndTime", "9:30", False),
        ("RunSheet", "EndTime", "19:60", False),
        ("RunSheet", "EndTime", "19.30", False),
    ],
)
def test_validation_of_a_column(definitions: Definitions, key: str, name: str, value: Cell, valid: bool) -> None:
    assert holds(column(definitions.lists[key], name).validation, {name: value}) is valid


# guide.md "Calculated": worked out by hand.
@pytest.mark.parametrize(
    ("key", "name", "result_type", "cells", "value"),
    [
        ("Risks", "RiskScore", "Number", {"RiskProbability": 4.0, "RiskImpact": 5.0}, 20),
        ("Risks", "ResidualScore", "Number", {}, 0),
        ("Risks", "ResidualScore", "Number", {"ResidualProbability": 2.0, "ResidualImpact": 3.0}, 6),
        ("Milestones", "SlipDays", "Number", {"PlanEnd": DAY}, 0),
        ("Milestones", "SlipDays", "Number", {"PlanEnd": DAY, "ForecastEnd": DAY + 12}, 12),
        ("Milestones", "SlipDays", "Number", {"PlanEnd": DAY, "ForecastEnd": DAY - 2}, -2),
        ("BudgetLines", "BudgetCurrent", "Currency", {"BudgetOriginal": 150_000.0, "BudgetChange": -18_000.0}, 132_000),
        (
            "BudgetLines",
            "BudgetFree",
            "Currency",
            {"BudgetOriginal": 100.0, "BudgetChange": 20.0, "CommittedAmount": 150.0},
            -30,
        ),
        (
            "BudgetLines",
            "BudgetVariance",
            "Currency",
            {"BudgetOriginal": 1_450_000.0, "BudgetChange": 0.0, "ForecastAmount": 1_560_000.0},
            -110_000,
        ),
        ("BudgetLines", "BudgetVariance", "Currency", {"BudgetOriginal": 5.0}, 0),
        (
            "Commitments",
            "CommitmentLeft",
            "Currency",
            {"CommitmentAmount": 98_000.0, "InvoicedToDate": 91_000.0},
            7_000,
        ),
    ],
)
def test_calculated_columns(
    definitions: Definitions, *, key: str, name: str, result_type: str, cells: dict[str, float], value: float
) -> None:
    found = column(definitions.lists[key], name)
    assert (found.type, found.result_type) == ("Calculated", result_type)
    assert holds(found.formula, cells) == value
