"""JSON bodies of mail requests: read strictly into what a message says.

Unknown properties, wrong types and abstract attachments are refused (identity-mail-teams.md §7.7, §14); `@odata.*`
annotations are tolerated in any letter case, as are enum values. Properties only the service sets are ignored when a
client sends them, `internetMessageId` at creation included: whether it counts there is uncertain (§15.3).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from projectlists.sandbox.graph import errors, ids
from projectlists.sandbox.graph.mailbox import Content

# What one attachment sent inline stays below (identity-mail-teams.md §7.5); larger ones need an upload session. Strict:
# with MB of 1,048,576 bytes the base64 text would never fit the request anyway.
ATTACHMENT_LIMIT = 3_000_000

_FILE = "#microsoft.graph.fileattachment"
_UNSUPPORTED_ATTACHMENTS = frozenset({"#microsoft.graph.itemattachment", "#microsoft.graph.referenceattachment"})
_SET_BY_THE_SERVICE = frozenset(
    {
        *("id", "changeKey", "createdDateTime", "lastModifiedDateTime", "receivedDateTime", "sentDateTime"),
        *("hasAttachments", "bodyPreview", "parentFolderId", "conversationId", "conversationIndex", "isDraft"),
        *("webLink", "uniqueBody"),
    }
)
_MESSAGE_TYPE = "microsoft.graph.message"
_TYPES: Mapping[str, str] = {
    "body": "microsoft.graph.itemBody",
    "emailAddress": "microsoft.graph.emailAddress",
    "internetMessageHeaders": "microsoft.graph.internetMessageHeader",
    "singleValueExtendedProperties": "microsoft.graph.singleValueLegacyExtendedProperty",
    "flag": "microsoft.graph.followupFlag",
    "attachments": "microsoft.graph.fileAttachment",
    **dict.fromkeys(
        ("from", "sender", "replyTo", "toRecipients", "ccRecipients", "bccRecipients"), "microsoft.graph.recipient"
    ),
}
# What may change after a message has been sent (identity-mail-teams.md §7.3).
_ALWAYS_CHANGEABLE = frozenset(
    {"categories", "flag", "importance", "inferenceClassification", "isRead", "singleValueExtendedProperties"}
)

_LowerCase = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class _EmailAddress(_Body):
    name: str | None = None
    address: str | None = None


class _Recipient(_Body):
    email_address: _EmailAddress


class _ItemBody(_Body):
    content_type: Annotated[Literal["html", "text"], _LowerCase] = "text"
    content: str = ""


class _Header(_Body):
    name: str
    value: str


class _Property(_Body):
    id: str
    value: str


class _Flag(_Body):
    flag_status: Literal["notFlagged", "flagged", "complete"]


class _FileAttachment(_Body):
    name: str
    content_bytes: str
    content_type: str = "application/octet-stream"
    content_id: str | None = None
    content_location: str | None = None
    is_inline: bool = False
    size: int | None = None


class _Message(_Body):
    subject: str | None = None
    body: _ItemBody | None = None
    sender: _Recipient | None = None
    from_: _Recipient | None = Field(default=None, alias="from")
    to_recipients: list[_Recipient] = []
    cc_recipients: list[_Recipient] = []
    bcc_recipients: list[_Recipient] = []
    reply_to: list[_Recipient] = []
    importance: Annotated[Literal["low", "normal", "high"], _LowerCase] = "normal"
    inference_classification: Annotated[Literal["focused", "other"], _LowerCase] = "focused"
    categories: list[str] = []
    flag: _Flag | None = None
    is_read: bool = True
    is_delivery_receipt_requested: bool = False
    is_read_receipt_requested: bool = False
    internet_message_id: str | None = None
    internet_message_headers: list[_Header] = []
    single_value_extended_properties: list[_Property] = []
    attachments: list[dict[str, Any]] = []


def new_message(value: Any) -> Content:
    """Read the body of a creation; raises GraphError."""
    given = _read(_Message, value, _MESSAGE_TYPE)
    given.pop("internetMessageId", None)
    return _content(given, Content({}))


def changed_message(value: Any, before: Content) -> Content:
    """Read the body of a PATCH on top of what the message says; raises GraphError for what may not change."""
    given = _read(_Message, value, _MESSAGE_TYPE)
    if "internetMessageHeaders" in given:
        raise errors.not_changeable("internetMessageHeaders")
    if not before.document["isDraft"]:
        fixed = next((name for name in given if name not in _ALWAYS_CHANGEABLE), None)
        if fixed is not None:
            raise errors.not_changeable(fixed)
    return _content(given, before)


def send_mail(value: Any) -> tuple[Content, bool]:
    """Read the body of `sendMail`: the message, and whether a copy is kept (identity-mail-teams.md §7.1).

    `saveToSentItems` may be the text "false", as the vendor's samples have it.
    """
    if not isinstance(value, dict):
        raise errors.unreadable_body("The request body is not a JSON object.")
    parameters = {name.lower(): part for name, part in value.items() if "@odata." not in name.lower()}
    for name in value:
        if name.lower() not in {"message", "savetosentitems"} and "@odata." not in name.lower():
            raise errors.unreadable_body(
                f"The parameter '{name}' in the request payload is not a valid parameter for the operation 'sendMail'."
            )
    if "message" not in parameters:
        raise errors.unreadable_body("The parameter 'Message' is missing in the request payload.")
    keeps_copy = parameters.get("savetosentitems", True)
    if isinstance(keeps_copy, str) and keeps_copy.lower() in {"true", "false"}:
        keeps_copy = keeps_copy.lower() == "true"
    if not isinstance(keeps_copy, bool):
        raise errors.unreadable_body("Cannot convert the value of 'SaveToSentItems' to the type 'Edm.Boolean'.")
    return new_message(parameters["message"]), keeps_copy


def attachment(value: Any) -> dict[str, Any]:
    """Read one attachment, with its size in bytes; raises GraphError for abstract, unknown or too large ones."""
    if not isinstance(value, dict):
        raise errors.unreadable_body("An attachment is not a JSON object.")
    kind = str(next((part for name, part in value.items() if name.lower() == "@odata.type"), "")).lower()
    if kind in _UNSUPPORTED_ATTACHMENTS:
        raise errors.not_implemented(f"attachments of type '{kind}'")
    if kind != _FILE:
        raise errors.abstract_type("microsoft.graph.attachment")
    given = _read(_FileAttachment, value, "microsoft.graph.fileAttachment")
    try:
        data = base64.b64decode(given["contentBytes"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise errors.unreadable_body("Cannot convert the value of 'contentBytes' to the type 'Edm.Binary'.") from error
    if len(data) >= ATTACHMENT_LIMIT:
        raise errors.message_too_large()
    return {"contentType": "application/octet-stream", "isInline": False, **given, "size": len(data)}


def _content(given: dict[str, Any], before: Content) -> Content:
    """Put what was given on top of what was there."""
    document = {**before.document, **given}
    headers = document.pop("internetMessageHeaders", before.headers)
    properties = {one["id"]: one for one in before.properties}
    properties |= {one["id"]: one for one in map(_property, document.pop("singleValueExtendedProperties", ()))}
    attachments = document.pop("attachments", None)
    # Headers that came as MIME may have any name; JSON cannot give such.
    for header in given.get("internetMessageHeaders", ()):
        if not header["name"].lower().startswith("x-"):
            raise errors.header_needs_x(header["name"])
    return Content(
        document=document,
        headers=tuple(headers),
        properties=tuple(properties.values()),
        attachments=before.attachments if attachments is None else tuple(attachment(one) for one in attachments),
        alternative=None if "body" in given else before.alternative,
    )


def _property(given: Mapping[str, str]) -> dict[str, str]:
    identity = ids.extended_property(given["id"])
    if identity is None:
        raise errors.invalid_extended_property(given["id"])
    return {"id": identity, "value": given["value"]}


def _read(model: type[_Body], value: Any, type_name: str) -> dict[str, Any]:
    """Check a JSON object against a type; returns what was given, with Graph's names."""
    if not isinstance(value, dict):
        raise errors.unreadable_body("The request body is not a JSON object.")
    try:
        read = model.model_validate(_without_annotations(value, top=True))
    except ValidationError as refused:
        raise _refusal(refused, type_name) from refused
    return read.model_dump(by_alias=True, include=read.model_fields_set)


def _refusal(refused: ValidationError, type_name: str) -> errors.GraphError:
    first = refused.errors(include_url=False, include_input=False)[0]
    names = [part for part in first["loc"] if isinstance(part, str)]
    name = names[-1] if names else ""
    if first["type"] == "extra_forbidden":
        return errors.unknown_property(name, _TYPES.get(names[-2], type_name) if len(names) > 1 else type_name)
    return errors.unreadable_body(f"Cannot read the value of the property '{name}': {first['msg']}.")


def _without_annotations(value: Any, *, top: bool = False) -> Any:
    """The value without `@odata.*`; attachments keep theirs, because the type decides what they are."""
    if isinstance(value, list):
        return [_without_annotations(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: part if top and name == "attachments" else _without_annotations(part)
        for name, part in value.items()
        if "@odata." not in name.lower() and not (top and name in _SET_BY_THE_SERVICE)
    }
