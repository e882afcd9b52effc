"""Mail over HTTP: messages, folders, sending (identity-mail-teams.md §7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from projectlists.sandbox.directory import Person
from projectlists.sandbox.graph import bodies, errors, ids, mime, query
from projectlists.sandbox.graph.call import ROOT, Call
from projectlists.sandbox.graph.letters import FILTERABLE, SELECTABLE, SORTABLE, TYPE, attachment_shape, facts, shape
from projectlists.sandbox.graph.mail import Mail
from projectlists.sandbox.graph.mailbox import FOLDERS, Content, Message, Sender
from projectlists.sandbox.graph.users import is_guest, person_of
from projectlists.sandbox.http import Response

_READ = ("Mail.Read", "Mail.ReadWrite")
_WRITE = ("Mail.ReadWrite",)
_SEND = ("Mail.Send",)
_IMMUTABLE = re.compile(r'IdType\s*=\s*"ImmutableId"', re.IGNORECASE)


@dataclass(frozen=True)
class _Visit:
    """One request to one mailbox. `granted` are the mail roles the caller has on it."""

    call: Call
    mail: Mail
    sender: Sender
    granted: frozenset[str]
    immutable: bool

    def needs_room(self) -> None:
        """Refuse what would put something more into a mailbox that is full."""
        if not self.call.tenant.full_mailboxes.isdisjoint(address.lower() for address in self.sender.addresses):
            raise errors.mailbox_full()

    def needs_to_send(self) -> None:
        """Refuse a caller without the role, and a mailbox that may not send any more."""
        self.needs(_SEND)
        if not self.call.tenant.blocked_senders.isdisjoint(address.lower() for address in self.sender.addresses):
            raise errors.submission_blocked()

    @property
    def mailbox(self) -> str:
        """The owner's object id."""
        return self.sender.mailbox

    def needs(self, permissions: tuple[str, ...]) -> None:
        """Refuse a caller without any of these roles."""
        if self.granted.isdisjoint(permissions):
            raise errors.access_denied_to_mailbox()


def handle(call: Call, mail: Mail) -> Response:
    """`/users/{id|upn}/messages…`, `…/mailFolders…` and `…/sendMail`."""
    person = _owner(call)
    immutable = bool(_IMMUTABLE.search(call.request.headers.get("Prefer")))
    addresses = tuple(dict.fromkeys((str(person.mail), person.upn)))
    visit = _Visit(call, mail, Sender(person.object_id, person.name, addresses), _granted(call, person), immutable)
    if call.method == "GET":
        answer = _routed(visit)
    else:
        with mail.store.transaction():
            answer = _routed(visit)
    return answer.with_headers(("Preference-Applied", 'IdType="ImmutableId"')) if immutable else answer


def _owner(call: Call) -> Person:
    """The person behind the mailbox in the address; raises GraphError."""
    key = call.segments[1]
    person = person_of(call, key)
    if person is None:
        raise errors.invalid_user(key)
    if person.mail is None or is_guest(person):
        raise errors.no_mailbox()
    return person


def _granted(call: Call, person: Person) -> frozenset[str]:
    """Mail roles on this mailbox: consent in Entra and scopes in Exchange add up (identity-mail-teams.md §2.5)."""
    claims = call.claims
    if not claims.app_only:
        own = claims.object_id == person.object_id
        return (
            claims.scopes
            if own
            else frozenset(one.removesuffix(".Shared") for one in claims.scopes if ".Shared" in one)
        )
    keys = {person.upn, person.object_id, str(person.mail)}
    now = call.tenant.clock.now()
    scoped = (role for key in keys for role in call.directory.mailboxes.roles(claims.app_id, key, now))
    return claims.roles | {role.removeprefix("Application ") for role in scoped}


def _routed(visit: _Visit) -> Response:
    segments = visit.call.segments[2:]
    match [segments[0].lower(), *segments[1:]]:
        case ["sendmail"]:
            return _send_mail(visit)
        case ["messages", *rest]:
            return _messages(visit, None, rest)
        case ["mailfolders"]:
            return _folders(visit)
        case ["mailfolders", name]:
            return _folder(visit, name)
        case ["mailfolders", name, part, *rest] if part.lower() == "messages":
            return _messages(visit, _folder_named(visit, name), rest)
    raise errors.not_implemented(f"'{'/'.join(segments[:1])}' at this address")


def _messages(visit: _Visit, folder: str | None, rest: list[str]) -> Response:
    match rest:
        case []:
            visit.call.takes("GET", "POST")
            return _list(visit, folder) if visit.call.method == "GET" else _create(visit, folder or "drafts")
        case [key]:
            visit.call.takes("GET", "PATCH", "DELETE")
            return {"GET": _read, "PATCH": _change, "DELETE": _delete}[visit.call.method](
                visit, _found(visit, folder, key)
            )
        case [key, part, *more] if part.lower() == "attachments" and len(more) < 2:
            return _attachments(visit, _found(visit, folder, key), more)
        case [key, part] if part.lower() in {"send", "move"}:
            visit.call.takes("POST")
            return {"send": _send, "move": _move}[part.lower()](visit, _found(visit, folder, key))
        case _:
            raise errors.not_implemented(f"'{rest[1]}' of a message")


def _found(visit: _Visit, folder: str | None, key: str) -> Message:
    visit.needs(("Mail.Send", *_READ) if visit.call.method == "POST" else _READ)
    message = visit.mail.find(visit.mailbox, key, immutable=visit.immutable)
    if folder is not None and message.folder != folder:
        raise errors.item_not_found()
    return message


def _list(visit: _Visit, folder: str | None) -> Response:
    call = visit.call
    visit.needs(_READ)
    call.takes_options("$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$count")
    text, order = call.options.get("$filter"), call.options.get("$orderby")
    test = query.tested(text, FILTERABLE, TYPE)
    if text and order and not all(term.split()[0] in text for term in order.split(",") if term.split()):
        raise errors.inefficient_filter()
    by_number = {message.number: message for message in visit.mail.messages(visit.mailbox, folder)}
    entities = [facts(message, immutable=visit.immutable) | {"number": number} for number, message in by_number.items()]
    passed = query.ordered([entity for entity in entities if test(entity)], order, SORTABLE)
    size = query.page_size(call, default=10, largest=1000)
    page = query.collection(call, f"{_context(visit)}/messages", passed, size=size)
    page["value"] = [_shaped(visit, by_number[entity["number"]]) for entity in page["value"]]
    return Response.of_json(page)


def _create(visit: _Visit, folder: str) -> Response:
    visit.needs(_WRITE)
    visit.needs_room()
    content = mime.message(visit.call.request.body) if _is_mime(visit.call) else bodies.new_message(visit.call.body())
    return _one(visit, visit.mail.create(visit.sender, content, folder), 201)


def _read(visit: _Visit, message: Message) -> Response:
    visit.needs(_READ)
    visit.call.takes_options("$select", "$expand")
    return _one(visit, message, 200)


def _change(visit: _Visit, message: Message) -> Response:
    visit.needs(_WRITE)
    return _one(visit, visit.mail.change(message, bodies.changed_message(visit.call.body(), message.content)), 200)


def _delete(visit: _Visit, message: Message) -> Response:
    visit.needs(_WRITE)
    visit.mail.delete(message)
    return Response(204)


def _send(visit: _Visit, message: Message) -> Response:
    visit.needs_to_send()
    visit.needs_room()
    visit.mail.send(visit.sender, message)
    return Response(202)


def _send_mail(visit: _Visit) -> Response:
    visit.call.takes("POST")
    visit.needs_to_send()
    visit.needs_room()
    if _is_mime(visit.call):
        content, keeps_copy = mime.message(visit.call.request.body), True
    else:
        content, keeps_copy = bodies.send_mail(visit.call.body())
    visit.mail.send(visit.sender, visit.mail.create(visit.sender, content), keeps_copy=keeps_copy)
    return Response(202)


def _move(visit: _Visit, message: Message) -> Response:
    visit.needs(_WRITE)
    body = visit.call.body()
    target = body.get("destinationId") if isinstance(body, Mapping) else None
    if not isinstance(target, str):
        raise errors.unreadable_body("The parameter 'DestinationId' is missing in the request payload.")
    return _one(visit, visit.mail.move(message, _folder_named(visit, target)), 201)


def _attachments(visit: _Visit, message: Message, rest: list[str]) -> Response:
    call = visit.call
    call.takes("GET", *(() if rest else ("POST",)))
    kept = message.content.attachments
    if call.method == "POST":
        visit.needs(_WRITE)
        if not message.is_draft:
            raise errors.not_changeable("attachments")
        visit.needs_room()
        added = bodies.attachment(call.body())
        visit.mail.change(message, replace(message.content, attachments=(*kept, added)))
        return Response.of_json(attachment_shape(message, len(kept), added), 201)
    visit.needs(_READ)
    shapes = [attachment_shape(message, position, one) for position, one in enumerate(kept)]
    if not rest:
        context = f"{_context(visit)}/messages('{message.id(immutable=visit.immutable)}')/attachments"
        return Response.of_json({"@odata.context": f"{ROOT}/$metadata#{context}", "value": shapes})
    found = next((one for one in shapes if one["id"] == rest[0]), None)
    if found is None:
        raise errors.item_not_found()
    return Response.of_json(found)


def _folders(visit: _Visit) -> Response:
    visit.call.takes("GET")
    visit.needs(_READ)
    visit.call.takes_options("$top", "$skip", "$select", "$filter")
    shapes = [_folder_shape(visit, name) for name in FOLDERS]
    known = frozenset(shapes[0])
    test = query.tested(visit.call.options.get("$filter"), known, "microsoft.graph.mailFolder")
    names = query.selected(visit.call.options.get("$select"), known, "microsoft.graph.mailFolder") or tuple(shapes[0])
    entries = [{name: shape[name] for name in names} for shape in shapes if test(shape)]
    size = query.page_size(visit.call, default=10, largest=1000)
    return Response.of_json(query.collection(visit.call, f"{_context(visit)}/mailFolders", entries, size=size))


def _folder(visit: _Visit, name: str) -> Response:
    visit.call.takes("GET")
    visit.needs(_READ)
    visit.call.takes_options()
    context = {"@odata.context": f"{ROOT}/$metadata#{_context(visit)}/mailFolders/$entity"}
    return Response.of_json(context | _folder_shape(visit, _folder_named(visit, name)))


def _folder_shape(visit: _Visit, name: str) -> dict[str, Any]:
    messages = visit.mail.messages(visit.mailbox, name)
    return {
        "id": ids.folder(visit.mailbox, name),
        "displayName": FOLDERS[name],
        "parentFolderId": ids.folder(visit.mailbox, "msgfolderroot"),
        "childFolderCount": 0,
        "unreadItemCount": sum(not one.content.document.get("isRead", True) for one in messages),
        "totalItemCount": len(messages),
        "isHidden": False,
    }


def _folder_named(visit: _Visit, key: str) -> str:
    """A folder by well-known name, whatever the case, or by id."""
    if key.lower() in FOLDERS:
        return key.lower()
    by_id = {ids.folder(visit.mailbox, name): name for name in FOLDERS}
    if key not in by_id:
        raise errors.malformed_id() if not ids.is_well_formed(key) else errors.item_not_found()
    return by_id[key]


def _one(visit: _Visit, message: Message, status: int) -> Response:
    context = {"@odata.context": f"{ROOT}/$metadata#{_context(visit)}/messages/$entity"}
    return Response.of_json(context | _shaped(visit, message), status)


def _shaped(visit: _Visit, message: Message) -> dict[str, Any]:
    names = query.selected(visit.call.options.get("$select"), SELECTABLE, TYPE)
    entity = shape(message, names, immutable=visit.immutable)
    for name, options in query.expansions(visit.call.options.get("$expand")).items():
        if name == "attachments" and not options:
            kept = enumerate(message.content.attachments)
            entity["attachments"] = [attachment_shape(message, position, one) for position, one in kept]
        elif name == "singleValueExtendedProperties" and set(options) == {"$filter"}:
            entity |= _expanded_properties(message.content, options["$filter"])
        else:
            raise errors.not_implemented(f"$expand={name} with these options")
    return entity


def _expanded_properties(content: Content, text: str) -> dict[str, Any]:
    """The extended properties asked for by id; with none the name is absent (identity-mail-teams.md §7.4)."""
    test = query.tested(text, frozenset({"id", "value"}), "microsoft.graph.singleValueLegacyExtendedProperty")
    found = [dict(one) for one in content.properties if test(one)]
    return {"singleValueExtendedProperties": found} if found else {}


def _context(visit: _Visit) -> str:
    return f"users('{visit.call.segments[1]}')"


def _is_mime(call: Call) -> bool:
    return call.request.headers.get("Content-Type").partition(";")[0].strip().lower() == "text/plain"
