"""JOB a file into a list: read both, compare, let somebody look, write in batches (guide.md §2.0.12).

Rerun = resume: every row that is added carries its number, so a second run finds what the first one wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import AccessRefused, Conflict, ProjectListsError
from projectlists.exporting.cells import Rendering, account, shared_names
from projectlists.exporting.sitelists import SiteLists, site_lists
from projectlists.exporting.table import row_key
from projectlists.farend import wire
from projectlists.farend.batch import MAXIMUM_OPERATIONS, Answer, Operation
from projectlists.farend.sharepoint import Query, SharePointSite
from projectlists.importing import appearance, numbers, workbook
from projectlists.importing.comparing import OUTCOMES, Comparison, FileRow, Outcome, RowPlan
from projectlists.importing.grid import Grid, as_text, is_empty
from projectlists.importing.headings import Headings
from projectlists.importing.people import KnownPeople
from projectlists.importing.reading import Column, Reader
from projectlists.importing.tables import FoundTable, TitleRow, found_table
from projectlists.item import Item, Person
from projectlists.language import _

TEAM = "TeamRoles"
Directory = Callable[[Sequence[str]], Mapping[str, Sequence[Person]]]


class NothingToImport(ProjectListsError):
    """The file holds no table of this list."""


@dataclass(frozen=True)
class Instructions:
    """What somebody said about a file.

    `columns`: what headings mean (internal name, or None to leave one out). `colours`: the state that rows of a colour
    (`RRGGBB`) have; only what somebody confirmed stands here (guide.md §2.0.12).
    """

    sheet: str | None = None
    columns: Mapping[str, str | None] = attribute(default_factory=dict)
    colours: Mapping[str, str] = attribute(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """A file read and compared with the list; nothing is written yet.

    `hidden` counts rows that are hidden in the file and are read all the same. `colours` counts rows without a state by
    their colour, where nobody said yet what the colour means.
    """

    lists: SiteLists
    definition: ListDefinition
    path: Path
    table: FoundTable
    rows: tuple[RowPlan, ...]
    hidden: int = 0
    colours: Mapping[str, int] = attribute(default_factory=dict)

    def count(self, outcome: Outcome) -> int:
        """The number of rows with an outcome."""
        return sum(row.outcome == outcome for row in self.rows)

    def with_outcome(self, *outcomes: Outcome) -> tuple[RowPlan, ...]:
        """The rows with these outcomes, in order."""
        return tuple(row for row in self.rows if row.outcome in outcomes)

    def as_json(self) -> dict[str, Any]:
        """As in a JSON result (contract.md §3), without `http`."""
        return {
            "site": self.lists.url,
            "list": self.definition.key,
            "mapping": self.table.mapping.as_json(),
            "rows": {outcome: self.count(outcome) for outcome in OUTCOMES},
            "refused": [{"row": row.line, "reason": row.reason} for row in self.with_outcome("refused")],
            "doubtful": [{"row": row.line, "reason": row.reason} for row in self.with_outcome("doubtful")],
            "left_out": list(self.table.mapping.left_out),
            "skipped": self.table.skipped,
            "hidden": self.hidden,
            "colours": dict(self.colours),
        }


def prepared(
    site: SharePointSite,
    definitions: Definitions,
    name: str,
    path: Path,
    *,
    today: date,
    said: Instructions = Instructions(),
    directory: Directory = lambda _words: {},
) -> Prepared:
    """Read a file and a list, and say what would happen to every row. Nothing is written.

    `directory` finds people of the organisation by words that the site does not know.

    Raises:
        UsageError: the site has no such list.
        Unreadable, NothingToImport: the file is not to be read, or holds nothing for this list.
        FarEndError: the site cannot be read.
    """
    grids = _chosen(workbook.sheets(path), said.sheet, path)
    lists = site_lists(site, definitions)
    (definition,) = lists.named([name])
    reader = Reader(definition, definitions, lists.language, today, KnownPeople(()))
    headings = Headings(definition, said.columns)
    table = found_table(grids, headings, reader.share, other_title_row(definitions, definition.key))
    if table is None:
        raise _nothing(path, definition, lists)
    shown = _look(definition, table, path)
    columns = {column.field.name: column for column in columns_of(definition, table, said.colours)}
    rows = tuple(file_rows(table, definition, shown.colours, said.colours))
    known = _known(site, lists, definition, columns.values())
    names = [row.text(name) for name, column in columns.items() if column.field.type == "User" for row in rows]
    for words, found in directory(known.people.strangers(filter(None, names))).items():
        known.people.add(words, found)
    reader = replace(reader, people=known.people, targets=known.targets)
    rendering = Rendering(definitions, lists.language, shared_names(known.users))
    comparison = Comparison(reader, rendering, columns, known.rows, lists.about.id)
    status = definition.status.field if definition.status else ""
    stateless = [row.line - 1 for row in rows if status and not row.filled(status)]
    return Prepared(
        lists,
        definition,
        path,
        table,
        comparison.plans(rows),
        hidden=len(shown.hidden),
        colours=shown.counted(stateless),
    )


def write(
    site: SharePointSite,
    ready: Prepared,
    *,
    doubtful: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Prepared:
    """Write what is new and changed, and with `doubtful` those rows too; the same with the refusals of the service.

    `progress` hears how many rows are done, and of how many.

    Raises:
        FarEndError: the connection was lost or the site refuses everything; run again to go on.
    """
    chosen = ready.with_outcome("new", "changed", *(("doubtful",) if doubtful else ()))
    people = _known_here(site, chosen)
    results = {row.line: plan for row in chosen if (plan := _without_people(row, people))}
    chosen = tuple(row for row in chosen if row.line not in results)
    for start in range(0, len(chosen), MAXIMUM_OPERATIONS):
        progress(start, len(chosen))
        part = chosen[start : start + MAXIMUM_OPERATIONS]
        for row, answer in zip(part, site.run([_operation(site, ready, row, people) for row in part]), strict=True):
            results[row.line] = _result(row, answer)
    progress(len(chosen), len(chosen))
    return replace(ready, rows=tuple(results.get(row.line, row) for row in ready.rows))


def _result(row: RowPlan, answer: Answer) -> RowPlan:
    match answer.error:
        case None:
            return replace(row, outcome="changed" if row.item else "new")
        case AccessRefused():
            raise answer.error
        case Conflict():
            reason = _("Somebody changed this row in SharePoint during the import, so it was left alone. Import again.")
        case _:
            reason = str(answer.error)
    return replace(row, outcome="refused", reasons=(reason,))


def _operation(site: SharePointSite, ready: Prepared, row: RowPlan, people: Mapping[str, Person]) -> Operation:
    values = {
        name: people.get(account(value).casefold(), value) if isinstance(value, Person) else value
        for name, value in row.values.items()
    }
    body = wire.values_for(ready.definition, ready.lists.language, ready.lists.about.zone, values)
    if row.item is None:
        return site.addition(ready.definition.key, body)
    library = ready.definition.kind == "library"
    return site.change(ready.definition.key, row.item.id, body, row.item.etag, library=library)


def _known_here(site: SharePointSite, rows: Sequence[RowPlan]) -> dict[str, Person]:
    """People found in the directory whom the site does not know yet, with the number it gives them."""
    logins = {
        account(value).casefold(): account(value)
        for row in rows
        for value in row.values.values()
        if isinstance(value, Person) and not value.id
    }
    found = site.people(list(logins.values()))
    return {login.casefold(): person for login, person in found.items()}


def _without_people(row: RowPlan, people: Mapping[str, Person]) -> RowPlan | None:
    """The refusal of a row that names somebody whom the site does not take."""
    for value in row.values.values():
        if isinstance(value, Person) and not value.id and account(value).casefold() not in people:
            reason = _("{name} cannot be added to the people of this site.").format(name=value.name)
            return replace(row, outcome="refused", reasons=(reason,))
    return None


def _chosen(grids: tuple[Grid, ...], sheet: str | None, path: Path) -> tuple[Grid, ...]:
    if sheet is None:
        return grids
    chosen = tuple(grid for grid in grids if grid.name.casefold() == sheet.casefold())
    if not chosen:
        raise NothingToImport(
            _("{file} has no sheet {sheet}. Choose from {known}.").format(
                file=path.name, sheet=sheet, known=", ".join(grid.name for grid in grids)
            )
        )
    return chosen


def _nothing(path: Path, definition: ListDefinition, lists: SiteLists) -> NothingToImport:
    titles = [field.title.in_language(lists.language) for field in definition.fields if field.required]
    return NothingToImport(
        _("{file} has no table for {list}. Put headings such as {columns} above the columns.").format(
            file=path.name, list=definition.title.in_language(lists.language), columns=", ".join(titles)
        )
    )


def other_title_row(definitions: Definitions, key: str) -> TitleRow:
    """Tells a row that holds nothing but headings of another list: above the table of that list."""
    others = [Headings(found) for found in definitions.lists.values() if found.key != key and not found.system]

    def is_title_row(texts: Sequence[str]) -> bool:
        return len(texts) > 1 and any(all(other.known(text) for text in texts) for other in others)

    return is_title_row


def _look(definition: ListDefinition, table: FoundTable, path: Path) -> appearance.Look:
    """How the rows of the table look; the colour of the state counts first, then that of the title."""
    order = [definition.status.field if definition.status else "", "Title"]
    columns = {match.field: match.column for match in table.mapping.matches}
    first = [columns[name] for name in order if name in columns]
    rest = [column for column in columns.values() if column not in first]
    return appearance.look(path, table.place.grid.name, table.rows, [*first, *rest])


def columns_of(
    definition: ListDefinition, table: FoundTable, colours: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Column]:
    """How each column of a table is read; colours that mean a state stand for a column that is not there."""
    status = definition.field(definition.status.field) if definition.status else None
    if colours and status and all(match.field != status.name for match in table.mapping.matches):
        yield Column(_("Colour"), status)
    for match in table.mapping.matches:
        field = definition.field(match.field)
        if field is not None:
            cells = [table.cell(row, match.column) for row in table.rows]
            scaled = numbers.is_percentage(field) or numbers.is_scale(field)
            yield Column(match.heading, field, fractions=scaled and numbers.are_fractions(cells, field))


def file_rows(
    table: FoundTable,
    definition: ListDefinition,
    shown: Mapping[int, str] = MappingProxyType({}),
    colours: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[FileRow]:
    """The rows of a table under the names of the list's columns; a colour speaks where the state is empty."""
    status = definition.status.field if definition.status else ""
    for row in table.rows:
        cells = {match.field: table.cell(row, match.column) for match in table.mapping.matches}
        state = colours.get(shown.get(row, ""))
        if state and is_empty(cells.get(status, "")):
            cells[status] = state
        key = row_key(as_text(table.cell(row, table.mapping.key))) if table.mapping.key is not None else None
        file = as_text(table.cell(row, table.mapping.file.column)).strip() if table.mapping.file else ""
        yield FileRow(row + 1, cells, key, file)


@dataclass(frozen=True)
class _Known:
    """What the site holds that a file is compared with."""

    rows: tuple[Item, ...]
    people: KnownPeople
    users: tuple[Person, ...]
    targets: Mapping[str, tuple[Item, ...]]


def _known(site: SharePointSite, lists: SiteLists, definition: ListDefinition, columns: Iterable[Column]) -> _Known:
    """The rows of the list, the team, and the rows of lists that are looked up, in one batch; and the site's users."""
    team = next((found for found in lists.lists if found.key == TEAM), None)
    targets = {column.field.lookup for column in columns} - {None}
    looked_up = [found for found in lists.lists if found.key in targets]
    wanted: list[tuple[ListDefinition, tuple[str, ...] | None]] = [(definition, None)]
    wanted += [(found, ("Title", "ImportKey")) for found in looked_up]
    wanted += [(team, ("Title", "TeamRole", "TeamMember", "TeamStatus"))] if team else []
    pages = site.rows(
        [Query(found.key, found.kind == "library", options=wire.options(found, names)) for found, names in wanted]
    )
    zone = lists.about.zone
    items = [wire.items_from(found, zone, rows) for (found, _names), rows in zip(wanted, pages, strict=True)]
    users = site.users()
    people = KnownPeople(users, items[-1] if team else (), team)
    return _Known(items[0], people, users, {found.key: each for found, each in zip(looked_up, items[1:], strict=False)})
