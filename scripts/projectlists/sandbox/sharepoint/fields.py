"""A list's columns: read, made, changed and deleted over REST (sharepoint-rest.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, bodies, fieldrules, fieldxml, titles
from projectlists.sandbox.sharepoint.errors import (
    bad_request,
    hidden_field_kept,
    invalid_argument,
    no_field,
    no_field_with_id,
    not_implemented,
    read_only_property,
    refused,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldtypes import CLASSES, COMMON, OWN, TYPES, class_of, properties_of
from projectlists.sandbox.sharepoint.model import Call, FieldRecord, ListRecord, Segment
from projectlists.sandbox.sharepoint.newfields import Creation
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import Schema

ALL_CLASSES = frozenset({"SP.Field", *CLASSES.values()})
# Types the service has and this one does not.
_ELSEWHERE = frozenset({"SP.FieldGeolocation", "SP.FieldLocation", "SP.FieldThumbnail", "SP.Taxonomy.TaxonomyField"})
_FORMS = {"setshowinnewform": "ShowInNewForm", "setshowineditform": "ShowInEditForm"} | {
    "setshowindisplayform": "ShowInDisplayForm"
}
_PARAMETERS = frozenset(
    {"Title", "FieldTypeKind", "Required", "Choices", "LookupListId", "LookupFieldName", "LookupWebId", "IsCompactName"}
)


def handle(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `…/fields`, its methods, and one field with all below it."""
    addressed = _addressed(call, listing, rest, schema)
    if addressed is not None:
        field, below = addressed
        return _one(call, listing, field, below, schema)
    if len(rest) > 1:
        return _method(call, listing, rest[1], schema)
    if call.method == "POST":
        return _post(call, listing, schema)
    return answer_many(call, (resource(call, listing, one) for one in schema.fields(listing.id)))


def _addressed(
    call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema
) -> tuple[FieldRecord, tuple[Segment, ...]] | None:
    """The field that the segments lead to, and what follows; None when they lead to none in particular."""
    if rest[0].arguments:
        return _by_id(call, listing, rest[0], schema), rest[1:]
    if len(rest) == 1:
        return None
    method, below = rest[1], rest[2:]
    given = str(method.arguments[0] if method.arguments else next(iter(method.named.values()), ""))
    match method.key:
        case "getbyid":
            return _by_id(call, listing, method, schema), below
        case "getbytitle":
            found = next((one for one in schema.fields(listing.id) if one.title.lower() == given.lower()), None)
        case "getbyinternalnameortitle":
            found = schema.field(listing.id, given)
        case _:
            return None
    if found is None:
        raise no_field(given, listing.url)
    return found, below


def _method(call: Call, listing: ListRecord, method: Segment, schema: Schema) -> Response:
    if call.method != "POST":
        raise not_implemented(f"{call.method} fields/{method.name}")
    match method.key:
        case "createfieldasxml":
            return _create_as_xml(call, listing, method, schema)
        case "addfield":
            return _add_field(call, listing, method, schema)
        case "adddependentlookupfield":
            given = bodies.arguments(call, method, ("displayName", "primaryLookupFieldId", "showField"))
            made = Creation(schema, call.web, listing).dependent_lookup(
                str(given.get("displayName")), str(given.get("primaryLookupFieldId")), str(given.get("showField"))
            )
            return answer(call, resource(call, listing, made))
    raise not_implemented(f"fields/{method.name}")


def resource(call: Call, listing: ListRecord, field: FieldRecord) -> Resource:
    """The field with the properties of sharepoint-rest.md §4.4."""
    kept = dict(field.properties)
    texts = titles.shown(call, _owner(field), _own_texts(field))
    properties = {
        **kept,
        **texts,
        "AutoIndexed": False,
        "CanBeDeleted": not field.built_in,
        "ClientValidationFormula": None,
        "ClientValidationMessage": None,
        "EntityPropertyName": field.entity_name,
        "FieldTypeKind": field.kind,
        "Filterable": field.type not in {"Note", "Computed", "URL"},
        "FromBaseType": field.built_in,
        "Id": field.id,
        "Indexed": field.indexed and field.type != "Calculated",
        "IndexStatus": 0,
        "InternalName": field.name,
        "IsModern": False,
        "SchemaXml": field.xml,
        "Scope": listing.url,
        "Sortable": field.type not in {"Note", "MultiChoice", "UserMulti", "LookupMulti"},
        "StaticName": kept["StaticName"] or field.name,
        "TypeAsString": field.type,
        "TypeDisplayName": field.type,
        "TypeShortDescription": field.type,
    }
    if field.type in {"Lookup", "LookupMulti"}:
        properties["DependentLookupInternalNames"] = answers.Collection((), "Edm.String")
        properties["LookupWebId"] = call.web.id
    # The columns of a site have the site's own id for that of a list.
    holder = "Web" if listing.id == call.web.id else f"Web/Lists(guid'{listing.id}')"
    uri = f"{holder}/Fields(guid'{field.id}')"
    return Resource(class_of(field.type), uri, dict(sorted(properties.items())), links=titles.links(uri, texts))


def _by_id(call: Call, listing: ListRecord, segment: Segment, schema: Schema) -> FieldRecord:
    identity = str(address.argument(segment, "id"))
    found = schema.field_by_id(listing.id, identity)
    if found is None:
        raise no_field_with_id(identity, call.web_absolute_url if listing.id == call.web.id else listing.url)
    return found


def _one(call: Call, listing: ListRecord, field: FieldRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if not rest:
        return _itself(call, listing, field, schema)
    first = rest[0]
    if first.key in {"titleresource", "descriptionresource"}:
        return titles.handle(call, rest, schema, _texts(field, schema))
    if len(rest) == 1 and call.method == "POST":
        if first.key in _FORMS:
            shown = bodies.arguments(call, first, ("value",)).get("value")
            if not isinstance(shown, bool):
                raise invalid_argument()
            element = fieldxml.parse(field.xml)
            element.set(_FORMS[first.key], "TRUE" if shown else "FALSE")
            schema.save_field(fieldxml.read(field.list_id, fieldxml.text(element)))
            return answers.value(call, first.name, None)
        if first.key == "enableindex":
            _change(listing, field, {"Indexed": True}, schema)
            return answers.value(call, "EnableIndex", True)
    if len(rest) == 1 and call.method == "GET":
        found = single_property(call, resource(call, listing, field), first.key)
        if found is not None:
            return found
    raise not_implemented(f"a field's {first.name}")


def _itself(call: Call, listing: ListRecord, field: FieldRecord, schema: Schema) -> Response:
    match call.method:
        case "GET" | "HEAD":
            return answer(call, resource(call, listing, field))
        case "MERGE" | "PATCH" | "PUT":
            _merge(call, listing, field, schema)
            return answers.empty()
        case "DELETE":
            _delete(field, schema)
            return answers.empty(200)
    raise unsupported_verb(class_of(field.type), call.method)


def _merge(call: Call, listing: ListRecord, field: FieldRecord, schema: Schema) -> None:
    body = bodies.entity(call, ALL_CLASSES)
    actual = class_of(field.type)
    declared = body.type_name or actual
    if declared not in {"SP.Field", actual}:
        raise bad_request(
            f"A type named '{declared}' could not be resolved by the model or is not compatible with '{actual}'."
        )
    if "SchemaXml" in body.properties:
        if len(body.properties) > 1 or not isinstance(body.properties["SchemaXml"], str):
            raise invalid_argument()
        schema.save_field(fieldrules.replaced(field, body.properties["SchemaXml"], schema))
        return
    allowed = {one.name for one in (COMMON if declared == "SP.Field" else properties_of(field.type))}
    known = resource(call, listing, field).properties
    for name in body.properties:
        if name not in allowed:
            raise (
                read_only_property(name)
                if name in known and declared != "SP.Field"
                else unknown_property(name, declared)
            )
    _change(listing, field, body.properties, schema)


def _change(listing: ListRecord, field: FieldRecord, changes: Mapping[str, Any], schema: Schema) -> None:
    element = fieldxml.parse(field.xml)
    if field.type == "Calculated":
        # Accepted with a 204, and still false when read back (sharepoint-rest.md §4.6).
        changes = {name: value for name, value in changes.items() if name != "Indexed"}
    apply(element, field.type, changes)
    changed = fieldxml.read(field.list_id, fieldxml.text(element))
    fieldrules.check(changed, schema, before=field, items=int(listing.properties["ItemCount"]))
    schema.save_field(changed)


def apply(element: Element, type_name: str, changes: Mapping[str, Any]) -> None:
    """Write REST properties into a schema XML. Raises ServiceError (400) for a value of a wrong type."""
    places = {one.name: one for one in properties_of(type_name)}
    for name, value in changes.items():
        fieldxml.put(element, places[name], value)
    if "AllowMultipleValues" in changes:
        many = "Multi" if changes["AllowMultipleValues"] else ""
        element.set("Type", element.get("Type", "").removesuffix("Multi") + many)


def _delete(field: FieldRecord, schema: Schema) -> None:
    if field.hidden:
        raise hidden_field_kept()
    if field.built_in or field.properties["Sealed"]:
        raise refused("The field cannot be deleted: it is read only or part of the base type.")
    schema.delete_field(field)


def _create_as_xml(call: Call, listing: ListRecord, method: Segment, schema: Schema) -> Response:
    given = bodies.arguments(call, method, ("parameters",)).get("parameters")
    if not isinstance(given, dict) or not isinstance(given.get("SchemaXml"), str):
        raise invalid_argument()
    for name in given:
        if name not in {"SchemaXml", "Options"}:
            raise unknown_property(name, "SP.XmlSchemaFieldCreationInformation")
    options = given.get("Options", 0)
    if not isinstance(options, int):
        raise invalid_argument()
    made = Creation(schema, call.web, listing).from_xml(given["SchemaXml"], options)
    return answer(call, resource(call, listing, made))


def _add_field(call: Call, listing: ListRecord, method: Segment, schema: Schema) -> Response:
    given = bodies.arguments(call, method, ("parameters",)).get("parameters")
    if not isinstance(given, dict):
        raise invalid_argument()
    own = {"Formula"} if given.get("FieldTypeKind") == 17 else set()
    for name in given:
        if name not in _PARAMETERS | own:
            raise unknown_property(name, "SP.FieldCreationInformation")
    attributes: dict[str, str] = {}
    if given.get("FieldTypeKind") == 7:
        attributes = {"List": str(given.get("LookupListId", "")), "ShowField": str(given.get("LookupFieldName", ""))}
    properties = {
        name: given[name] for name in ("Title", "Required", "Choices", "Formula") if given.get(name) is not None
    }
    element = _element(given.get("FieldTypeKind"), properties, attributes)
    made = Creation(schema, call.web, listing).from_element(element, in_default_view=True, unique_title=True)
    return answer(call, resource(call, listing, made))


def _post(call: Call, listing: ListRecord, schema: Schema) -> Response:
    body = bodies.entity(call, ALL_CLASSES | _ELSEWHERE)
    if body.type_name in _ELSEWHERE:
        raise not_implemented(f"columns of the type {body.type_name}")
    given = dict(body.properties)
    kind = given.pop("FieldTypeKind", None)
    if kind == 7:
        raise refused("Please use AddField to add a lookup field.")
    type_name = TYPES.get(kind, "") if isinstance(kind, int) else ""
    declared = body.type_name or class_of(type_name)
    allowed = {one.name for one in (COMMON if declared == "SP.Field" else properties_of(type_name))}
    for name in given:
        if name not in allowed:
            raise unknown_property(name, declared)
    made = Creation(schema, call.web, listing).from_element(
        _element(kind, given, {}), in_default_view=True, unique_title=True
    )
    return answer(call, resource(call, listing, made), 201)


def _element(kind: object, properties: Mapping[str, Any], attributes: Mapping[str, str]) -> Element:
    type_name = TYPES.get(kind) if isinstance(kind, int) else None
    if type_name is None:
        raise invalid_argument()
    element = Element("Field", {"Type": type_name, **attributes})
    names = {one.name for one in (*COMMON, *OWN.get(type_name, ()))}
    for name in properties:
        if name not in names:
            raise unknown_property(name, class_of(type_name))
    apply(element, type_name, properties)
    return element


def _texts(field: FieldRecord, schema: Schema) -> titles.Owner:
    def changed(name: str, value: str) -> None:
        element = fieldxml.parse(field.xml)
        apply(element, field.type, {name: value})
        schema.save_field(fieldxml.read(field.list_id, fieldxml.text(element)))

    return titles.Owner(_owner(field), _own_texts(field), changed)


def _owner(field: FieldRecord) -> str:
    return f"{field.list_id}/{field.id}"


def _own_texts(field: FieldRecord) -> dict[str, str]:
    return {"Title": field.title, "Description": str(field.properties["Description"])}
