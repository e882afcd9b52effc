#!/usr/bin/env python3
"""Writes the reference in docs/ from the models and the shipped lists: run it after a change to either.

`docs/definitions.md` has every key of a definition file; `docs/rules.md` and `docs/regels.md` say in words what each
list has and what each rule does. A test holds the pages against what this makes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import format_date

from projectlists.definitions import condition as conditions
from projectlists.definitions.loading import load
from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.definitions.rulemodel import (
    ON_SCHEDULE,
    Gathered,
    ReminderRule,
    Setting,
    StatusRule,
    Step,
)
from projectlists.language import Language, Text
from referencewords import DATES, KINDS, OPERATORS, RULES, STEPS, WORDS

ROOT = Path(__file__).parent.parent


class Pages:
    """The page about lists and rules in one language."""

    def __init__(self, definitions: Definitions, language: Language) -> None:
        self._definitions = definitions
        self._language = language

    def text(self) -> str:
        """The whole page."""
        parts = [f"# {self._(WORDS['title'])}\n\n{self._(WORDS['intro'])}"]
        parts += [self._list(found) for found in self._definitions.lists.values() if not found.system]
        return "\n\n".join(parts) + "\n"

    def _(self, words: Text, **values: object) -> str:
        text = words.in_language(self._language)
        return text.format(**values) if values else text

    def _list(self, definition: ListDefinition) -> str:
        def table() -> Iterator[str]:
            yield self._(WORDS["column_heads"]) + "\n|---|---|---|---|"
            for field in definition.fields:
                kind = self._(KINDS[field.type])
                if field.choices:
                    kind += ": " + ", ".join(choice.label(self._language) for choice in field.choices)
                if field.lookup:
                    kind += f": {self._title_of(field.lookup)}"
                needed = self._(WORDS["yes"]) if field.required else ""
                yield f"| {self._(field.title)} | `{field.name}` | {kind} | {needed} |"

        parts = [
            f"## {self._(definition.title)} (`{definition.key}`, {definition.letter})",
            self._(definition.description),
            f"### {self._(WORDS['columns'])}",
            "\n".join(table()),
            f"### {self._(WORDS['views'])}",
            ", ".join(self._(view.title) for view in definition.views) + ".",
        ]
        if definition.reminders:
            parts += [
                f"### {self._(WORDS['reminders'])}",
                *(self._reminder(definition, r) for r in definition.reminders),
            ]
        if definition.status_rules:
            rules = [self._status_rule(definition, rule) for rule in definition.status_rules]
            parts += [f"### {self._(WORDS['status_rules'])}", "\n".join(rules)]
        return "\n\n".join(parts)

    def _title_of(self, key: str) -> str:
        return self._(self._definitions.lists[key].title)

    def _column(self, definition: ListDefinition, name: str) -> str:
        built_in = {"Created": "created", "Modified": "modified", "Author": "author"}
        if name in built_in:
            return self._(WORDS[built_in[name]])
        field = definition.field(name)
        return f"“{self._(field.title)}”" if field else f"`{name}`"

    def _value(self, definition: ListDefinition, name: str, value: object) -> str:
        field = definition.field(name)
        labels = {choice.key: choice.label(self._language) for choice in field.choices} if field else {}
        if isinstance(value, bool):
            return self._(WORDS["yes" if value else "no"])
        if isinstance(value, tuple):
            return self._(WORDS["or"]).join(self._value(definition, name, one) for one in value)
        if value == conditions.THIS_YEAR:
            return self._(WORDS["this_year"])
        if value in labels:
            return labels[str(value)]
        if isinstance(value, str):
            return self._day(definition, value)
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _day(self, definition: ListDefinition, text: str) -> str:
        sign = next((sign for sign in "+-" if sign in text[1:]), None)
        if text[:1].isdigit():
            return text
        start, _sign, days = text.partition(sign) if sign else (text, "", "")
        day = self._(WORDS["today"]) if start == "today" else self._column(definition, start)
        if not days:
            return day
        return self._(WORDS["later" if sign == "+" else "earlier"], day=day, days=days)

    def _condition(self, definition: ListDefinition, part: conditions.Condition) -> str:
        if isinstance(part, conditions.All | conditions.Any_):
            found = part.all if isinstance(part, conditions.All) else part.any
            word = self._(WORDS["and" if isinstance(part, conditions.All) else "or"])
            return word.join(self._grouped(definition, one) for one in found)
        if isinstance(part, conditions.Related):
            return self._related(definition, part)
        field = self._column(definition, part.field)
        if part.below_part:
            whole = self._column(definition, part.below_part.of)
            value = self._(OPERATORS["part"], part=f"{part.below_part.part * 100:g}", field=whole)
            return self._(OPERATORS["below_part"], field=field, value=value)
        operator = "filled" if part.empty is False else part.operator
        return self._(OPERATORS[operator], field=field, value=self._value(definition, part.field, part.operand))

    def _grouped(self, definition: ListDefinition, part: conditions.Condition) -> str:
        text = self._condition(definition, part)
        return f"({text})" if isinstance(part, conditions.All | conditions.Any_) else text

    def _related(self, definition: ListDefinition, part: conditions.Related) -> str:
        other = self._definitions.lists[part.list]
        which = self._(OPERATORS["by"]) if part.by else ""
        if isinstance(part, conditions.Some) and part.through:
            which = self._(OPERATORS["through"], field=self._column(definition, part.through))
        are = self._(OPERATORS["are"], what=self._condition(other, part.are)) if part.are else ""
        kind = next(word for word in ("some", "none", "every") if hasattr(part, word))
        return self._(OPERATORS[kind], list=self._(other.title), which=which, are=are)

    def _date(self, definition: ListDefinition, rule: ReminderRule) -> str:
        if rule.date == ON_SCHEDULE:
            words = DATES.get(str(rule.schedule))
            if words:
                return self._(words)
            month, day = (int(part) for part in str(rule.schedule).split("-"))
            pattern = "d MMMM" if self._language == "nl" else "MMMM d"
            text = format_date(date(2000, month, day), pattern, locale=self._language)
            return self._(DATES["yearly"], day=text)
        if rule.date in DATES:
            return self._(DATES[rule.date], **self._event(definition, rule))
        first = self._column(definition, rule.date)
        if rule.otherwise:
            second = self._column(definition, rule.otherwise)
            first = self._(DATES["otherwise"], first=first, second=second)
        if rule.months:
            return self._(DATES["month" if rule.months == 1 else "months"], months=rule.months, first=first)
        return first

    def _event(self, definition: ListDefinition, rule: ReminderRule) -> Mapping[str, str]:
        if rule.changed:
            where = definition
            if rule.changed.through:
                lookup = definition.field(rule.changed.through)
                where = self._definitions.lists[str(lookup.lookup)] if lookup else definition
            return {"what": self._column(where, rule.changed.field)}
        if rule.turned:
            names = self._(WORDS["or"]).join(self._column(definition, name) for name in rule.turned.fields)
            return {"what": names, "value": self._value(definition, rule.turned.fields[0], rule.turned.to)}
        if rule.grown:
            return {"what": self._column(definition, rule.grown.field), "by": f"{rule.grown.by:g}"}
        return {"what": ""}

    def _reminder(self, definition: ListDefinition, rule: ReminderRule) -> str:
        lines = [self._(RULES["counts"], date=self._date(definition, rule))]
        if rule.when:
            lines.append(self._(RULES["when"], when=self._condition(definition, rule.when)))
        if rule.states and definition.status:
            states = self._value(definition, definition.status.field, rule.states)
            lines.append(self._(RULES["states"], states=states))
        if rule.once:
            lines.append(self._(RULES["once"]))
        if rule.text:
            lines.append(self._(RULES["asks"], text=self._(rule.text)))
        steps = "\n".join(f"- `{step.stage}` {self._step(definition, rule, step)}" for step in rule.steps)
        return f"**{rule.id}** " + " ".join(lines) + "\n\n" + steps

    def _step(self, definition: ListDefinition, rule: ReminderRule, step: Step) -> str:
        def unit(days: int) -> str:
            one = abs(days) == 1 and rule.unit == "working_days"
            return self._(STEPS["day" if one else rule.unit])

        key = "at" if step.days == 0 else "before" if step.days < 0 else "after"
        text = self._(STEPS[key], days=abs(step.days), unit=unit(step.days))
        if step.repeat == 1 and rule.unit == "working_days":
            text += self._(STEPS["repeat_daily"])
        elif step.repeat:
            text += self._(STEPS["repeat"], repeat=step.repeat, unit=unit(step.repeat))
        if step.times:
            text += self._(STEPS["times"], times=step.times)
        if step.weekly:
            text += self._(STEPS["weekly"])
        who = []
        for recipient in step.to:
            name = self._column(definition, recipient.field) if recipient.field else self._role(str(recipient.role))
            who.append(self._(STEPS["info"], who=name) if recipient.info else name)
        if step.escalation:
            text += f" ({self._(STEPS['escalation'])})"
        return f"{text} → {', '.join(who)}"

    def _role(self, role: str) -> str:
        if role == "escalation":
            return self._(STEPS["manager"])
        field = self._definitions.lists["TeamRoles"].field("TeamRole")
        labels = {choice.key: choice.label(self._language) for choice in field.choices} if field else {}
        return labels.get(role, role).lower()

    def _status_rule(self, definition: ListDefinition, rule: StatusRule) -> str:
        writes = self._(WORDS["and"]).join(self._setting(definition, setting) for setting in rule.set)
        if rule.when is None:
            return f"- **{rule.id}** " + self._(RULES["always"], set=writes)
        words = RULES["reopened" if rule.reopened else "as"]
        return f"- **{rule.id}** " + self._(words, when=self._condition(definition, rule.when), set=writes)

    def _setting(self, definition: ListDefinition, setting: Setting) -> str:
        field = self._column(definition, setting.field)
        if setting.clear:
            return self._(RULES["clear"], field=field)
        if setting.at_most is not None:
            return self._(RULES["at_most"], field=field, value=f"{setting.at_most:g}")
        if setting.gathered:
            value = self._gathered("sum" if setting.sum else "latest", setting.gathered)
        elif setting.later:
            value = self._later(definition, setting)
        else:
            value = self._value(definition, setting.field, setting.to)
        text = self._(RULES["to"], field=field, value=value)
        return self._(RULES["if_empty"], setting=text) if setting.if_empty else text

    def _gathered(self, kind: str, gathered: Gathered) -> str:
        other = self._definitions.lists[gathered.list]
        text = self._(RULES[kind], field=self._column(other, gathered.field), list=self._(other.title))
        if gathered.where:
            text += self._(OPERATORS["are"], what=self._condition(other, gathered.where))
        return text

    def _later(self, definition: ListDefinition, setting: Setting) -> str:
        later = setting.later
        assert later is not None  # noqa: S101 - the caller looked
        start = self._column(definition, later.than)
        if later.years:
            text = self._(RULES["years_later"], years=self._column(definition, later.years), field=start)
        elif later.by:
            bands = ", ".join(self._(RULES["band"], least=f"{band.at_least:g}", days=band.days) for band in later.bands)
            text = self._(RULES["bands"], field=start, by=self._column(definition, later.by), bands=bands)
        else:
            text = self._(RULES["days_later"], days=later.days or 0, field=start)
        if later.unless:
            return self._(RULES["unless"], value=text, unless=self._column(definition, later.unless))
        return text


def keys(schema: Mapping[str, Any]) -> str:
    """The page with every key of a definition file, from the schema that editors read."""
    parts = [
        "# Every key of a definition file\n\n"
        "This page is made from `lists/schema.json`, with `python scripts/reference.py`. Do not change it by hand. "
        "Editors that know YAML complete and check these keys as you type. What the shipped lists do with them is in "
        "[rules.md](rules.md) and, in Dutch, in [regels.md](regels.md).\n\n"
        "A file in `config/lists/` is a list, an extension of a shipped list, or profiles. In every text both "
        "languages are given: `{nl: …, en: …}`."
    ]
    for name in sorted(schema["$defs"]):
        model = schema["$defs"][name]
        if "properties" not in model:
            continue
        heading = f"## {name.strip('_')}\n\n{_sentence(model.get('description', ''))}".rstrip()
        rows = ["| key | value | what it says |", "|---|---|---|"]
        for key, about in model["properties"].items():
            needed = " (required)" if key in model.get("required", []) else ""
            rows.append(f"| `{key}`{needed} | {_kind(about)} | {_cell(about.get('description', ''))} |")
        parts.append(heading + "\n\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return text.replace("\n\n", "\x00").replace("\n", " ").replace("\x00", "\n\n")


def _cell(text: str) -> str:
    return _sentence(text).replace("|", "\\|")


def _kind(about: Mapping[str, Any]) -> str:
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2].strip("_")
        return f"[{name}](#{name.lower()})"
    if "enum" in about or "const" in about:
        return ", ".join(f"`{value}`" for value in about.get("enum", [about.get("const")]))
    if "anyOf" in about or "oneOf" in about:
        options = about.get("anyOf", about.get("oneOf", []))
        found = dict.fromkeys(_kind(option) for option in options if option.get("type") != "null")
        return " or ".join(found)
    if about.get("type") == "array":
        return f"list of {_kind(about.get('items', {}))}" if about.get("items") else "list"
    if about.get("type") == "object":
        inner = about.get("additionalProperties")
        return f"by key: {_kind(inner)}" if isinstance(inner, dict) else "by key"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return words.get(str(about.get("type")), "anything")


def pages() -> dict[str, str]:
    """Every page by its name in docs/."""
    lists = ROOT / "lists"
    definitions = load([lists])
    made: dict[str, Callable[[], str]] = {
        "definitions.md": lambda: keys(json.loads((lists / "schema.json").read_text("utf-8"))),
        "rules.md": Pages(definitions, "en").text,
        "regels.md": Pages(definitions, "nl").text,
    }
    return {name: make() for name, make in made.items()}


if __name__ == "__main__":
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, "utf-8")
