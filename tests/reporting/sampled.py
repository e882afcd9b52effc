"""The fictional project as a report sees it, made without a far end; and small projects of a few rows."""

from __future__ import annotations

from datetime import date
from functools import cache

from projectlists import sample
from projectlists.definitions.names import ProfileKey
from projectlists.item import Item, Person, Reference, Value
from projectlists.language import Language, speaking
from projectlists.reporting import assembly
from projectlists.reporting.outline import Report
from projectlists.reporting.project import Project
from projectlists.reporting.reading import LISTS
from projectlists.rules.calendar import WorkingCalendar
from tests.rows import LISTS as FOLDER
from tests.rows import list_of, profile_of, row, shipped

DAY = date(2026, 11, 25)  # a Wednesday, in ISO week 48
HOSTILE = '<script>alert(1)</script> & "quotes" \u202egnp.exe\u202c =1+1 $x^2$ \x07\ud800'
"""Markup, a script, letters that turn the reading direction, a formula, mathematics, a bell and half a letter."""


def project(
    profile: ProfileKey = "project",
    *,
    day: date = DAY,
    language: Language = "nl",
    extra: tuple[str, ...] = (),
    **items: tuple[Item, ...],
) -> Project:
    """A project with these rows by list; the profile's other lists, and the extra ones, are there and empty."""
    lists = {found.key: found for found in shipped().chosen(profile, extra) if found.key in LISTS}
    return Project(
        name="Proefproject",
        url="https://lindervoort.sharepoint.com/sites/proef",
        language=language,
        profile=profile_of(profile),
        as_of=day,
        lists=lists,
        items={key: items.get(key, ()) for key in lists},
    )


def marktplein(language: Language = "nl") -> Project:
    """The whole sample project on its day, rows numbered in the order of the file."""
    written = sample.load(FOLDER.parent / "config" / "sample-project.yaml")
    numbers: dict[str, int] = {}
    items: dict[str, tuple[Item, ...]] = {}
    people: dict[str, Person] = {
        upn: Person(number, key, upn, upn) for number, (key, upn) in enumerate(written.people.items(), 1)
    }
    for key in LISTS:
        for number, raw in enumerate(written.lists.get(key, ()), 1):
            numbers[str(raw["key"])] = number
    for key in LISTS:
        if key == "ProgrammeProjects":
            continue
        found = []
        for number, each in enumerate(written.rows(list_of(key), DAY, WorkingCalendar()), 1):
            references = {name: Reference(numbers[to]) for name, to in each.references.items() if to in numbers}
            values: dict[str, Value] = {
                **each.values,
                **{n: people[upn] for n, upn in each.people.items()},
                **references,
            }
            found.append(row(number, created=date(2026, 11, 11), **values))
        items[key] = tuple(found)
    return project(language=language, extra=("RunSheet",), **items)


@cache
def report() -> Report:
    """The report of the sample project in Dutch, the same object for all tests, so that its pictures are drawn once."""
    with speaking("nl"):
        return assembly.report(marktplein("nl"), "team")


def hostile_rows(key: str) -> tuple[Item, ...]:
    """A row whose every text, choice and choices hold what somebody should not be able to make us do."""
    definition = shipped().lists[key]
    values: dict[str, Value] = {}
    for field in definition.fields:
        if field.type in {"Text", "Note", "Choice"}:
            values[field.name] = HOSTILE
        elif field.type == "MultiChoice":
            values[field.name] = (HOSTILE,)
        elif field.type == "DateTime":
            values[field.name] = DAY
        elif field.type in {"Number", "Currency"}:
            values[field.name] = 10**9
    live = {"Risks": "identified", "Stakeholders": "active", "Evaluations": "open"}
    if definition.status and key in live:
        values[definition.status.field] = live[key]
    if key == "Evaluations":
        values["EvalKind"] = "lesson"
    if key == "RunSheet":
        values |= {"RunPart": "on_the_day", "StartTime": "19:00", "RunStatus": "to_do"}
    if key == "Stakeholders":
        values |= {"StakeholderRole": ("user",), "RingCurrent": "decide"}
    return (row(1, **values), row(2), row(3, **{**values, "Title": "x" * 255}))


@cache
def hostile_report() -> Report:
    """A project in which every list holds such rows."""
    keys = [key for key, found in shipped().lists.items() if not found.system]
    return assembly.report(project(extra=("RunSheet",), **{key: hostile_rows(key) for key in keys}), "team")
