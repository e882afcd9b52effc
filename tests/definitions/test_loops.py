"""Status rules that would set each other off without end are refused before anything runs (guide.md §2.0.8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from projectlists.validate import validate
from tests.rows import LISTS

HEAD = """
key: Permits
letter: P
title: {nl: Vergunningen, en: Permits}
description: {nl: Alle vergunningen, en: All permits}
status: {field: State, closing: [done]}
fields:
  - {name: Title, type: Text, title: {nl: Titel, en: Title}}
  - {name: OnDate, type: DateTime, title: {nl: Datum, en: Date}}
  - {name: Points, type: Number, title: {nl: Punten, en: Points}}
  - name: State
    type: Choice
    title: {nl: Status, en: Status}
    choices: [{key: open, nl: Open, en: Open}, {key: busy, nl: Bezig, en: Busy}, {key: done, nl: Klaar, en: Done}]
views:
  - {key: Everything, title: {nl: Alles, en: All}, default: true, fields: [Title]}
status_rules:
"""


def rule(name: str, when: str, trigger: str, setting: str) -> str:
    return f"  - {{id: {name}, when: {when}, trigger: [{trigger}], set: [{{{setting}}}], trace: {{nl: a, en: a}}}}\n"


OPENS = rule("S1", "{field: State, equals: busy}", "State", "field: State, to: open")
STARTS = rule("S2", "{field: State, equals: open}", "State", "field: State, to: busy")


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        # There and back again.
        ([OPENS, STARTS], "S1 → S2 → S1"),
        # A rule that makes its own condition true again.
        ([rule("S1", "{field: OnDate, until: today}", "OnDate", "field: OnDate, to: today-1")], "S1 → S1"),
        # Over a third rule.
        (
            [
                rule("S1", "{field: State, equals: busy}", "State", "field: State, to: done"),
                rule("S2", "{field: State, equals: done}", "State", "field: State, to: open"),
                rule("S3", "{field: State, one_of: [open, done]}", "State", "field: State, to: busy"),
            ],
            "S1 → S3 → S1",
        ),
    ],
)
def test_a_circle_is_refused(tmp_path: Path, rules: list[str], names: str) -> None:
    (tmp_path / "permits.yaml").write_text(HEAD + "".join(rules), "utf-8")
    messages = [problem.message for problem in validate([tmp_path])]
    assert [names in message for message in messages] == [True], messages


@pytest.mark.parametrize(
    "rules",
    [
        [OPENS],
        # The date moves ahead, so the condition does not hold any more.
        [rule("S1", "{field: OnDate, until: today}", "OnDate", "field: OnDate, to: today+90")],
        # The first rule wants the date empty, the second one fills it in.
        [
            rule(
                "S1",
                "{all: [{field: State, equals: done}, {field: OnDate, empty: true}]}",
                "State",
                "field: OnDate, to: today",
            ),
            rule(
                "S2",
                "{all: [{field: OnDate, empty: false}, {field: State, none_of: [done]}]}",
                "OnDate",
                "field: State, to: done",
            ),
        ],
        # What the second one writes is no trigger of the first.
        [OPENS, rule("S2", "{field: State, equals: open}", "State", "field: Points, to: 5")],
    ],
)
def test_rules_that_come_to_rest_are_taken(tmp_path: Path, rules: list[str]) -> None:
    (tmp_path / "permits.yaml").write_text(HEAD + "".join(rules), "utf-8")
    assert [problem.message for problem in validate([tmp_path])] == []


def test_the_shipped_rules_come_to_rest() -> None:
    assert validate([LISTS]) == ()
