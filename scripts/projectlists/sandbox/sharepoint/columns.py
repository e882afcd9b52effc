"""The columns of a list under every name a client may know them by."""

from __future__ import annotations

from projectlists.sandbox.sharepoint import values
from projectlists.sandbox.sharepoint.model import FieldRecord


class Columns:
    """A list's columns, made once for every set of fields; nobody changes what it holds.

    Item JSON names columns by `entities` (all), of which `plain` show their value and `pointers` (people and lookups,
    as `OwnerId` and `OwnerStringId`) show ids. `by_name` and `by_title` are keyed in lower case. `indexed` holds the
    ids of the columns with an index; `ID` needs none.
    """

    def __init__(self, fields: tuple[FieldRecord, ...]) -> None:
        self.fields = fields
        self.by_name = {field.name.lower(): field for field in fields}
        self.by_title = {field.title.lower(): field for field in fields}
        self.by_id = {field.id: field for field in fields}
        self.entities = {field.entity_name: field for field in fields}
        self.plain = {field.entity_name: field for field in fields if _is_plain(field)}
        self.plain["Id"] = self.plain["ID"]
        self.pointers = {key: field for field in fields if is_readable_pointer(field) for key in pointer_keys(field)}
        self.indexed = tuple(field.id for field in fields if (field.indexed or field.unique) and field.name != "ID")


def is_readable_pointer(field: FieldRecord) -> bool:
    """Whether a person or lookup column can be read over `items`; dependent ones cannot (sharepoint-rest.md §4.5)."""
    return values.is_pointer(field) and not values.is_dependent(field)


def pointer_keys(field: FieldRecord) -> tuple[str, ...]:
    """The keys of a person or lookup column in item JSON: `OwnerId`, for people `OwnerStringId` too."""
    strings = (f"{field.entity_name}StringId",) if field.type in values.PEOPLE else ()
    return f"{field.entity_name}Id", *strings


def _is_plain(field: FieldRecord) -> bool:
    return not values.is_pointer(field) and (field.type != "Computed" or field.name == "ContentType")
