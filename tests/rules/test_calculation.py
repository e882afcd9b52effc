"""Calculated columns worked out here as the service does (guide.md §2.5 to §2.8). Values by hand."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.item import Value
from projectlists.rules.calculation import calculated
from tests.rows import list_of, row


@pytest.mark.parametrize(
    ("key", "values", "column", "result"),
    [
        ("Risks", {"RiskProbability": 3, "RiskImpact": 5}, "RiskScore", 15),
        ("Risks", {"RiskProbability": 3}, "RiskScore", 0),
        ("BudgetLines", {"BudgetOriginal": 10000, "BudgetChange": -500.5}, "BudgetCurrent", 9499.5),
        ("BudgetLines", {"BudgetOriginal": 100, "BudgetChange": 20, "CommittedAmount": 150}, "BudgetFree", -30),
        ("BudgetLines", {"BudgetOriginal": 100, "BudgetChange": 20}, "BudgetVariance", 0),
        ("BudgetLines", {"BudgetOriginal": 100, "BudgetChange": 20, "ForecastAmount": 150}, "BudgetVariance", -30),
        ("Commitments", {"CommitmentAmount": 0.3, "InvoicedToDate": 0.1}, "CommitmentLeft", 0.2),
        # 1 March less 27 February 2028: two days, as it is a leap year.
        ("Milestones", {"PlanEnd": date(2028, 2, 27), "ForecastEnd": date(2028, 3, 1)}, "SlipDays", 3),
        ("Milestones", {"PlanEnd": date(2028, 2, 27)}, "SlipDays", 0),
    ],
)
def test_the_formulas_of_the_lists(key: str, values: dict[str, Value], column: str, result: float) -> None:
    assert calculated(list_of(key), row(**values))[column] == result


def test_only_what_changed_is_worked_out_anew() -> None:
    item = row(CommitmentAmount=100, InvoicedToDate=100, CommitmentLeft=250)
    assert calculated(list_of("Commitments"), item, {"DeliveredOn"})["CommitmentLeft"] == 250
    assert calculated(list_of("Commitments"), item, {"InvoicedToDate"})["CommitmentLeft"] == 0


@pytest.mark.parametrize("formula", ["TODAY()", "[A]/[B]", "IF([A]>1,1,0)", "[A]+", "", "IF(ISBLANK([A]),1", "([A]"])
def test_what_is_not_understood_stays_as_it_was_read(formula: str) -> None:
    risks = list_of("Risks")
    score = next(field for field in risks.fields if field.name == "RiskScore").model_copy(update={"formula": formula})
    odd = risks.model_copy(update={"fields": (score,)})
    assert calculated(odd, row(RiskScore=7, A=1, B=2))["RiskScore"] == 7
