"""The archive package of a project: every list in three forms, a register of documents, and an index to read.

Choices stand in words and dates in ISO, as an archive wants them (guide.md §6.5); each file has its SHA-256.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from hashlib import file_digest
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from projectlists.closing.personal import Held, personal_data
from projectlists.definitions.model import Definitions
from projectlists.exporting import commafile, datafile, spreadsheet
from projectlists.exporting.cells import Rendering, shared_names
from projectlists.exporting.sitelists import SiteLists
from projectlists.exporting.table import Table
from projectlists.farend.sharepoint import Query, SharePointSite
from projectlists.item import Item
from projectlists.language import plain

MANIFEST, SUMS, INDEX = "manifest.json", "SHA256SUMS", "index.html"
LISTS = "lists"
REGISTER = "documents.csv"
DECISIONS = "Decisions"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Archived:
    """One list in the package: its title, how many rows, and the start of its file names."""

    key: str
    title: str
    rows: int


@dataclass(frozen=True)
class Package:
    """What was written. `personal` says where personal data stand on the site."""

    folder: Path
    files: tuple[Path, ...]
    lists: tuple[Archived, ...]
    personal: tuple[Held, ...]


def write(
    site: SharePointSite,
    found: SiteLists,
    definitions: Definitions,
    folder: Path,
    *,
    day: date,
    progress: Progress = lambda _title, _done, _of: None,
) -> Package:
    """Write the package into a folder, list by list: memory holds one list at a time.

    Raises:
        FarEndError: a list cannot be read to the end.
        OSError: a file cannot be written.
    """
    (folder / LISTS).mkdir(parents=True, exist_ok=True)
    rendering = Rendering(definitions, found.language, shared_names(site.users()))
    archived: list[Archived] = []
    personal: list[Held] = []
    decisions: tuple[Table, tuple[Item, ...]] | None = None
    for done, definition in enumerate(found.lists):
        table = Table(definition, rendering, found.about.id)
        progress(table.title, done, len(found.lists))
        items = tuple(site.stream(definition))
        _write_list(folder / LISTS, found, table, items)
        archived.append(Archived(definition.key, table.title, len(items)))
        personal += personal_data(definition, items, found.language)
        if definition.key == DECISIONS:
            decisions = (table, items)
    progress("", len(found.lists), len(found.lists))
    documents = _write_register(site, found, folder / REGISTER)
    page = _index(found, archived=archived, personal=personal, decisions=decisions, documents=documents, day=day)
    (folder / INDEX).write_text(page, encoding="utf-8", newline="\n")
    files = (*_write_manifest(folder, found, archived, day), *sorted(_content(folder)))
    return Package(folder, files, tuple(archived), tuple(personal))


def existing(folder: Path) -> Package | None:
    """A package that was written before; None where there is no whole one: the manifest is written last."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        lists = tuple(Archived(**one) for one in manifest["lists"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    files = (folder / MANIFEST, folder / SUMS, *sorted(_content(folder)))
    return Package(folder, files, lists, ())


def _write_list(folder: Path, found: SiteLists, table: Table, items: Sequence[Item]) -> None:
    key = table.definition.key
    spreadsheet.write(folder / f"{key}.xlsx", f"{found.about.title}: {table.title}", [(table, items)], iso=True)
    commafile.write(folder / f"{key}.csv", table, items, form="en")
    datafile.write(folder / f"{key}.json", found.url, [(table, items)], words=True)


def _write_register(site: SharePointSite, found: SiteLists, path: Path) -> int | None:
    """The files in the project's libraries, with the number of the row that describes each; None without a library."""
    libraries = [definition for definition in found.lists if definition.kind == "library"]
    if not libraries:
        return None
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["library", "row", "file", "modified"])
        count = 0
        for library in libraries:
            options = {"$select": "Id,FileRef,FSObjType,Modified"}
            for row in site.rows([Query(library.key, library=True, options=options)])[0]:
                if str(row.get("FSObjType", row.get("FileSystemObjectType", 0))) == "0":
                    name = commafile.neutral(plain(str(row.get("FileRef") or "")))
                    writer.writerow([library.key, row.get("Id"), name, row.get("Modified")])
                    count += 1
    return count


def _index(
    found: SiteLists,
    *,
    archived: Sequence[Archived],
    personal: Sequence[Held],
    decisions: tuple[Table, tuple[Item, ...]] | None,
    documents: int | None,
    day: date,
) -> str:
    return (
        _templates()
        .get_template(f"index.{found.language}.html.jinja")
        .render(
            title=plain(found.about.title),
            url=found.url,
            day=day.isoformat(),
            lists=archived,
            personal=personal,
            documents=documents,
            register=REGISTER,
            decisions=_decisions(*decisions) if decisions else None,
        )
    )


def _decisions(table: Table, items: Sequence[Item]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of the decisions that were taken; columns that are empty everywhere are left out."""
    rows = [[_shown(cell) for cell in table.cells(item)[:-1]] for item in items]
    kept = [number for number in range(len(table.headings) - 1) if any(row[number] for row in rows)]
    return [table.headings[number] for number in kept], [[row[number] for number in kept] for row in rows]


def _shown(cell: object) -> str:
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else plain(str(cell))


def _write_manifest(folder: Path, found: SiteLists, archived: Sequence[Archived], day: date) -> tuple[Path, Path]:
    files = [
        {"path": path.relative_to(folder).as_posix(), "bytes": path.stat().st_size, "sha256": _digest(path)}
        for path in sorted(_content(folder))
    ]
    sums = folder / SUMS
    lines = "".join(f"{entry['sha256']}  {entry['path']}\n" for entry in files)
    sums.write_text(lines, encoding="utf-8", newline="\n")
    manifest = folder / MANIFEST
    content = {
        "site": found.url,
        "title": found.about.title,
        "language": found.language,
        "profile": found.settings.profile,
        "closed": day.isoformat(),
        "lists": [asdict(one) for one in archived],
        "files": files,
    }
    manifest.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    return manifest, sums


def _content(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and path.name not in {MANIFEST, SUMS})


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("projectlists.closing", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
