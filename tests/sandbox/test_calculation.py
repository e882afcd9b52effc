"""Formulas of calculated columns and validations (guide.md §2: RiskScore, SlipDays, BudgetVariance, times as HH:MM)."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.sandbox.sharepoint import calculation
from projectlists.sandbox.sharepoint.calculation import FormulaError
from projectlists.sandbox.sharepoint.spreadsheet import ResultError, Value, moment_of, serial

NOW = datetime(2026, 11, 23, 10, 0)
CELLS: dict[str, Value] = {
    "RiskProbability": 3.0,
    "RiskImpact": 4.0,
    "PlanEnd": serial(date(2026, 12, 1)),
    "ForecastEnd": serial(date(2026, 12, 15)),
    "Empty": None,
    "Name": "Anna",
    "Start": "09:30",
    "End": "10:15",
    "Yes": True,
}


def result(formula: str) -> Value:
    return calculation.parse(formula).evaluate(CELLS.__getitem__, NOW)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("[RiskProbability]*[RiskImpact]", 12.0),
        ("=IF(ISBLANK([ForecastEnd]),0,[ForecastEnd]-[PlanEnd])", 14.0),
        ("IF(ISBLANK(Empty),0,Empty-[PlanEnd])", 0.0),
        ("[Empty]+5", 5.0),
        ("1+2*3^2-4/2", 17.0),
        ("-2^2", 4.0),
        ("50%", 0.5),
        ('"a"&[Name]&"""b"""', 'aAnna"b"'),
        ('[Name]="anna"', True),
        ('[Name]<>"anna"', False),
        ("[Empty]<=TODAY()", True),
        ("TODAY()-DATE(2026,11,1)", 22.0),
        ("YEAR(TODAY())*100+MONTH(TODAY())", 202611.0),
        ('AND(LEN([Start])=5,MID([Start],3,1)=":",VALUE(LEFT([Start],2))<=23)', True),
        ('IF(OR([End]>[Start],[Yes]),"ok","fout")', "ok"),
        ("ROUND(2.5,0)+ROUND(-2.5,0)+ROUND(1.005,1)", 1.0),
        ("SUM(1,[Empty],2)+MAX(1,5)+MIN(2,1)+AVERAGE(2,4)", 12.0),
        ('IFERROR(1/0,"leeg")', "leeg"),
        ("NOT([Yes])", False),
        ("DATE(2026,14,1)=DATE(2027,2,1)", True),
        ('FIND("n",[Name])+SEARCH("A",[Name])', 3.0),
        ("MOD(7,3)+ABS(-1)+INT(2.9)", 4.0),
        ("IF([Yes];1;2)", 1.0),
        # A question about an error value is answered no: a validation such as OR(ISBLANK(X),ISNUMBER(FIND("@",X))).
        ('ISNUMBER(FIND("@",[Empty]))', False),
        ('OR(ISBLANK([Empty]),ISNUMBER(FIND("@",[Empty])))', True),
    ],
)
def test_formulas(formula: str, expected: Value) -> None:
    assert result(formula) == expected


@pytest.mark.parametrize(
    ("formula", "fault"), [("1/0", "#DIV/0!"), ("[Name]+1", "#VALUE!"), ("10^400", "#NUM!"), ("(-1)^0.5", "#NUM!")]
)
def test_faults_of_a_calculation(formula: str, fault: str) -> None:
    with pytest.raises(ResultError, match=f"^{fault}$".replace("/", "\\/")):
        result(formula)


@pytest.mark.parametrize(
    "formula", ["", "1+", "IF(1)", "VLOOKUP(1,2)", "[a", "a b", '"open', "(" * 70 + "1" + ")" * 70]
)
def test_texts_that_are_no_formula(formula: str) -> None:
    with pytest.raises(FormulaError):
        calculation.parse(formula)


def test_columns_are_known() -> None:
    assert calculation.parse("[A b]+Cd+TODAY()").columns == {"A b", "Cd"}


@given(st.datetimes(datetime(1900, 1, 1), datetime(8900, 1, 1)).map(lambda moment: moment.replace(microsecond=0)))
def test_day_numbers_go_both_ways(moment: datetime) -> None:
    assert moment_of(serial(moment)) == moment


PIECES = st.sampled_from(
    [
        "1",
        "2.5",
        '"x"',
        "[Name]",
        "[Empty]",
        "[PlanEnd]",
        "+",
        "-",
        "*",
        "/",
        "^",
        "&",
        "=",
        "<=",
        "(",
        ")",
        ",",
        "%",
        "IF(",
        "ROUND(",
        "LEFT(",
        "DATE(",
        "MID(",
        "TODAY()",
        "VALUE(",
        "99999999999",
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=20))
def test_any_text_is_calculated_or_refused(text: str) -> None:
    with contextlib.suppress(FormulaError, ResultError):
        calculation.parse(text).evaluate(CELLS.get, NOW)
