"""The field types: their numbers, their REST classes, their properties and where each stands in the schema XML.

Sources: sharepoint-rest.md §4.1 (kinds), §4.4 (properties and classes), §4.5 (XML), §4.6 (what can be indexed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS: Mapping[str, int] = {
    "Integer": 1,
    "Text": 2,
    "Note": 3,
    "DateTime": 4,
    "Counter": 5,
    "Choice": 6,
    "Lookup": 7,
    "LookupMulti": 7,
    "Boolean": 8,
    "Number": 9,
    "Currency": 10,
    "URL": 11,
    "Computed": 12,
    "Guid": 14,
    "MultiChoice": 15,
    "Calculated": 17,
    "File": 18,
    "Attachments": 19,
    "User": 20,
    "UserMulti": 20,
    "ModStat": 23,
    "ContentTypeId": 25,
}
# The type a kind makes; the multi-value spellings follow from a property.
TYPES: Mapping[int, str] = {kind: name for name, kind in KINDS.items() if not name.endswith("Multi")}
CREATABLE = frozenset(
    {"Text", "Note", "DateTime", "Choice", "MultiChoice", "Lookup", "LookupMulti", "Boolean", "Number"}
    | {"Currency", "URL", "Calculated", "User", "UserMulti"}
)
CLASSES: Mapping[str, str] = {
    "Text": "SP.FieldText",
    "Note": "SP.FieldMultiLineText",
    "DateTime": "SP.FieldDateTime",
    "Choice": "SP.FieldChoice",
    "MultiChoice": "SP.FieldMultiChoice",
    "Number": "SP.FieldNumber",
    "Currency": "SP.FieldCurrency",
    "Lookup": "SP.FieldLookup",
    "LookupMulti": "SP.FieldLookup",
    "User": "SP.FieldUser",
    "UserMulti": "SP.FieldUser",
    "URL": "SP.FieldUrl",
    "Calculated": "SP.FieldCalculated",
    "Guid": "SP.FieldGuid",
    "Computed": "SP.FieldComputed",
}
INDEXABLE = frozenset({"Text", "Number", "Currency", "DateTime", "Choice", "Boolean", "Lookup", "User"})
UNIQUE = INDEXABLE - {"Boolean"}
IN_FORMULAS = frozenset({"Text", "Number", "Currency", "DateTime", "Choice", "Boolean", "Calculated"})
# The facts name MultiChoice; the others are those that formulas cannot refer to either.
VALIDATED = frozenset({"Text", "Number", "Currency", "DateTime", "Choice"})


def class_of(type_name: str) -> str:
    """The REST class of a type; those without one of their own are plain fields."""
    return CLASSES.get(type_name, "SP.Field")


@dataclass(frozen=True)
class Property:
    """One REST property and its place in the XML: `@Attribute`, `Child` or `Child@Attribute`.

    `form` is text, bool, int, float, choices or code; a code is a word in the XML and its number in REST.
    """

    name: str
    place: str
    form: str = "text"
    default: Any = None
    codes: Mapping[str, int] = field(default_factory=dict)


COMMON: tuple[Property, ...] = (
    Property("Title", "@DisplayName", default=""),
    Property("Description", "@Description", default=""),
    Property("Group", "@Group", default="Custom Columns"),
    Property("Required", "@Required", "bool", False),
    Property("Hidden", "@Hidden", "bool", False),
    Property("ReadOnlyField", "@ReadOnly", "bool", False),
    Property("Indexed", "@Indexed", "bool", False),
    Property("EnforceUniqueValues", "@EnforceUniqueValues", "bool", False),
    Property("Sealed", "@Sealed", "bool", False),
    Property("StaticName", "@StaticName", default=""),
    Property("DefaultValue", "Default"),
    Property("DefaultFormula", "DefaultFormula"),
    Property("ValidationFormula", "Validation"),
    Property("ValidationMessage", "Validation@Message"),
    Property("CustomFormatter", "@CustomFormatter"),
    Property("ClientSideComponentId", "@ClientSideComponentId", default="00000000-0000-0000-0000-000000000000"),
    Property("ClientSideComponentProperties", "@ClientSideComponentProperties"),
    Property("JSLink", "@JSLink", default="clienttemplates.js"),
    Property("Direction", "@Direction", default="none"),
    Property("PinnedToFiltersPane", "@PinnedToFiltersPane", "bool", False),
    Property("ShowInFiltersPane", "@ShowInFiltersPane", "int", 0),
)
_CHOICES = (
    Property("Choices", "CHOICES", "choices", ()),
    Property("FillInChoice", "@FillInChoice", "bool", False),
    Property("Mappings", "MAPPINGS"),
)
_NUMBER = (
    Property("MinimumValue", "@Min", "float", -1.7976931348623157e308),
    Property("MaximumValue", "@Max", "float", 1.7976931348623157e308),
    Property("ShowAsPercentage", "@Percentage", "bool", False),
    Property("DisplayFormat", "@Decimals", "int", -1),
    Property("CommaSeparator", "@CommaSeparator", "bool", True),
)
_LOCALE = Property("CurrencyLocaleId", "@LCID", "int", 1033)
_LOOKUP = (
    Property("LookupList", "@List", default=""),
    Property("LookupField", "@ShowField", default=""),
    Property("LookupWebId", "@WebId", default="00000000-0000-0000-0000-000000000000"),
    Property("AllowMultipleValues", "@Mult", "bool", False),
    Property("IsRelationship", "@IsRelationship", "bool", True),
    Property("PrimaryFieldId", "@FieldRef"),
    Property(
        "RelationshipDeleteBehavior",
        "@RelationshipDeleteBehavior",
        "code",
        0,
        {"None": 0, "Cascade": 1, "Restrict": 2},
    ),
    Property("UnlimitedLengthInDocumentLibrary", "@UnlimitedLengthInDocumentLibrary", "bool", False),
)
_USER = (
    *_LOOKUP,
    Property("SelectionMode", "@UserSelectionMode", "code", 1, {"PeopleOnly": 0, "PeopleAndGroups": 1}),
    Property("SelectionGroup", "@UserSelectionScope", "int", 0),
    Property("Presence", "@Presence", "bool", True),
    Property("AllowDisplay", "@AllowDisplay", "bool", True),
)
_DATE = Property("DisplayFormat", "@Format", "code", 1, {"DateOnly": 0, "DateTime": 1})
OWN: Mapping[str, tuple[Property, ...]] = {
    "Text": (Property("MaxLength", "@MaxLength", "int", 255),),
    "Note": (
        Property("NumberOfLines", "@NumLines", "int", 6),
        Property("RichText", "@RichText", "bool", False),
        Property("AllowHyperlink", "@AllowHyperlink", "bool", False),
        Property("AppendOnly", "@AppendOnly", "bool", False),
        Property("RestrictedMode", "@RestrictedMode", "bool", True),
        Property("UnlimitedLengthInDocumentLibrary", "@UnlimitedLengthInDocumentLibrary", "bool", False),
    ),
    "DateTime": (
        _DATE,
        Property(
            "FriendlyDisplayFormat",
            "@FriendlyDisplayFormat",
            "code",
            0,
            {"Unspecified": 0, "Disabled": 1, "Relative": 2},
        ),
        Property("DateTimeCalendarType", "@CalType", "int", 0),
    ),
    "Choice": (*_CHOICES, Property("EditFormat", "@Format", "code", 0, {"Dropdown": 0, "RadioButtons": 1})),
    "MultiChoice": _CHOICES,
    "Number": _NUMBER,
    "Currency": (*_NUMBER, _LOCALE),
    "URL": (Property("DisplayFormat", "@Format", "code", 0, {"Hyperlink": 0, "Image": 1}),),
    "Lookup": _LOOKUP,
    "LookupMulti": _LOOKUP,
    "User": _USER,
    "UserMulti": _USER,
    "Calculated": (
        Property("Formula", "Formula", default=""),
        Property(
            "OutputType",
            "@ResultType",
            "code",
            2,
            {"Text": 2, "Number": 9, "DateTime": 4, "Boolean": 8, "Currency": 10},
        ),
        Property("DateFormat", "@Format", "code", 0, {"DateOnly": 0, "DateTime": 1}),
        Property("DisplayFormat", "@Decimals", "int", -1),
        Property("ShowAsPercentage", "@Percentage", "bool", False),
        _LOCALE,
    ),
}


def properties_of(type_name: str) -> tuple[Property, ...]:
    """All REST properties of a type that stand in the XML."""
    return COMMON + OWN.get(type_name, ())
