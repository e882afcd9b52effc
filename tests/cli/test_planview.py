"""A plan as people read it: words for attributes, yes and no for values, nothing for code."""

from __future__ import annotations

import pytest

from projectlists.cli.planview import lines_of
from projectlists.provisioning.job import SiteResult
from projectlists.structure.plan import FIELD_ATTRIBUTES, LIST_ATTRIBUTES, VIEW_ATTRIBUTES, Change, Plan
from tests.rows import shipped

SITE = "https://lindervoort.sharepoint.com/sites/marktplein"


def shown(*changes: Change) -> list[str]:
    result = SiteResult(SITE, ok=True, plan=Plan(changes))
    return [line.strip() for line in lines_of(result, shipped(), every_change=True)]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            Change("update", "field", "Actions", "DueDate", "indexed", False, True),
            "~ column Deadline (DueDate): index no → yes",
        ),
        (
            Change("update", "field", "Actions", "DueDate", "description", "", "Uiterlijk"),
            "~ column Deadline (DueDate): description (none) → Uiterlijk",
        ),
        (
            Change("update", "field", "Actions", "PercentDone", "minimum", 1, 0),
            "~ column Progress (%) (PercentDone): minimum 1 → 0",
        ),
        (
            Change("update", "view", "Actions", "Te laat", "query", "<Where/>", "<OrderBy/>"),
            "~ view Te laat: filter and order",
        ),
        (Change("create", "row", "ReminderLog", "settings", after='{"lists": []}'), "+ settings of this site"),
        (
            Change("update", "row", "ReminderLog", "settings", "language", "en", "nl"),
            "~ settings of this site: language en → nl",
        ),
        (
            Change("report", "field", "Actions", "Kleur", before="Kleur", reason="Added by people: left as it is."),
            "i column Kleur. Added by people: left as it is.",
        ),
        (
            Change("update", "permission", "Stakeholders", "members", "role", ("read",), "edit"),
            "~ permission members: may read → change rows and columns",
        ),
        (
            Change("create", "permission", "Stakeholders", "core_team", after="edit", reason="A new group, Core team."),
            "+ permission core team: change rows and columns. A new group, Core team.",
        ),
        (
            Change("update", "navigation", "Risks", "Risks", "position", None, "Besluitenlijst"),
            "~ link on the site Risk list: comes after (none) → Besluitenlijst",
        ),
        (
            Change("create", "navigation", "Risks", "Risks", after="Risicolijst"),
            "+ link on the site Risk list (Risicolijst)",
        ),
        (
            Change("update", "permission", "Stakeholders", "Stakeholders", "own", False, True),
            "~ permission Stakeholder overview: permissions of its own no → yes",
        ),
        (
            Change("report", "permission", "Stakeholders", "Visitors of Demo", before=("read",), reason="Left."),
            "i permission Visitors of Demo: read. Left.",
        ),
    ],
)
def test_a_change_in_words(change: Change, line: str) -> None:
    assert shown(change)[2] == line


def test_every_attribute_has_words_in_dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("projectlists.language._current", "nl")
    attributes = sorted({*LIST_ATTRIBUTES, *FIELD_ATTRIBUTES, *VIEW_ATTRIBUTES, "choices", "template"})
    lines = shown(*(Change("update", "field", "Actions", "X", attribute, None, "y") for attribute in attributes))

    # These two are the same word in Dutch.
    assert {name for name in attributes if any(f": {name}" in line for line in lines)} == {"maximum", "minimum"}


def test_a_new_column_is_called_by_its_title_once() -> None:
    made = Change("create", "field", "Actions", "DueDate", after="Deadline")
    other = Change("create", "field", "Actions", "ActionOwner", after="Actiehouder")  # on a Dutch site
    assert shown(made, other)[2:4] == [
        "+ column Deadline (DueDate)",
        "+ column Action owner (ActionOwner) (Actiehouder)",
    ]


def test_a_reason_that_holds_for_every_list_is_given_once() -> None:
    refused = [Change("refuse", "tab", key, key, after=key, reason="No right to tabs.") for key in ("Actions", "Risks")]
    assert shown(*refused)[1:3] == ["Action list (Actions)", "! tab Action list. No right to tabs."]
    assert len([line for line in shown(*refused) if "No right" in line]) == 1


def test_a_new_list_tells_who_may_see_it() -> None:
    result = SiteResult(
        SITE,
        ok=True,
        plan=Plan(
            (
                Change("create", "list", "Stakeholders", "Stakeholders", after="Stakeholder overview"),
                Change("create", "field", "Stakeholders", "RelationOwner", after="Owner"),
                Change("update", "permission", "Stakeholders", "Stakeholders", "own", False, True),
                Change("create", "permission", "Stakeholders", "owners", after="full_control"),
                Change("create", "navigation", "Stakeholders", "Stakeholders", after="Stakeholder overview"),
            )
        ),
    )
    assert [line.strip() for line in lines_of(result, shipped(), every_change=False)][2:4] == [
        "+ new list Stakeholder overview (columns: 1, views: 0)",
        "~ permission Stakeholder overview: permissions of its own no → yes",
    ]
