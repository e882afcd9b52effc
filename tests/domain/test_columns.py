"""Every list and column of guide.md §2 on the wire, in both languages: compared with columns.txt, not with lists/."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from tests.domain.conftest import LISTS, Made
from tests.domain.guide import Column

EUROS = "1043"
KEYS = list(LISTS)


def schema(field: dict[str, Any]) -> Element:
    return fromstring(field["SchemaXml"])


@pytest.mark.parametrize("key", KEYS)
def test_the_list_is_there_with_its_title(made: Made, key: str) -> None:
    found = made.get(made.listing(key))
    assert found["Title"] == LISTS[key].titles[made.language]
    assert found["BaseTemplate"] == (101 if LISTS[key].kind == "library" else 100)
    assert found["EnableVersioning"] is True
    # §2.10: the documents have minor versions; §2.2: stakeholders are excluded from search.
    assert found["EnableMinorVersions"] is (key == "ProjectDocuments")
    assert found["NoCrawl"] is (key == "Stakeholders")


@pytest.mark.parametrize("key", KEYS)
def test_columns_have_type_title_and_flags(made: Made, key: str) -> None:
    fields = made.fields(key)
    for column in LISTS[key].columns.values():
        found, kind = fields[column.name], column.type.split()[0]
        seen = {
            "type": found["TypeAsString"],
            "title": found["Title"],
            "required": found["Required"],
            "indexed": found["Indexed"] or "I" not in column.flags,
        }
        assert seen == {
            "type": kind,
            "title": column.titles[made.language],
            "required": "R" in column.flags,
            "indexed": True,
        }, column.name
        forms = {schema(found).get("ShowInNewForm"), schema(found).get("ShowInEditForm")}
        assert (forms == {"FALSE"}) == ("M" in column.flags), column.name


@pytest.mark.parametrize("key", KEYS)
def test_no_column_of_the_tool_is_missing_in_the_guide(made: Made, key: str) -> None:
    ours = {name for name, field in made.fields(key).items() if not field["FromBaseType"] and not field["Hidden"]}
    # §2.0.4; the last reminder lives in the tool's own store.
    assert ours - set(LISTS[key].columns) == {"ImportKey", "ReminderOff"}
    common = made.fields(key)
    assert (common["ImportKey"]["Indexed"], common["ReminderOff"]["DefaultValue"]) == (True, "0")


@pytest.mark.parametrize("key", KEYS)
def test_choices_are_in_the_language_of_the_site(made: Made, key: str) -> None:
    for column in LISTS[key].columns.values():
        if column.choices:
            labels = [label[made.language] for label in column.choices.values()]
            assert made.fields(key)[column.name]["Choices"] == labels, column.name


@pytest.mark.parametrize("key", KEYS)
def test_defaults(made: Made, key: str) -> None:
    for column in LISTS[key].columns.values():
        found = made.fields(key)[column.name]
        assert default_of(found) == wanted_default(column, made.language), column.name


def default_of(found: dict[str, Any]) -> str:
    given = str(found["DefaultFormula"] or found["DefaultValue"] or "")
    number = found["TypeAsString"] in {"Number", "Currency"} and given
    return f"{float(given):g}" if number else given.replace("[today]", "=TODAY()")


def wanted_default(column: Column, language: str) -> str:
    if column.default.startswith("today"):
        return "=TODAY()" + column.default.removeprefix("today")
    if column.choices and column.default:
        return column.choices[column.default][language]
    return {"No": "0", "Yes": "1"}.get(column.default, column.default)


@pytest.mark.parametrize("key", KEYS)
def test_what_belongs_to_a_type(made: Made, key: str) -> None:
    fields = made.fields(key)
    for column in LISTS[key].columns.values():
        found, (kind, *more) = fields[column.name], column.type.split()
        xml = schema(found)
        if kind == "DateTime":
            assert found["DisplayFormat"] == 0, f"{column.name} is a date only (§2.0.3)"
        elif kind == "Currency":
            assert xml.get("LCID") == EUROS, column.name
        elif kind == "User":
            assert xml.get("UserSelectionMode") == "PeopleOnly", column.name
        elif kind == "Note":
            assert (found["RichText"], found["AppendOnly"]) == (False, False), f"{column.name} is plain text"
        elif kind == "Lookup":
            assert xml.get("List", "").strip("{}") == made.get(made.listing(more[0]))["Id"], column.name
        elif kind == "Calculated":
            assert xml.get("ResultType") == more[0], column.name
            assert plain(found["Formula"], made, key) == column.limits.removeprefix("="), column.name


def plain(formula: str, made: Made, key: str) -> str:
    """A formula over internal names in brackets; the service gives titles, without brackets when of one word."""
    for name, column in LISTS[key].columns.items():
        title = re.escape(column.titles[made.language])
        formula = re.sub(rf"\[{title}\]|(?<![\[\w]){title}(?![\]\w])", f"[{name}]", formula)
    return formula.removeprefix("=")


@pytest.mark.parametrize("key", KEYS)
def test_numbers_have_their_bounds(made: Made, key: str) -> None:
    for column in LISTS[key].columns.values():
        if column.type in {"Number", "Currency"}:
            found = made.fields(key)[column.name]
            lowest, _dots, highest = column.limits.split(" ")[0].partition("..")
            bounds = tuple(
                f"{value:g}" if abs(value) < 1e300 else "" for value in (found["MinimumValue"], found["MaximumValue"])
            )
            assert bounds == (lowest, highest), column.name
            if "whole" in column.limits:
                assert schema(found).get("Decimals") == "0", column.name


YESTERDAY, TOMORROW, LATER = -2, 2, 9
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("Actions", {"ActionDoneOn": TOMORROW}),
    ("Actions", {"PercentDone": 101}),
    ("Actions", {"PercentDone": -1}),
    ("Stakeholders", {"InterestLevel": 0}),
    ("Stakeholders", {"InfluenceLevel": 6}),
    ("Stakeholders", {"InfluenceLevel": 2.5}),
    ("Stakeholders", {"ContactAddress": "gemeente.example"}),
    ("CommunicationCalendar", {"CommDate": TOMORROW, "CommEndDate": YESTERDAY}),
    ("CommunicationCalendar", {"CommDate": TOMORROW, "DraftDueOn": LATER}),
    ("CommunicationCalendar", {"CommTime": "24:10"}),
    ("CommunicationCalendar", {"CommTime": "9 uur"}),
    ("Decisions", {"DecisionStatus": "taken"}),
    ("Decisions", {"DecisionStatus": "executed"}),
    ("Decisions", {"DecisionStatus": "replaced"}),
    ("Decisions", {"DecisionDate": TOMORROW, "DueDate": YESTERDAY}),
    ("Risks", {"RiskProbability": 6}),
    ("Risks", {"RiskImpact": 0}),
    ("Risks", {"RiskImpact": 1.5}),
    ("Risks", {"ResidualProbability": 2}),
    ("Risks", {"ResidualImpact": 2}),
    ("Risks", {"ResidualImpact": 9, "ResidualProbability": 2}),
    ("Risks", {"RiskResponse": "exploit", "RiskKind": "threat"}),
    ("Risks", {"OccurredOn": TOMORROW}),
    ("Risks", {"FinancialImpact": -1}),
    ("Milestones", {"PlanStart": TOMORROW, "PlanEnd": YESTERDAY}),
    ("Milestones", {"ActualEnd": TOMORROW, "PlanEnd": LATER}),
    ("Milestones", {"PercentDone": 101}),
    ("BudgetLines", {"BudgetOriginal": -1}),
    ("BudgetLines", {"BudgetYear": 1999}),
    ("BudgetLines", {"BudgetYear": 2101}),
    ("Commitments", {"OrderSentOn": YESTERDAY, "QuoteChecked": True}),
    ("Commitments", {"OrderSentOn": YESTERDAY, "MandateChecked": True}),
    ("Commitments", {"CommitmentAmount": -1}),
    ("Commitments", {"InvoicedToDate": -1}),
    ("RunSheet", {"StartTime": "24:00"}),
    ("RunSheet", {"StartTime": "7.30"}),
    ("RunSheet", {"StartTime": "19:60"}),
    ("RunSheet", {"StartTime": "20:00", "EndTime": "19:30"}),
    ("RunSheet", {"StartTime": "20:00", "EndTime": "20:00"}),
    ("RunSheet", {"RunPart": "on_the_day"}),
    ("TeamRoles", {"HoursPerWeek": 41}),
    ("TeamRoles", {"RoleStart": TOMORROW, "RoleEnd": YESTERDAY}),
    ("Evaluations", {"EvalStatus": "embedded"}),
    ("ProjectDocuments", {"RetentionForever": True, "RetentionYears": 5}),
    ("ProjectDocuments", {"RetentionYears": 0}),
    ("ProjectDocuments", {"RetentionYears": 151}),
]
RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("Actions", {"ActionDoneOn": YESTERDAY, "PercentDone": 100}),
    ("Stakeholders", {"InterestLevel": 1, "InfluenceLevel": 5, "ContactAddress": "bestuur@buurt.example"}),
    ("CommunicationCalendar", {"CommDate": TOMORROW, "CommEndDate": TOMORROW, "DraftDueOn": TOMORROW}),
    ("CommunicationCalendar", {"CommTime": "19:30"}),
    ("Decisions", {"DecisionStatus": "taken", "DecisionDate": YESTERDAY, "DueDate": YESTERDAY}),
    ("Decisions", {"DecisionStatus": "submitted"}),
    ("Risks", {"ResidualImpact": 1, "ResidualProbability": 5, "OccurredOn": YESTERDAY, "FinancialImpact": 0}),
    ("Risks", {"RiskResponse": "exploit", "RiskKind": "opportunity"}),
    ("Milestones", {"PlanStart": YESTERDAY, "PlanEnd": YESTERDAY, "ActualEnd": YESTERDAY}),
    ("BudgetLines", {"BudgetOriginal": 0, "BudgetChange": -500, "BudgetYear": 2026}),
    ("Commitments", {"OrderSentOn": YESTERDAY, "QuoteChecked": True, "MandateChecked": True}),
    # More invoiced than ordered is allowed, and only flagged.
    ("Commitments", {"CommitmentAmount": 10, "InvoicedToDate": 20}),
    ("RunSheet", {"StartTime": "00:00", "EndTime": "23:59", "RunPart": "on_the_day"}),
    ("RunSheet", {"RunPart": "preparation"}),
    ("TeamRoles", {"HoursPerWeek": 40, "RoleStart": YESTERDAY, "RoleEnd": YESTERDAY}),
    ("Evaluations", {"EvalStatus": "embedded", "EmbeddedIn": "Werkproces inkoop"}),
    ("ProjectDocuments", {"RetentionForever": True}),
    ("ProjectDocuments", {"RetentionForever": False, "RetentionYears": 150}),
]


def saved(made: Made, key: str, values: dict[str, Any]) -> tuple[int, Any]:
    """A row with these values beside what the list requires, as the service takes or refuses it."""
    columns = LISTS[key].columns
    row: dict[str, Any] = {"Title": "Rij"}
    for name, value in values.items():
        if columns[name].choices:
            row[name] = columns[name].choices[value][made.language]
        elif columns[name].type == "DateTime":
            row[name] = (datetime.now(UTC) + timedelta(days=value)).strftime("%Y-%m-%dT12:00:00Z")
        else:
            row[name] = value
    if LISTS[key].kind == "list":
        return made.call("POST", f"{made.listing(key)}/items", row)
    folder = f"web/GetFolderByServerRelativeUrl('/sites/{made.url.rsplit('/', 1)[-1]}/{key}')"
    status, _file = made.call("POST", f"{folder}/files/add(url='stuk.txt',overwrite=true)", "stuk")
    assert status == 200
    rows = made.call("GET", f"{made.listing(key)}/items?$select=Id")[1]["value"]
    headers = {"X-HTTP-Method": "MERGE", "If-Match": "*"}
    return made.call("POST", f"{made.listing(key)}/items({rows[0]['Id']})", row, headers=headers)


@pytest.mark.parametrize(("key", "values"), WRONG, ids=str)
def test_a_row_against_the_rules_is_refused(made: Made, key: str, values: dict[str, Any]) -> None:
    status, answer = saved(made, key, values)
    # Bounds are answered with 500, formulas with 400 (sharepoint-rest.md §6).
    assert status in {400, 500}, answer
    assert "odata.error" in answer


@pytest.mark.parametrize(("key", "values"), RIGHT, ids=str)
def test_a_row_within_the_rules_is_taken(made: Made, key: str, values: dict[str, Any]) -> None:
    status, answer = saved(made, key, values)
    assert status in {201, 204}, answer
