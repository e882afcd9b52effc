"""Which texts a site that speaks both languages has in the other one."""

from __future__ import annotations

from projectlists.definitions.model import Definitions
from projectlists.structure.plan import MOST_COLUMNS_TOUCHED, Change, Plan
from projectlists.structure.translations import Place, translation_changes, translations_of, wanted_texts

TITLE = Place("Actions", "", "translated_title")
OWNER = Place("Actions", "ActionOwner", "translated_title")


def test_texts_of_lists_and_columns_in_the_other_language(definitions: Definitions) -> None:
    texts = wanted_texts(definitions.chosen("starter"), "nl")
    # guide.md §2.1
    assert texts[TITLE] == "Action list"
    assert texts[OWNER] == "Action owner"
    assert wanted_texts(definitions.chosen("starter"), "en")[TITLE] == "Actielijst"
    # Status is the same word in both languages; the log is nobody's to read.
    assert Place("Actions", "ActionStatus", "translated_title") not in texts
    assert not [place for place in texts if place.list == "ReminderLog"]


def test_only_what_differs_changes() -> None:
    wanted = {TITLE: "Action list", OWNER: "Action owner"}
    assert list(translation_changes(wanted, wanted)) == []
    changes = list(translation_changes(wanted, {TITLE: "Actielijst"}))
    assert changes == [
        Change("update", "list", "Actions", "Actions", "translated_title", "Actielijst", "Action list"),
        Change("update", "field", "Actions", "ActionOwner", "translated_title", None, "Action owner"),
    ]
    assert translations_of(Plan(tuple(changes))) == wanted


def test_another_language_is_no_risk_to_columns() -> None:
    names = [f"Column{number}" for number in range(MOST_COLUMNS_TOUCHED + 1)]
    changes = tuple(Change("update", "field", "Actions", name, "translated_title", "oud", "new") for name in names)
    assert not Plan(changes).too_large
