"""Files and folders moved and copied, within a library and to another one of the site collection.

Three ways lead here: `MoveTo` and `CopyTo` of a file or folder, `SP.MoveCopyUtil`, and copy jobs of the site. A copy
takes the content and the values of columns that both libraries have; its versions begin anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    access,
    address,
    answers,
    bodies,
    documents,
    filecontent,
    items,
    naming,
    saving,
)
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.documents import Place
from projectlists.sandbox.sharepoint.errors import invalid_argument, no_file, not_implemented, refused
from projectlists.sandbox.sharepoint.model import Call, Segment, Web
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.schema import Schema

Conflict = Literal["fail", "replace", "rename"]
UTILITY: Final = {
    f"sp.movecopyutil.{verb}{kind}{form}": (verb == "move", kind == "folder")
    for verb in ("copy", "move")
    for kind in ("file", "folder")
    for form in ("", "bypath")
}
"""The static methods, by key: whether it moves, and whether it is about folders."""


@dataclass(frozen=True)
class Spot:
    """A file or folder where it stands."""

    cells: Cells
    row: Row
    place: Place


@dataclass(frozen=True)
class Target:
    """A folder that something goes to, and the name it gets there."""

    cells: Cells
    folder: str
    name: str

    @property
    def url(self) -> str:
        """The server-relative URL it will have."""
        return f"{self.folder}/{self.name}"


def by_utility(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `SP.MoveCopyUtil.CopyFileByPath` and its like: absolute URLs of source and target in the body."""
    method = call.segments[0]
    if rest or call.method != "POST":
        raise not_implemented(f"{method.name} with something below")
    moves, of_folders = UTILITY[method.key]
    names = ("srcPath", "destPath", "overwrite", "options", "srcUrl", "destUrl")
    given = bodies.arguments(call, method, names)
    options = given.get("options") if isinstance(given.get("options"), dict) else {}
    with schema.store.lock:
        source = spot(call, _url(given.get("srcPath") or given.get("srcUrl")), schema)
        if source.place.is_folder is not of_folders:
            raise no_file()
        folder, _, name = _url(given.get("destPath") or given.get("destUrl")).rpartition("/")
        conflict: Conflict = "replace" if given.get("overwrite") is True else "fail"
        if isinstance(options, dict) and options.get("KeepBoth") is True:
            conflict = "rename"
        transfer(call, source, target(call, folder, name, schema), moves=moves, conflict=conflict)
    return answers.value(call, method.name.rpartition(".")[2], None)


def of_folder(call: Call, cells: Cells, row: Row, method: Segment) -> None:
    """Carry out `MoveTo(newUrl='…')` of a folder."""
    place = cells.place(row)
    assert place is not None  # noqa: S101 - only folders are asked about
    folder, _, name = _url(address.argument(method, "newUrl")).rpartition("/")
    transfer(call, Spot(cells, row, place), target(call, folder, name, cells.schema), moves=True, conflict="fail")


def of_file(call: Call, cells: Cells, row: Row, method: Segment) -> None:
    """Carry out `MoveTo`, `MoveToUsingPath`, `CopyTo` and `CopyToUsingPath` of a file."""
    place = cells.place(row)
    assert place is not None  # noqa: S101 - only files are asked about
    moves = method.key.startswith("moveto")
    given = next(
        (found for name in ("newUrl", "strNewUrl", "DecodedUrl") if (found := address.argument(method, name, 99))),
        address.argument(method, ""),
    )
    # 1 is the flag to overwrite, of those that a move takes.
    flags = address.argument(method, "flags", 1) if moves else address.argument(method, "bOverWrite", 1)
    if flags is None:
        flags = address.argument(method, "moveOperations", 99) or address.argument(method, "overwrite", 99)
    overwrite = bool(int(flags) & 1) if isinstance(flags, int) else False
    folder, _, name = _url(given).rpartition("/")
    goal = target(call, folder, name, cells.schema)
    transfer(call, Spot(cells, row, place), goal, moves=moves, conflict="replace" if overwrite else "fail")


def spot(call: Call, url: str, schema: Schema) -> Spot:
    """What stands at a server-relative URL. Raises ServiceError (404)."""
    cells, full = _holder(call, url, schema)
    place = cells.documents.at(full)
    row = cells.visible(place.id) if place else None
    if place is None or row is None:
        raise no_file()
    return Spot(cells, row, place)


def target(call: Call, folder: str, name: str, schema: Schema) -> Target:
    """A folder at a server-relative URL, and the name that something gets in it. Raises ServiceError."""
    cells, full = _holder(call, folder, schema)
    return Target(cells, naming.existing(cells, full), naming.checked_name(name))


def transfer(call: Call, source: Spot, goal: Target, *, moves: bool, conflict: Conflict) -> Spot:
    """Move or copy a file, or a folder with all it holds; returns where it stands now.

    Raises ServiceError: 403 without the rights, 423 for a file that somebody has, 500 when the name is taken.
    """
    url = source.place.url.lower()
    if source.place.is_folder and f"{goal.url.lower()}/".startswith(f"{url}/") and goal.url.lower() != url:
        raise refused("A folder cannot be moved or copied into itself.")
    with goal.cells.schema.store.transaction():
        goal = _settled(call, source, goal, conflict)
        if moves and goal.cells.listing.id == source.cells.listing.id:
            made = naming.rename(call, source.cells, source.row, goal.folder, goal.name)
        else:
            made = _copied(call, source, goal)
            if moves:
                access.require_item(call, source.cells.schema, source.cells.listing, source.row, access.DELETE)
                saving.delete(source.cells, saving.writer(call), source.row)
        source.cells.forget_places()
        goal.cells.forget_places()
        place = goal.cells.place(made)
    assert place is not None  # noqa: S101 - it was put there
    return Spot(goal.cells, made, place)


def _settled(call: Call, source: Spot, goal: Target, conflict: Conflict) -> Target:
    """The target, free: what stands there is replaced, or a number makes the name another one."""
    other = goal.cells.documents.at(goal.url)
    if other is None or (other.list_id, other.id) == (source.row.list_id, source.row.id):
        return goal
    if conflict == "rename":
        stem, dot, extension = goal.name.rpartition(".") if not source.place.is_folder else (goal.name, "", "")
        stem, extension = (stem, f"{dot}{extension}") if dot else (goal.name, "")
        number = 1
        while goal.cells.documents.at(f"{goal.folder}/{stem}{number}{extension}") is not None:
            number += 1
        return replace(goal, name=f"{stem}{number}{extension}")
    row = goal.cells.visible(other.id)
    if conflict == "fail" or row is None or other.is_folder is not source.place.is_folder:
        raise naming.taken(other.url)
    access.require_item(call, goal.cells.schema, goal.cells.listing, row, access.DELETE)
    saving.delete(goal.cells, saving.writer(call), row)
    return goal


def _copied(call: Call, source: Spot, goal: Target) -> Row:
    if not source.place.is_folder:
        content = source.cells.documents.content(source.row.id)
        return filecontent.store(
            call, goal.cells, goal.folder, goal.name, content, overwrite=False, kept=_values(source, goal.cells)
        )
    made = naming.make(call, goal.cells, goal.folder, goal.name)
    goal.cells.forget_places()
    for place in source.cells.documents.inside(source.place.url):
        row = source.cells.visible(place.id)
        if row is not None:
            inner = Target(goal.cells, goal.url, place.name)
            transfer(call, Spot(source.cells, row, place), inner, moves=False, conflict="fail")
    return made


def _values(source: Spot, cells: Cells) -> dict[str, Any]:
    """The values of columns that both libraries have under one name and type."""
    kept = {}
    for field in source.cells.fields:
        other = cells.field(field.name)
        if other is not None and other.type == field.type and saving.is_writable(other):
            value = source.row.values.get(field.id)
            if value is not None:
                kept[other.id] = value
    return kept


def _holder(call: Call, url: str, schema: Schema) -> tuple[Cells, str]:
    """The library that holds a URL, on whichever site of the site collection."""
    web = _web(call, url, schema)
    there = replace(call, web=web)
    found = documents.holder(schema, web.url, url)
    if found is None or not access.sees_list(there, schema, found[0]):
        raise no_file()
    return items.opened(there, found[0], schema), found[1]


def _web(call: Call, url: str, schema: Schema) -> Web:
    path = f"{url.lower()}/"
    inside = [web for web in schema.webs() if path.startswith(f"{web.url.lower()}/")]
    nearest = max(inside, key=lambda web: len(web.url), default=None)
    if nearest is None:
        raise no_file()
    if nearest.site_id != call.web.site_id:
        raise not_implemented("moving or copying to another site collection")
    return nearest


def _url(given: Any) -> str:
    if isinstance(given, Mapping):
        given = given.get("DecodedUrl")
    if not isinstance(given, str) or not given.strip("/"):
        raise invalid_argument()
    return address.server_relative(given).rstrip("/")
