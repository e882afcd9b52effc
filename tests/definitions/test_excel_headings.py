"""Headings of existing Excel lists that columns answer to (guide.md "Import headings")."""

from __future__ import annotations

import pytest

from projectlists.definitions.model import Definitions
from tests.definitions.listed import column


# guide.md "Import headings" of each list: number of columns with headings (the old number left out), and samples.
@pytest.mark.parametrize(
    ("key", "count", "name", "headings"),
    [
        ("Decisions", 14, "DecisionBody", "door; genomen door; besluitvormer; gremium; wie; decided by; body"),
        ("Risks", 18, "RiskProbability", "kans; k; waarschijnlijkheid; kans (1-5); probability; likelihood"),
        ("Milestones", 12, "ForecastEnd", "prognose; verwacht; verwachte datum; nieuwe datum; forecast"),
        ("BudgetLines", 12, "BudgetOriginal", "begroot; budget; raming; begroting; geraamd; bedrag; budgeted"),
        ("Commitments", 12, "OrderNumber", "verplichtingnummer; inkoopnummer; ordernummer; po"),
        ("RunSheet", 12, "StartTime", "tijd; van; start; begintijd; from"),
        ("ProjectDocuments", 9, "ArchiveReference", "zaaknummer; archiefnummer; dossier; case number"),
        ("StatusReports", 11, "RagMoney", "geld; financiën; budget; money"),
        ("StartUpChecklist", 6, "PsuAgreement", "afspraak; uitkomst; resultaat; agreement"),
        ("Evaluations", 9, "EvalAnswer", "aanbeveling; advies; antwoord; verbeterpunt; recommendation"),
        ("ProgrammeProjects", 11, "PoliticalClient", "bestuurlijk opdrachtgever; bog; bo; wethouder"),
    ],
)
def test_excel_headings(definitions: Definitions, key: str, count: int, name: str, headings: str) -> None:
    found = definitions.lists[key]
    assert sum(bool(field.synonyms) for field in found.fields if field.name != "ImportKey") == count
    assert list(column(found, name).synonyms) == headings.split("; ")


@pytest.mark.parametrize(
    ("key", "heading"),
    [
        ("Decisions", "besluitnr"),
        ("Risks", "risiconr"),
        ("Milestones", "wbs"),
        ("ProgrammeProjects", "projectnummer"),
        ("Evaluations", "id"),
    ],
)
def test_headings_of_the_old_number(definitions: Definitions, key: str, heading: str) -> None:
    found = column(definitions.lists[key], "ImportKey")
    assert {"nr", "nummer", "id", heading} <= {*found.synonyms}
    assert (found.indexed, found.hidden_in_forms, found.title.nl) == (True, True, "Oud nummer")


def test_excel_headings_of_the_four_lists(definitions: Definitions) -> None:
    # guide.md "Import headings" of each list.
    actions, stakeholders = definitions.lists["Actions"], definitions.lists["Stakeholders"]
    assert column(actions, "ActionPriority").synonyms == ("prioriteit", "prio", "urgentie", "priority")
    assert column(actions, "PercentDone").synonyms == ("%", "% gereed", "percentage", "voortgang %", "% complete")
    assert "+/-" in column(stakeholders, "StakeholderStance").synonyms
    assert {"nr", "nr.", "nummer", "volgnummer", "id", "actienr", "no"} == {*column(actions, "ImportKey").synonyms}
