"""Column formatting: a known form for each named style, words in both languages, never colour alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from projectlists.definitions.model import Definitions
from projectlists.structure.formatting import formatter, normalised


def made(definitions: Definitions, key: str, name: str, language: Any = "nl") -> dict[str, Any]:
    definition = definitions.lists[key]
    field = definition.field(name)
    assert field
    text = formatter(definition, field, language)
    assert text
    return dict(json.loads(text))


def elements(element: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield element
    for child in element.get("children", ()):
        yield from elements(child)


def texts(element: dict[str, Any]) -> list[str]:
    return [part["txtContent"] for part in elements(element) if "txtContent" in part]


def icons(element: dict[str, Any]) -> list[str]:
    return [part["attributes"]["iconName"] for part in elements(element) if "iconName" in part.get("attributes", {})]


def test_numbers_before_titles_and_the_link_kept(definitions: Definitions) -> None:
    # guide.md §2.0.5: rows are called A-12, by formatting
    link = made(definitions, "Actions", "Title")
    assert link["elmType"] == "a"
    assert link["txtContent"] == "='A-' + [$ID] + ' ' + @currentField"
    assert link["attributes"]["href"] == "=@currentWeb + '/Lists/Actions/DispForm.aspx?ID=' + [$ID]"
    # The forms of a library stand in its folder Forms.
    document = made(definitions, "ProjectDocuments", "Title")
    assert document["attributes"]["href"] == "=@currentWeb + '/ProjectDocuments/Forms/DispForm.aspx?ID=' + [$ID]"


@pytest.mark.parametrize(("language", "late", "soon"), [("nl", "Te laat", "Binnenkort"), ("en", "Overdue", "Soon")])
def test_overdue_says_so_in_words_with_an_icon(definitions: Definitions, language: Any, late: str, soon: str) -> None:
    # guide.md §2.1 Formatting: overdue "Te laat" and a warning icon, within 3 days a clock, closed nothing
    date = made(definitions, "Actions", "DueDate", language)
    assert f"'{late}'" in texts(date)[-1]
    assert f"'{soon}'" in texts(date)[-1]
    assert "'Warning'" in icons(date)[0]
    assert "'Clock'" in icons(date)[0]
    assert "addDays(@currentField, 1) <= @now" in icons(date)[0]  # overdue from the day after (§2.0.6)
    for label in ("Afgerond", "Done", "Vervallen", "Cancelled"):
        assert f"[$ActionStatus] == '{label}'" in icons(date)[0]


def test_a_status_is_a_pill_with_its_text(definitions: Definitions) -> None:
    pill = made(definitions, "Actions", "ActionStatus")
    assert texts(pill) == ["@currentField"]
    assert "@currentField == 'Afgerond'" in icons(pill)[0]
    assert "CheckMark" in icons(pill)[0]


def test_icons_with_words(definitions: Definitions) -> None:
    priority = made(definitions, "Actions", "ActionPriority")
    assert texts(priority) == ["@currentField"]
    assert "@currentField == 'Hoog'" in icons(priority)[0]
    stance = made(definitions, "Stakeholders", "StakeholderStance")
    assert all(icon in icons(stance)[0] for icon in ("Add", "CircleRing", "Remove", "Unknown"))


def test_a_period_that_has_passed_says_so(definitions: Definitions) -> None:
    # guide.md §2.10 Formatting
    date = made(definitions, "ProjectDocuments", "DestroyAfter")
    assert "addDays(@currentField, 1) <= @now, 'Termijn verstreken'" in texts(date)[-1]
    assert "'Warning'" in icons(date)[0]


def test_blocks_bars_and_tags(definitions: Definitions) -> None:
    blocks = made(definitions, "Stakeholders", "InfluenceLevel")
    assert texts(blocks)[0].startswith("=if(@currentField >= 5, '■■■■■', if(@currentField >= 4, '■■■■□'")
    assert texts(blocks)[1] == "@currentField"
    bar = made(definitions, "Actions", "PercentDone")
    assert "' %'" in texts(bar)[0]
    tags = made(definitions, "CommunicationCalendar", "CommAudience")
    (tag,) = tags["children"]
    assert (tag["forEach"], tag["txtContent"]) == ("tag in @currentField", "[$tag]")


def test_every_style_in_the_lists_is_known(definitions: Definitions) -> None:
    for definition in definitions.lists.values():
        for field in definition.fields:
            for language in ("nl", "en"):
                text = formatter(definition, field, language)  # type: ignore[arg-type]
                assert (text is None) == (field.format is None), f"{definition.key}.{field.name}: {field.format}"


def test_colour_never_stands_alone(definitions: Definitions) -> None:
    for definition in definitions.lists.values():
        for field in definition.fields:
            text = formatter(definition, field, "nl")
            if text and "sp-field-severity" in text:
                assert icons(json.loads(text)), field.name


def test_spelling_does_not_count() -> None:
    assert normalised('{ "b": 1, "a": "é" }') == '{"a":"é","b":1}'
    assert normalised(" no json ") == "no json"
