"""What of an item is shown: properties, `$select`, `$expand`, the limit on joins (sharepoint-rest.md §6.2, §6.4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from projectlists.sandbox.sharepoint import access, answers, display, fileshapes, projection, scopes, values
from projectlists.sandbox.sharepoint.answers import Deferred, Entry
from projectlists.sandbox.sharepoint.cells import Cells, held
from projectlists.sandbox.sharepoint.columns import is_readable_pointer, pointer_keys
from projectlists.sandbox.sharepoint.conditions import Column
from projectlists.sandbox.sharepoint.errors import not_implemented, unknown_column
from projectlists.sandbox.sharepoint.model import FieldRecord, ServiceError
from projectlists.sandbox.sharepoint.rows import Row

MOST_JOINS = 12
LINKS = (
    *("FirstUniqueAncestorSecurableObject", "RoleAssignments", "AttachmentFiles", "ContentType", "FieldValuesAsHtml"),
    *("FieldValuesAsText", "FieldValuesForEdit", "File", "Folder", "ParentList", "Versions"),
)
EXPANDABLE = frozenset({"FieldValuesAsText", "FieldValuesAsHtml", "AttachmentFiles", "File", "Folder"})
ON_REQUEST: Mapping[str, Callable[[Cells, Row], Any]] = {
    "HasUniqueRoleAssignments": lambda cells, row: scopes.is_unique(cells.schema, scopes.of_item(row.list_id, row.id)),
    "EffectiveBasePermissions": lambda cells, row: access.shown(held(cells, row)),
    "EffectiveBasePermissionsForUI": lambda cells, row: access.shown(held(cells, row)),
    "FileSystemObjectType": lambda cells, row: cells.kept(row, cells.entities["FSObjType"]),
    "ServerRedirectedEmbedUri": lambda _cells, _row: None,
    "ServerRedirectedEmbedUrl": lambda _cells, _row: "",
    "ComplianceAssetId": lambda _cells, _row: None,
}
_HEAD = ("FileSystemObjectType", "Id", "ServerRedirectedEmbedUri", "ServerRedirectedEmbedUrl", "ContentTypeId", "Title")
_TAIL = (
    *("ComplianceAssetId", "ID", "Modified", "Created", "AuthorId", "EditorId", "OData__UIVersionString"),
    *("Attachments", "GUID"),
)


@dataclass(frozen=True)
class Shape:
    """What is shown of each item: plain properties, members of people and lookups by column, other links in full."""

    plain: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is expanded in full, or as far as its members named here."""
    deferred: bool = False


def read(cells: Cells, options: Mapping[str, str]) -> Shape:
    """Read `$select` and `$expand`.

    Raises ServiceError: 400 for names that do not exist and members without `$expand` (or the other way round).
    """
    selected = _paths(options.get("$select", ""))
    expanded = _paths(options.get("$expand", ""))
    for path in expanded:
        _check_expand(cells, path)
    everything = not selected or "*" in selected
    plain = list(default_names(cells)) if everything else []
    members: dict[str, list[str]] = {}
    heads = {path.partition("/")[0] for path in selected}
    links = {
        path: tuple(one.partition("/")[2] for one in selected if one.startswith(f"{path}/"))
        for path in expanded
        if path in EXPANDABLE and (everything or path in heads)
    }
    for path in selected:
        head, slash, member = path.partition("/")
        if head in EXPANDABLE and head in expanded:
            continue
        if slash:
            members.setdefault(head, []).append(_member(cells, head, member, expanded))
        elif path != "*" and path not in plain:
            plain.append(_name(cells, path))
    for path in expanded:
        if path not in EXPANDABLE and path not in members:
            raise not_valid(path, path)
    return Shape(tuple(plain), {head: tuple(found) for head, found in members.items()}, links, everything)


def check_joins(cells: Cells, shape: Shape, others: Iterable[Column] = ()) -> None:
    """Refuse a query that joins more than 12 people and lookup columns (sharepoint-rest.md §4.6)."""
    joined = {name.removesuffix("Id").removesuffix("String") for name in shape.plain if name in cells.pointers}
    joined |= set(shape.members)
    joined |= {column.field.entity_name for column in others if column.member}
    refuse_joins(joined)


def refuse_joins(joined: Collection[str]) -> None:
    """Refuse more than 12 people and lookup columns in one query. Raises ServiceError (500)."""
    if len(joined) > MOST_JOINS:
        raise ServiceError(
            500,
            "-2147024749, Microsoft.SharePoint.SPQueryThrottledException",
            "The query cannot be completed because the number of lookup columns it contains exceeds the lookup column"
            " threshold.",
        )


def entry(cells: Cells, row: Row, shape: Shape) -> Entry:
    """One item in that shape."""
    uri = address(cells, row)
    shown: dict[str, Any] = {}
    if shape.deferred:
        shown.update({name: Deferred(f"{uri}/{name}") for name in LINKS if name not in shape.links})
    for name in shape.plain:
        shown[name] = value(cells, row, name)
    for head, names in shape.members.items():
        shown[head] = _expanded(cells, row, head, names)
    for name, narrowed in shape.links.items():
        shown[name] = _linked(cells, row, name, narrowed)
    return Entry(shown, cells.listing.item_type_name, uri, row.etag)


def _linked(cells: Cells, row: Row, name: str, members: tuple[str, ...]) -> Any:
    match name:
        case "FieldValuesAsText":
            return as_text(cells, row)
        case "FieldValuesAsHtml":
            return as_html(cells, row)
        case "AttachmentFiles":
            return attachments(cells, row) or _NO_FILES
    found = fileshapes.of_row(cells, row, name)
    return projection.entry(found, members) if found else None


def address(cells: Cells, row: Row) -> str:
    """Where an item stands, after `_api/`."""
    return f"Web/Lists(guid'{cells.listing.id}')/Items({row.id})"


def default_names(cells: Cells) -> tuple[str, ...]:
    """The properties an item shows when nothing is selected: every stored column that is not hidden."""
    own = [
        name
        for field in cells.fields
        if not field.built_in and not field.hidden and not values.is_dependent(field)
        for name in _names(field)
    ]
    # Files have no attachments.
    return (*_HEAD, *own, *(name for name in _TAIL if name != "Attachments" or name in cells.plain))


def value(cells: Cells, row: Row, name: str) -> Any:
    """A plain property of an item: `Title`, `OwnerId`, `OwnerStringId`, `FileRef`, …"""
    if name in ON_REQUEST:
        return ON_REQUEST[name](cells, row)
    pointer = cells.pointers.get(name)
    if pointer is not None:
        kept = cells.kept(row, pointer)
        if name.endswith("StringId") and kept is not None:
            return [str(one) for one in kept] if isinstance(kept, list) else str(kept)
        return values.outgoing(pointer, kept)
    found = cells.plain.get(name)
    if found is None:
        raise unknown_column(name)
    kept = cells.kept(row, found)
    return _rich(row, kept) if found.properties.get("RichText") and kept else values.outgoing(found, kept)


def as_text(cells: Cells, row: Row) -> Entry:
    """`FieldValuesAsText`: every column as people read it."""
    shown = {field.entity_name: display.text(cells, row, field) for field in cells.fields}
    return Entry(shown, "SP.FieldStringValues", f"{address(cells, row)}/FieldValuesAsText")


def as_html(cells: Cells, row: Row) -> Entry:
    """`FieldValuesAsHtml`: the same as HTML. Rich text stands as it is kept, everything else is escaped."""
    shown = {}
    for column in cells.fields:
        rich = bool(column.properties.get("RichText"))
        text = str(cells.kept(row, column) or "") if rich else escape(display.text(cells, row, column))
        shown[column.entity_name] = text if rich else text.replace("\n", "<br>")
    return Entry(shown, "SP.FieldStringValues", f"{address(cells, row)}/FieldValuesAsHtml")


def attachments(cells: Cells, row: Row) -> list[Entry]:
    """The files of an item (sharepoint-rest.md §6.11)."""
    return [attachment(cells, row, name) for name in cells.rows.attached(row)]


def attachment(cells: Cells, row: Row, name: str) -> Entry:
    """One file of an item."""
    url = f"{cells.listing.url}/Attachments/{row.id}/{name}"
    properties = {
        "FileName": name,
        "FileNameAsPath": {"DecodedUrl": name},
        "ServerRelativePath": {"DecodedUrl": url},
        "ServerRelativeUrl": url,
    }
    quoted = name.replace("'", "''")
    return Entry(properties, "SP.Attachment", f"{address(cells, row)}/AttachmentFiles('{quoted}')")


def _paths(text: str) -> list[str]:
    return list(dict.fromkeys(path.strip() for path in text.split(",") if path.strip()))


def _check_expand(cells: Cells, path: str) -> None:
    if path in EXPANDABLE:
        return
    if path in LINKS:
        raise not_implemented(f"$expand={path} on items")
    head, slash, _ = path.partition("/")
    field = cells.entities.get(head)
    if field is None or not is_readable_pointer(field):
        raise unknown_column(head)
    if slash:
        raise not_valid(path, head)


def _member(cells: Cells, head: str, member: str, expanded: list[str]) -> str:
    field = cells.entities.get(head)
    if field is None or not is_readable_pointer(field):
        raise unknown_column(head)
    if head not in expanded or "/" in member:
        raise not_valid(f"{head}/{member}", head)
    if not cells.is_member(field, member):
        raise unknown_column(member)
    return member


def _name(cells: Cells, name: str) -> str:
    if name in ON_REQUEST or name in cells.plain or name in cells.pointers:
        return name
    if name in LINKS:
        raise not_implemented(f"$select={name} on items without $expand")
    if name in cells.entities and is_readable_pointer(cells.entities[name]):
        raise not_valid(name, name)
    raise unknown_column(name)


def not_valid(path: str, head: str) -> ServiceError:
    """A member of a person or lookup without its `$expand`, or the other way round."""
    return ServiceError(
        400,
        "-1, Microsoft.SharePoint.SPException",
        f"The query to field '{path}' is not valid. The $select query string must specify the target fields and the"
        f" $expand query string must contains {head}.",
    )


def _names(field: FieldRecord) -> tuple[str, ...]:
    return pointer_keys(field) if values.is_pointer(field) else (field.entity_name,)


def _rich(row: Row, kept: Any) -> Any:
    """Rich text comes back in a `div` of its own (sharepoint-rest.md §6.3)."""
    if str(kept).startswith('<div class="ExternalClass'):
        return kept
    return f'<div class="ExternalClass{row.unique_id.replace("-", "").upper()}">{kept}</div>'


def _expanded(cells: Cells, row: Row, head: str, names: tuple[str, ...]) -> Any:
    field = cells.entities[head]
    kept = cells.kept(row, field)
    if isinstance(kept, list):
        return [_pointed(cells, field, one, names) for one in kept]
    if kept is None:
        return answers.Collection((), _target_type(cells, field)) if field.type in values.MULTI_POINTERS else None
    return _pointed(cells, field, kept, names)


def _pointed(cells: Cells, field: FieldRecord, target_id: int, names: tuple[str, ...]) -> Entry:
    shown = {name: values.whole(cells.member(field, target_id, name)) for name in names}
    place = f"SiteUserInfoList/Items({target_id})"
    target = None if field.type in values.PEOPLE else cells.target(field)
    if target is not None:
        place = f"Lists(guid'{target.listing.id}')/Items({target_id})"
    return Entry(shown, _target_type(cells, field), f"Web/{place}")


def _target_type(cells: Cells, field: FieldRecord) -> str:
    target = None if field.type in values.PEOPLE else cells.target(field)
    return target.listing.item_type_name if target else "SP.Data.UserInfoItem"


_NO_FILES = answers.Collection((), "SP.Attachment")
