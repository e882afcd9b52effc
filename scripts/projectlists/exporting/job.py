"""JOB lists of one site to a file: read page by page, written row by row, put in place when it is whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import ProjectListsError, UsageError
from projectlists.exporting import calendarfile, commafile, datafile, spreadsheet
from projectlists.exporting.cells import Rendering, shared_names
from projectlists.exporting.sitelists import SiteLists, site_lists
from projectlists.exporting.table import Table
from projectlists.farend.sharepoint import SharePointSite
from projectlists.item import Item
from projectlists.language import _

EXTENSIONS = (".xlsx", ".csv", ".ics", ".json")
Progress = Callable[[ListDefinition, int], None]
Tables = Iterator[tuple[Table, Iterator[Item]]]


def export(
    site: SharePointSite,
    definitions: Definitions,
    names: Sequence[str],
    path: Path,
    *,
    progress: Progress = lambda _definition, _rows: None,
) -> tuple[Path, ...]:
    """Write lists to a file by its extension; no names means every list of the site. The files made.

    `progress` hears the list and how many of its rows were read so far.

    Raises:
        UsageError: no such list, or a kind of file that cannot hold what is asked.
        ProjectListsError: the file cannot be written.
        FarEndError: the site cannot be read to the end; then no file is left behind.
    """
    kind = path.suffix.lower()
    if kind not in EXTENSIONS:
        raise UsageError(
            _("{file}: choose a file that ends in {known}.").format(file=path, known=", ".join(EXTENSIONS))
        )
    found = site_lists(site, definitions)
    wanted = _wanted(found, names, kind)
    rendering = Rendering(definitions, found.language, shared_names(site.users()))
    tables = (
        (Table(definition, rendering, found.about.id), _counted(site, definition, progress)) for definition in wanted
    )
    try:
        _in_place(path, lambda draft: _write(draft, kind, found, tables))
    except OSError as error:
        raise ProjectListsError(
            _("{file} cannot be written: {reason}. Close it if it is open, or choose another place.").format(
                file=path, reason=error.strerror or error
            )
        ) from error
    return (path,)


def _wanted(found: SiteLists, names: Sequence[str], kind: str) -> tuple[ListDefinition, ...]:
    wanted = found.named(names) if names else found.lists
    if kind == ".ics":
        dated = tuple(definition for definition in wanted if calendarfile.has_dates(definition))
        without = [definition.key for definition in wanted if definition not in dated]
        if names and without:
            raise UsageError(_("{list} has no deadlines for a calendar.").format(list=", ".join(without)))
        return dated
    if kind == ".csv" and len(wanted) != 1:
        raise UsageError(
            _("A CSV file holds one list. Name one ({known}), or choose a file that ends in .xlsx.").format(
                known=", ".join(definition.key for definition in wanted)
            )
        )
    return wanted


def _write(path: Path, kind: str, found: SiteLists, tables: Tables) -> None:
    if kind == ".xlsx":
        spreadsheet.write(path, found.about.title, tables)
    elif kind == ".json":
        datafile.write(path, found.url, tables)
    elif kind == ".ics":
        calendarfile.write(path, found.about.title, found.url, tables)
    else:
        for table, items in tables:
            commafile.write(path, table, items)


def _counted(site: SharePointSite, definition: ListDefinition, progress: Progress) -> Iterator[Item]:
    count = 0
    progress(definition, count)
    for count, item in enumerate(site.stream(definition), start=1):
        yield item
        if count % 1000 == 0:
            progress(definition, count)
    progress(definition, count)


def _in_place(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside the file first: one that exists is replaced by a whole one or stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".projectlists-", suffix=path.suffix)
    os.close(handle)
    draft = Path(name)
    try:
        write(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
