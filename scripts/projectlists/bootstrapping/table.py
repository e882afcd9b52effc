"""The table of projects, from Excel or CSV: every row read, and every mistake found, before anything is done. Pure but
for the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from projectlists.config.model import Site
from projectlists.config.sitetable import row_problems, site_of
from projectlists.errors import InvalidInput, Problem, UsageError
from projectlists.farend.newsites import SiteKind
from projectlists.importing.grid import Grid, Raw, as_text, lines
from projectlists.importing.words import normal
from projectlists.importing.workbook import Unreadable, sheets
from projectlists.language import _

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("sleutel", "projectcode"),
    "name": ("naam", "project", "projectnaam", "project name"),
    "url": ("site", "adres", "alias", "site url", "address"),
    "profile": ("profiel",),
    "language": ("taal",),
    "owner": ("eigenaar", "site-eigenaar", "site owner"),
    "members": ("leden", "teamleden", "team members"),
    "project_manager": ("projectmanager", "project manager", "projectleider", "pm"),
    "supporter": ("ondersteuner", "ondersteuningsprofessional", "projectondersteuner", "project supporter"),
    "team": ("teams-team",),
    "channel": ("kanaal", "teamskanaal", "teams-kanaal", "teams channel"),
    "kind": ("soort", "soort site", "type"),
    "hub": ("hubsite", "hub site"),
}
"""The columns by name, and what else people call them."""
NEEDED = ("key", "url")
PEOPLE = ("owner", "members", "project_manager", "supporter")
_KINDS: Mapping[str, SiteKind] = {
    "": "team",
    "team": "team",
    "teamsite": "team",
    "communication": "communication",
    "communicatie": "communication",
    "communicatiesite": "communication",
}
_ACCOUNT = re.compile(r"[^@\s<>|'\"]+@[^@\s<>|'\"]+\.[^@\s<>|'\"]+")
_ALIAS = re.compile(r"[A-Za-z0-9_.-]+")
_BETWEEN = re.compile(r"[;,\s]+")


@dataclass(frozen=True)
class Project:
    """One row: a site, and what beside it. People are user principal names; `line` counts as Excel does."""

    line: int
    site: Site
    kind: SiteKind = "team"
    hub: str = ""
    owner: str = ""
    members: tuple[str, ...] = ()
    manager: str = ""
    supporter: str = ""


@dataclass(frozen=True)
class RefusedRow:
    """A row with mistakes: all of them, and the key and address that stand in it, whatever they are."""

    line: int
    key: str
    url: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Table:
    """The projects of a table, and its rows with mistakes."""

    projects: tuple[Project, ...]
    refused: tuple[RefusedRow, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All mistakes, in order."""
        return tuple(problem for row in self.refused for problem in row.problems)


def read(path: Path, sharepoints: Sequence[str], profiles: Collection[str]) -> Table:
    """Read a table. `sharepoints` are the addresses of which each site must be on one; a short name is on the first.

    Raises:
        UsageError: there is no such file, it cannot be read, or it has no rows.
        InvalidInput: the title row has mistakes, or every row has; all of them.
    """
    if not path.is_file():
        raise UsageError(_("There is no file {file}.").format(file=path))
    try:
        grids = sheets(path)
    except Unreadable as error:
        raise UsageError(str(error)) from error
    grid = next((grid for grid in grids if any(grid.filled(row) for row in range(len(grid.rows)))), None)
    rows = list(lines(grid, 0, len(grid.rows))) if grid else []
    if grid is None or len(rows) < 2:
        raise UsageError(_("{file} has no projects yet. Add a row for each project.").format(file=path))
    header = _header(str(path), rows[0] + 1, grid.rows[rows[0]])
    projects: list[Project] = []
    refused: list[RefusedRow] = []
    for row in rows[1:]:
        cells = _cells(grid, row, header)
        if sharepoints and _ALIAS.fullmatch(cells["url"]):
            cells["url"] = f"{sharepoints[0].rstrip('/')}/sites/{cells['url']}"
        mistakes = [*row_problems(cells, [project.site for project in projects], sharepoints, profiles)]
        mistakes += [*_own_problems(cells, sharepoints)]
        if mistakes:
            problems = tuple(Problem(str(path), row + 1, mistake) for mistake in mistakes)
            refused.append(RefusedRow(row + 1, cells["key"], cells["url"], problems))
        else:
            projects.append(_project(row + 1, cells))
    table = Table(tuple(projects), tuple(refused))
    if not projects:
        raise InvalidInput(table.problems)
    return table


def _header(file: str, line: int, row: Sequence[Raw]) -> list[str]:
    """The columns by position; empty where a column has no heading."""
    called = {normal(word): name for name, words in COLUMNS.items() for word in (name, *words)}
    headings = [as_text(cell).strip() for cell in row]
    found = [called.get(normal(heading), "") if heading else "" for heading in headings]
    problems = [
        _("The column {column} is not known; the header is {header}.").format(column=heading, header=",".join(COLUMNS))
        for heading, name in zip(headings, found, strict=True)
        if heading and not name
    ]
    problems += [
        _("The column {column} is missing; the header is {header}.").format(column=name, header=",".join(COLUMNS))
        for name in NEEDED
        if name not in found
    ]
    doubles = {name for name in found if name and found.count(name) > 1}
    problems += [_("The column {column} appears twice.").format(column=name) for name in sorted(doubles)]
    if problems:
        raise InvalidInput(Problem(file, line, problem) for problem in problems)
    return found


def _cells(grid: Grid, row: int, header: Sequence[str]) -> dict[str, str]:
    """The cells of a row by column; a pasted link to a channel is taken apart."""
    given = [as_text(cell).strip() for cell in grid.rows[row]]
    cells = dict.fromkeys(COLUMNS, "") | {name: text for name, text in zip(header, given, strict=False) if name}
    if any(given[len(header) :]) or any(text and not name for name, text in zip(header, given, strict=False)):
        cells["beyond"] = "x"
    if cells["channel"].startswith("https://"):
        parts = urlsplit(cells["channel"])
        place = [unquote(part) for part in parts.path.split("/")]
        cells["channel"] = next((part for part in place if part.startswith("19:")), cells["channel"])
        cells["team"] = cells["team"] or next(iter(parse_qs(parts.query).get("groupId", ())), "")
    return cells


def _own_problems(cells: Mapping[str, str], sharepoints: Sequence[str]) -> Iterator[str]:
    if cells.get("beyond"):
        yield _("A cell has no heading above it. Put text with a comma in quotes, or give the column a heading.")
    for name in PEOPLE:
        for person in _people(cells[name]):
            if not _ACCOUNT.fullmatch(person):
                yield _("{column}: {value} is not an account such as name@example.com.").format(
                    column=name, value=person
                )
        if name != "members" and len(_people(cells[name])) > 1:
            yield _("{column}: name one person.").format(column=name)
    if normal(cells["kind"]) not in _KINDS:
        yield _("kind: {value} is not known; choose team or communication.").format(value=cells["kind"])
    hub = cells["hub"]
    url = cells["url"].casefold()
    own = [one for one in sharepoints if url.startswith(f"{one.rstrip('/')}/".casefold())] or [*sharepoints[:1]]
    if hub and not all(hub.casefold().startswith(f"{one.rstrip('/')}/".casefold()) for one in own):
        yield _("hub: {value} is not the address of a site on {sharepoint}.").format(value=hub, sharepoint=own[0])


def _people(text: str) -> tuple[str, ...]:
    """The accounts in a cell, each once."""
    return tuple(dict.fromkeys(_each(part.lower() for part in _BETWEEN.split(text))))


def _each(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in texts if text)


def _project(line: int, cells: Mapping[str, str]) -> Project:
    one = {name: next(iter(_people(cells[name])), "") for name in ("owner", "project_manager", "supporter")}
    return Project(
        line=line,
        site=site_of(cells),
        kind=_KINDS[normal(cells["kind"])],
        hub=cells["hub"].rstrip("/"),
        owner=one["owner"],
        members=_people(cells["members"]),
        manager=one["project_manager"],
        supporter=one["supporter"],
    )
