"""Making a column: its name, id, place in the views, and what its type needs (sharepoint-rest.md §4.1 to §4.5)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from projectlists.sandbox.sharepoint import fieldrules, fieldxml, names
from projectlists.sandbox.sharepoint.errors import duplicate_field, invalid_argument, no_list, refused
from projectlists.sandbox.sharepoint.fieldtypes import CREATABLE
from projectlists.sandbox.sharepoint.model import FieldRecord, ListRecord, Web
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid

# Bits of `Options` (sharepoint-rest.md §4.2); those about content types have no effect on a list without them.
INTERNAL_NAME_HINT, TO_DEFAULT_VIEW, CHECK_DISPLAY_NAME = 8, 16, 32


@dataclass(frozen=True)
class Creation:
    """The making of columns on one list."""

    schema: Schema
    web: Web
    listing: ListRecord

    def from_xml(self, xml: str, options: int) -> FieldRecord:
        """Make a column from schema XML. Without bit 8 the `Name` in the XML is not used."""
        element = fieldxml.parse(xml)
        if not options & INTERNAL_NAME_HINT:
            element.attrib.pop("Name", None)
        return self.from_element(
            element,
            in_default_view=bool(options & TO_DEFAULT_VIEW),
            unique_title=bool(options & CHECK_DISPLAY_NAME),
        )

    def from_element(self, element: Element, *, in_default_view: bool, unique_title: bool) -> FieldRecord:
        """Make a column. A `Name` in the XML is wanted as it is; without one the display name gives it.

        Raises ServiceError when the name or id is taken, or the type refuses what is asked.
        """
        self._name(element, unique_title=unique_title)
        self._type(element)
        self._identify(element)
        record = fieldxml.read(self.listing.id, fieldxml.text(element))
        with self.schema.store.transaction():
            # Read again under the lock: two writers must not both find the name free.
            if self._taken(record.name) or self.schema.field_by_id(self.listing.id, record.id):
                raise duplicate_field(record.name)
            fieldrules.check(record, self.schema, items=int(self.listing.properties["ItemCount"]))
            self.schema.save_field(record)
            if in_default_view:
                self._show(record)
        return record

    def dependent_lookup(self, display_name: str, primary_id: str, show_field: str) -> FieldRecord:
        """Make a column that shows one more column of what another lookup points at."""
        primary = self.schema.field_by_id(self.listing.id, primary_id)
        if primary is None or primary.type not in {"Lookup", "LookupMulti"}:
            raise invalid_argument()
        attributes = {
            "Type": primary.type,
            "DisplayName": display_name,
            "List": str(primary.properties["LookupList"]),
            "ShowField": show_field,
            "FieldRef": primary.id,
            "ReadOnly": "TRUE",
        }
        return self.from_element(Element("Field", attributes), in_default_view=False, unique_title=True)

    def _name(self, element: Element, *, unique_title: bool) -> None:
        title = element.get("DisplayName") or element.get("Name") or ""
        if not title.strip():
            raise invalid_argument("The parameter DisplayName cannot be empty.")
        element.set("DisplayName", title)
        fields = self.schema.fields(self.listing.id)
        wanted = title.lower()
        if unique_title and any(one.title.lower() == wanted for one in fields):
            raise duplicate_field(title)
        hint = element.get("Name")
        if hint:
            name = names.encoded(hint)[: names.LONGEST_INTERNAL]
            if self._taken(name):
                raise duplicate_field(name)
        else:
            name = names.internal(title, self._taken)
        element.set("Name", name)
        element.set("StaticName", element.get("StaticName") or name)

    def _taken(self, name: str) -> bool:
        wanted = name.lower()
        return any(one.name.lower() == wanted for one in self.schema.fields(self.listing.id))

    def _identify(self, element: Element) -> None:
        try:
            identity = uuid.UUID(element.get("ID", "").strip("{}")) if element.get("ID") else uuid.uuid4()
        except ValueError as problem:
            raise refused(f"The ID of the field is not a GUID: {element.get('ID')}.") from problem
        element.set("ID", f"{{{identity}}}")
        element.set("SourceID", f"{{{self.listing.id}}}")
        element.set("Version", "1")

    def _type(self, element: Element) -> None:
        many = element.get("Mult", "").upper() == "TRUE"
        type_name = element.get("Type", "")
        if type_name in {"Lookup", "User"} and many:
            type_name += "Multi"
            element.set("Type", type_name)
        if type_name in {"LookupMulti", "UserMulti"}:
            element.set("Mult", "TRUE")
        if type_name not in CREATABLE:
            raise refused(f"Field type {type_name} is not installed properly. Go to the list settings page.")
        if type_name in {"User", "UserMulti"}:
            element.set("List", "UserInfo")
            element.attrib.setdefault("ShowField", "ImnName")
        if type_name in {"Lookup", "LookupMulti"}:
            self._lookup(element)
        if type_name == "Currency":
            element.attrib.setdefault("LCID", str(self.web.locale_id))

    def _lookup(self, element: Element) -> None:
        given = element.get("List", "")
        target = (
            self.listing
            if given.lower() in {"self", plain_guid(self.listing.id)}
            else self.schema.list_by_id(self.web.url, given)
        )
        if target is None:
            raise no_list()
        shown = self.schema.field(target.id, element.get("ShowField") or "Title")
        if shown is None:
            raise refused(f"The lookup column '{element.get('ShowField')}' does not exist on the list {target.title}.")
        element.set("List", f"{{{target.id}}}")
        element.set("ShowField", shown.name)
        element.set("WebId", self.web.id)

    def _show(self, record: FieldRecord) -> None:
        for view in self.schema.views(self.listing.id):
            if view.is_default:
                self.schema.save_view(replace(view, fields=(*view.fields, record.name)))
