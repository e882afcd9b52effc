#!/usr/bin/env python3
"""Writes the reference in docs/ from the models and the shipped lists: run it after a change to either.

`docs/definitions.md` has every key of a definition file; `docs/rules.md` and `docs/regels.md` say in words what each
list has and what each rule does. A test holds the pages against what this makes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from projectlists.definitions import condition as conditions
from projectlists.definitions.loading import load
from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.definitions.rulemodel import (
    CHANGED,
    GROWN,
    HOLDS_SINCE,
    ON_SCHEDULE,
    STATUS_SINCE,
    TURNED,
    Gathered,
    ReminderRule,
    Setting,
    StatusRule,
    Step,
)
from projectlists.language import Language, Text

ROOT = Path(__file__).parent.parent

WORDS = {
    "title": Text(nl="De lijsten en hun regels", en="The lists and their rules"),
    "intro": Text(
        nl=(
            "Deze pagina is gemaakt uit de bestanden in `lists/`, met `python scripts/reference.py`. Pas haar niet met "
            "de hand aan.\n\nDagen zijn werkdagen, behalve waar kalenderdagen staat. Een regel geldt voor rijen die "
            "open zijn, behalve waar iets anders staat. Wie iets twee keer zou krijgen, krijgt het één keer. Rijen met "
            "“Geen herinnering” slaat de taak over."
        ),
        en=(
            "This page is made from the files in `lists/`, with `python scripts/reference.py`. Do not change it by "
            "hand.\n\nDays are working days, except where it says calendar days. A rule holds for rows that are open, "
            "except where it says otherwise. Who would get something twice, gets it once. The job passes over rows "
            "with “No reminder”."
        ),
    ),
    "columns": Text(nl="Kolommen", en="Columns"),
    "views": Text(nl="Weergaven", en="Views"),
    "reminders": Text(nl="Herinneringen", en="Reminders"),
    "status_rules": Text(nl="Statussen die vanzelf veranderen", en="Statuses that change by themselves"),
    "column_heads": Text(
        nl="| kolom | interne naam | soort | verplicht |", en="| column | internal name | kind | required |"
    ),
    "yes": Text(nl="ja", en="yes"),
    "no": Text(nl="nee", en="no"),
    "and": Text(nl=" en ", en=" and "),
    "or": Text(nl=" of ", en=" or "),
    "today": Text(nl="vandaag", en="today"),
    "later": Text(nl="{day} + {days} dagen", en="{day} + {days} days"),
    "earlier": Text(nl="{day} − {days} dagen", en="{day} − {days} days"),
    "this_year": Text(nl="dit jaar", en="this year"),
    "me": Text(nl="jezelf", en="yourself"),
    "created": Text(nl="de dag waarop de rij is gemaakt", en="the day the row was made"),
    "modified": Text(nl="de laatste wijziging", en="the last change"),
    "author": Text(nl="de maker", en="the maker"),
}
KINDS = {
    "Text": Text(nl="tekst", en="text"),
    "Note": Text(nl="tekst, meer regels", en="text, several lines"),
    "Number": Text(nl="getal", en="number"),
    "Currency": Text(nl="bedrag", en="amount"),
    "DateTime": Text(nl="datum", en="date"),
    "Boolean": Text(nl="ja of nee", en="yes or no"),
    "Choice": Text(nl="keuze", en="choice"),
    "MultiChoice": Text(nl="keuze, meer dan één", en="choice, more than one"),
    "User": Text(nl="persoon", en="person"),
    "Lookup": Text(nl="verwijzing", en="lookup"),
    "URL": Text(nl="koppeling", en="link"),
    "Calculated": Text(nl="berekend", en="calculated"),
}
OPERATORS = {
    "equals": Text(nl="{field} is {value}", en="{field} is {value}"),
    "not_equals": Text(nl="{field} is niet {value}", en="{field} is not {value}"),
    "one_of": Text(nl="{field} is {value}", en="{field} is {value}"),
    "none_of": Text(nl="{field} is niet {value}", en="{field} is not {value}"),
    "before": Text(nl="{field} ligt voor {value}", en="{field} is before {value}"),
    "until": Text(nl="{field} is {value} of eerder", en="{field} is {value} or earlier"),
    "since": Text(nl="{field} is {value} of later", en="{field} is {value} or later"),
    "after": Text(nl="{field} ligt na {value}", en="{field} is after {value}"),
    "same_day": Text(nl="{field} is dezelfde dag als {value}", en="{field} is the same day as {value}"),
    "at_least": Text(nl="{field} is {value} of meer", en="{field} is {value} or more"),
    "at_most": Text(nl="{field} is {value} of minder", en="{field} is {value} or less"),
    "above": Text(nl="{field} is meer dan {value}", en="{field} is more than {value}"),
    "below": Text(nl="{field} is minder dan {value}", en="{field} is less than {value}"),
    "below_part": Text(nl="{field} is minder dan {value}", en="{field} is less than {value}"),
    "changed_since": Text(nl="{field} veranderde sinds {value}", en="{field} changed since {value}"),
    "empty": Text(nl="{field} is leeg", en="{field} is empty"),
    "filled": Text(nl="{field} is ingevuld", en="{field} is filled in"),
    "is_me": Text(nl="jij staat bij {field}", en="you stand at {field}"),
    "part": Text(nl="{part} % van {field}", en="{part} % of {field}"),
    "some": Text(nl="er is een rij in {list}{which}{are}", en="there is a row in {list}{which}{are}"),
    "none": Text(nl="er is geen rij in {list}{which}{are}", en="there is no row in {list}{which}{are}"),
    "every": Text(nl="elke rij in {list}{which} voldoet{are}", en="every row in {list}{which} is so{are}"),
    "by": Text(nl=" die hierheen wijst", en=" that points here"),
    "through": Text(nl=" waarheen {field} wijst", en=" to which {field} points"),
    "are": Text(nl=" (waarvoor geldt: {what})", en=" (of which: {what})"),
}
DATES = {
    STATUS_SINCE: Text(nl="de dag waarop de status zo werd", en="the day the status became so"),
    HOLDS_SINCE: Text(nl="de dag waarop dit zo werd", en="the day this became so"),
    CHANGED: Text(nl="de dag waarop {what} veranderde", en="the day {what} changed"),
    TURNED: Text(nl="de dag waarop {what} {value} werd", en="the day {what} became {value}"),
    GROWN: Text(nl="de dag waarop {what} meer dan {by} groeide", en="the day {what} grew by more than {by}"),
    "weekly": Text(nl="elke maandag", en="every Monday"),
    "fortnightly": Text(nl="elke tweede maandag", en="every other Monday"),
    "monthly": Text(nl="de eerste werkdag van de maand", en="the first working day of the month"),
    "quarterly": Text(nl="de eerste werkdag van het kwartaal", en="the first working day of the quarter"),
    "yearly": Text(nl="elk jaar op {day}", en="every year on {day}"),
    "otherwise": Text(nl="{first}, of als dat leeg is {second}", en="{first}, or where that is empty {second}"),
    "months": Text(nl="{months} maanden na {first}", en="{months} months after {first}"),
}
STEPS = {
    "before": Text(nl="{days} {unit} ervoor", en="{days} {unit} before"),
    "at": Text(nl="op de dag zelf", en="on the day itself"),
    "after": Text(nl="{days} {unit} erna", en="{days} {unit} after"),
    "repeat": Text(nl=", dan elke {repeat} {unit}", en=", then every {repeat} {unit}"),
    "times": Text(nl=" (hoogstens {times} keer)", en=" ({times} times at most)"),
    "weekly": Text(nl=", dan elke maandag", en=", then every Monday"),
    "working_days": Text(nl="werkdagen", en="working days"),
    "days": Text(nl="kalenderdagen", en="calendar days"),
    "day": Text(nl="werkdag", en="working day"),
    "info": Text(nl="{who} (ter info)", en="{who} (for information)"),
    "escalation": Text(nl="eigen mail", en="a mail of its own"),
    "manager": Text(nl="de leidinggevende van de werkwijze", en="the manager of the way of working"),
}
RULES = {
    "counts": Text(nl="Telt vanaf {date}.", en="Counts from {date}."),
    "when": Text(nl="Voor rijen waarvoor geldt: {when}.", en="For rows of which: {when}."),
    "states": Text(nl="Alleen bij {states}.", en="Only with {states}."),
    "once": Text(nl="Eén keer voor de hele lijst.", en="Once for the whole list."),
    "asks": Text(nl="In de mail: “{text}”", en="In the mail: “{text}”"),
    "as": Text(nl="Als {when}: {set}.", en="When {when}: {set}."),
    "always": Text(nl="Altijd: {set}.", en="Always: {set}."),
    "reopened": Text(
        nl="Als een gesloten rij weer open is en {when}: {set}.",
        en="When a closed row is open again and {when}: {set}.",
    ),
    "to": Text(nl="{field} wordt {value}", en="{field} becomes {value}"),
    "clear": Text(nl="{field} wordt leeg", en="{field} is emptied"),
    "at_most": Text(nl="{field} wordt hoogstens {value}", en="{field} becomes {value} at most"),
    "if_empty": Text(nl="{setting}, als het leeg is", en="{setting}, where it is empty"),
    "days_later": Text(nl="{days} dagen na {field}", en="{days} days after {field}"),
    "years_later": Text(nl="{years} jaar na {field}", en="{years} years after {field}"),
    "bands": Text(nl="{field} plus dagen naar {by}: {bands}", en="{field} plus days by {by}: {bands}"),
    "band": Text(nl="vanaf {least}: {days}", en="from {least}: {days}"),
    "unless": Text(nl="{value} (leeg bij {unless})", en="{value} (empty with {unless})"),
    "sum": Text(nl="de som van {field} in {list}", en="the sum of {field} in {list}"),
    "latest": Text(nl="de laatste dag bij {field} in {list}", en="the last day at {field} in {list}"),
}


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
            return self._(words) if words else self._(DATES["yearly"], day=rule.schedule)
        if rule.date in DATES:
            return self._(DATES[rule.date], **self._event(definition, rule))
        first = self._column(definition, rule.date)
        if rule.otherwise:
            second = self._column(definition, rule.otherwise)
            first = self._(DATES["otherwise"], first=first, second=second)
        return self._(DATES["months"], months=rule.months, first=first) if rule.months else first

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
        if step.repeat:
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
