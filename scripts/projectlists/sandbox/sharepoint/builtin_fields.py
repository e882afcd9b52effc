"""The columns every list has from the start (sharepoint-rest.md §4.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element

from projectlists.sandbox.sharepoint import fieldxml

DUTCH = 1043
SOURCE = fieldxml.BUILT_IN_SOURCE


@dataclass(frozen=True)
class BuiltIn:
    """One built-in column: name, type, display name in English and Dutch, XML attributes beyond the usual."""

    name: str
    type: str
    english: str
    dutch: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    identity: str = ""


READ_ONLY = {"ReadOnly": "TRUE"}
HIDDEN = {"ReadOnly": "TRUE", "Hidden": "TRUE"}
_PERSON = {**READ_ONLY, "List": "UserInfo", "ShowField": "ImnName"}
_FILE = {**HIDDEN, "List": "Docs"}

COMMON: tuple[BuiltIn, ...] = (
    BuiltIn("ContentTypeId", "ContentTypeId", "Content Type ID", "Inhoudstype-id", HIDDEN),
    BuiltIn(
        "Title",
        "Text",
        "Title",
        "Titel",
        {"Required": "TRUE", "MaxLength": "255"},
        "fa564e0f-0c70-4ab9-b863-0177e6ddd247",
    ),
    BuiltIn("_ModerationComments", "Note", "Approver Comments", "Opmerkingen fiatteur", HIDDEN),
    BuiltIn("File_x0020_Type", "Text", "File Type", "Bestandstype", HIDDEN),
    BuiltIn("ComplianceAssetId", "Text", "Compliance Asset Id", "Compliance-activa-id", READ_ONLY),
    BuiltIn("ID", "Counter", "ID", "Id", READ_ONLY, "1d22ea11-1e32-424e-89ab-9fedbadb6ce1"),
    BuiltIn(
        "ContentType", "Computed", "Content Type", "Inhoudstype", READ_ONLY, "c042a256-787d-4a6f-8a8a-cf6ab767f12d"
    ),
    BuiltIn(
        "Modified",
        "DateTime",
        "Modified",
        "Gewijzigd",
        {**READ_ONLY, "Format": "DateTime"},
        "28cf69c5-fa48-462a-b5cd-27b6f9d2bd5f",
    ),
    BuiltIn(
        "Created",
        "DateTime",
        "Created",
        "Gemaakt",
        {**READ_ONLY, "Format": "DateTime"},
        "8c06beca-0777-48f7-91c7-6da68bc07b69",
    ),
    BuiltIn("Author", "User", "Created By", "Gemaakt door", _PERSON, "1df5e554-ec7e-46a6-901d-d85a3881cb18"),
    BuiltIn("Editor", "User", "Modified By", "Gewijzigd door", _PERSON, "d31655d1-1d5b-4511-95a1-7a09e9b75bf2"),
    BuiltIn("owshiddenversion", "Integer", "owshiddenversion", "owshiddenversion", HIDDEN),
    BuiltIn("WorkflowVersion", "Integer", "Workflow Version", "Werkstroomversie", HIDDEN),
    BuiltIn("_UIVersion", "Integer", "UI Version", "Gebruikersinterfaceversie", HIDDEN),
    BuiltIn("_UIVersionString", "Text", "Version", "Versie", READ_ONLY),
    BuiltIn("Attachments", "Attachments", "Attachments", "Bijlagen"),
    BuiltIn("_ModerationStatus", "ModStat", "Approval Status", "Goedkeuringsstatus", HIDDEN),
    BuiltIn("Edit", "Computed", "Edit", "Bewerken", READ_ONLY),
    BuiltIn("LinkTitleNoMenu", "Computed", "Title", "Titel", READ_ONLY),
    BuiltIn("LinkTitle", "Computed", "Title", "Titel", READ_ONLY),
    BuiltIn("SelectTitle", "Computed", "Select", "Selecteren", HIDDEN),
    BuiltIn("InstanceID", "Integer", "Instance ID", "Exemplaar-id", HIDDEN),
    BuiltIn("Order", "Number", "Order", "Volgorde", {"Hidden": "TRUE"}),
    BuiltIn("GUID", "Guid", "GUID", "GUID", HIDDEN),
    BuiltIn("FileRef", "Lookup", "URL Path", "URL-pad", _FILE),
    BuiltIn("FileDirRef", "Lookup", "Path", "Pad", _FILE),
    BuiltIn("Last_x0020_Modified", "Lookup", "Modified", "Gewijzigd", _FILE),
    BuiltIn("Created_x0020_Date", "Lookup", "Created", "Gemaakt", _FILE),
    BuiltIn("FSObjType", "Lookup", "Item Type", "Itemtype", _FILE),
    BuiltIn("FileLeafRef", "File", "Name", "Naam", {"Hidden": "TRUE"}),
    BuiltIn("UniqueId", "Lookup", "Unique Id", "Unieke id", _FILE),
    BuiltIn("ScopeId", "Lookup", "ScopeId", "ScopeId", _FILE),
    BuiltIn("PermMask", "Computed", "Effective Permissions Mask", "Machtigingsmasker", HIDDEN),
    BuiltIn("MetaInfo", "Lookup", "Property Bag", "Eigenschappenverzameling", _FILE),
    BuiltIn("DocIcon", "Computed", "Type", "Type", READ_ONLY),
    BuiltIn(
        "ItemChildCount", "Lookup", "Item Child Count", "Aantal onderliggende items", {**READ_ONLY, "List": "Docs"}
    ),
    BuiltIn(
        "FolderChildCount", "Lookup", "Folder Child Count", "Aantal onderliggende mappen", {**READ_ONLY, "List": "Docs"}
    ),
    BuiltIn("AppAuthor", "Lookup", "App Created By", "App gemaakt door", {**READ_ONLY, "List": "AppPrincipals"}),
    BuiltIn("AppEditor", "Lookup", "App Modified By", "App gewijzigd door", {**READ_ONLY, "List": "AppPrincipals"}),
)
LIBRARY: tuple[BuiltIn, ...] = (
    BuiltIn("LinkFilenameNoMenu", "Computed", "Name", "Naam", READ_ONLY),
    BuiltIn("LinkFilename", "Computed", "Name", "Naam", READ_ONLY),
    BuiltIn("FileSizeDisplay", "Computed", "File Size", "Bestandsgrootte", READ_ONLY),
    BuiltIn("CheckoutUser", "User", "Checked Out To", "Uitgecheckt door", _PERSON),
)


@cache
def schema_xml(*, library: bool, language: int) -> tuple[str, ...]:
    """The schema XML of each built-in column of a new list, in order."""
    chosen = [*COMMON, *LIBRARY] if library else COMMON
    kept = (one for one in chosen if not library or one.name != "Attachments")
    return tuple(_xml(one, library=library, language=language) for one in kept)


def _xml(one: BuiltIn, *, library: bool, language: int) -> str:
    # Ids beyond the well-known ones are the same on every site, as on the real service.
    identity = one.identity or str(uuid5(NAMESPACE_URL, f"{SOURCE}/{one.name}"))
    attributes = dict(one.attributes)
    if library and one.name == "Title":
        attributes.pop("Required")
    if library and one.name == "FileLeafRef":
        attributes = {"Required": "TRUE"}
    element = Element(
        "Field",
        {
            "ID": f"{{{identity}}}",
            "Name": one.name,
            "StaticName": one.name,
            "Type": one.type,
            "DisplayName": one.dutch if language == DUTCH else one.english,
            "SourceID": SOURCE,
            **attributes,
        },
    )
    return fieldxml.text(element)
