"""The fictional project of `config/sample-project.yaml`: its rows with real dates, in order of reference.

Dates in the file are offsets in calendar days from a reference day; the head of the file gives the rules for shifting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from projectlists.definitions.model import IMPORT_KEY, ListDefinition
from projectlists.farend import wire
from projectlists.farend.sharepoint import SharePointSite
from projectlists.item import Link, Person, Reference, Value
from projectlists.language import Language
from projectlists.rules.calendar import WorkingCalendar
from projectlists.yamlfile import read


@dataclass(frozen=True)
class SampleRow:
    """One row: its key in the file, and its values. People are UPNs in `people`, other rows keys in `references`."""

    key: str
    values: Mapping[str, Value]
    people: Mapping[str, str]
    references: Mapping[str, str]

    def resolved(self, people: Mapping[str, Person], rows: Mapping[str, int]) -> dict[str, Value]:
        """All values, with the site's own numbers for people (by UPN) and for rows made before (by key)."""
        found: dict[str, Value] = dict(self.values)
        found.update({name: people[upn] for name, upn in self.people.items()})
        found.update({name: Reference(rows[key]) for name, key in self.references.items() if key in rows})
        return found


@dataclass(frozen=True)
class SampleProject:
    """The file as read, with the rules for its dates."""

    name: str
    key: str
    people: Mapping[str, str]
    lists: Mapping[str, tuple[Mapping[str, Any], ...]]
    no_shift: frozenset[str]

    def rows(self, definition: ListDefinition, reference_day: date, calendar: WorkingCalendar) -> tuple[SampleRow, ...]:
        """The rows of one list, as they are on `reference_day`. Columns the list has not are left out."""
        return tuple(self._row(raw, definition, reference_day, calendar) for raw in self.lists.get(definition.key, ()))

    def _row(
        self, raw: Mapping[str, Any], definition: ListDefinition, reference_day: date, calendar: WorkingCalendar
    ) -> SampleRow:
        values: dict[str, Value] = {}
        people: dict[str, str] = {}
        references: dict[str, str] = {}
        for written, value in raw.items():
            name = written.removesuffix("_ref")
            field = definition.field(name)
            if field is None:
                continue
            if written.endswith("_ref"):
                references[name] = str(value)
            elif field.type == "User":
                people[name] = self.people[value]
            elif name == "BudgetYear":  # an offset from the year of the reference day
                values[name] = reference_day.year + value
            elif field.type == "DateTime":
                values[name] = self._day(name, value, reference_day, calendar)
            elif field.type == "MultiChoice":
                values[name] = tuple(value)
            elif field.type == "URL":
                values[name] = Link(str(value))
            else:
                values[name] = value
        return SampleRow(str(raw["key"]), values, people, references)

    def _day(self, name: str, offset: int, reference_day: date, calendar: WorkingCalendar) -> date:
        """Shift off weekends and holidays, never across the reference day; offset 0 stays."""
        day = reference_day + timedelta(days=offset)
        if name in self.no_shift or offset == 0 or calendar.is_working_day(day):
            return day
        return calendar.before(day, 1) if offset < 0 else calendar.after(day, 1)


def load(path: Path) -> SampleProject:
    """Read the sample file; raises InvalidInput when it is not YAML."""
    data = read(path).data
    sections = {key: tuple(rows) for key, rows in data.items() if isinstance(rows, list)}
    return SampleProject(
        name=data["project"]["name"],
        key=data["project"]["key"],
        people={key: person["upn"] for key, person in data["people"].items()},
        lists=sections,
        no_shift=frozenset(data["meta"]["no_shift"]),
    )


def fill(
    project: SampleProject,
    site: SharePointSite,
    definitions: Iterable[ListDefinition],
    *,
    language: Language,
    reference_day: date,
    calendar: WorkingCalendar,
    progress: Callable[[ListDefinition, int], None] = lambda _definition, _count: None,
) -> dict[str, dict[str, int]]:
    """Put the rows into a site's lists, in order of creation; the new row numbers by list and key.

    A reference to a row that is made later in the same list is left empty. The first rows of the sample are those that
    a list starts with, filled in. `progress` hears each list and its number of rows.
    """
    people = site.people(sorted(set(project.people.values())))
    numbers: dict[str, dict[str, int]] = {}
    known: dict[str, int] = {}
    for definition in definitions:
        rows = project.rows(definition, reference_day, calendar)
        if not rows or definition.kind == "library":  # its rows are files
            continue
        zone = site.about().zone
        bodies = [wire.values_for(definition, language, zone, row.resolved(people, known)) for row in rows]
        there = _rows_to_start_with(site, definition)
        empty = dict.fromkeys(name for row in definition.rows for name in row.values)
        for answer in site.run(
            [
                site.change(definition.key, number, {**empty, **body, IMPORT_KEY: None}, "*")
                for number, body in zip(there, bodies, strict=False)
            ]
        ):
            answer.checked()
        answers = site.run([site.addition(definition.key, body) for body in bodies[len(there) :]])
        ids = [*there, *(int(answer.checked().entity["Id"]) for answer in answers)]
        made = {row.key: number for row, number in zip(rows, ids, strict=False)}
        numbers[definition.key] = made
        known |= made
        progress(definition, len(rows))
    return numbers


def _rows_to_start_with(site: SharePointSite, definition: ListDefinition) -> tuple[int, ...]:
    keys = {row.key for row in definition.rows}
    if not keys:
        return ()
    return tuple(item.id for item in site.items(definition, names=(IMPORT_KEY,)) if item.text(IMPORT_KEY) in keys)
