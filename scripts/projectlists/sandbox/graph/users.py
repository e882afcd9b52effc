"""People: one, a list, a manager (identity-mail-teams.md §9.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projectlists.sandbox.directory import Person
from projectlists.sandbox.graph import errors, filters, query
from projectlists.sandbox.graph.call import ROOT, Call
from projectlists.sandbox.http import Response

_TYPE = "microsoft.graph.user"
# What a GET without `$select` returns, and what the smaller right covers.
_DEFAULT = (
    *("businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation"),
    *("preferredLanguage", "surname", "userPrincipalName"),
)
_BASIC = frozenset({"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"})
_ALL = frozenset(
    {*_DEFAULT, "accountEnabled", "department", "mailNickname", "proxyAddresses", "usageLocation", "userType"}
)
_SORTABLE = frozenset({"displayName", "userPrincipalName"})
_FULL_RIGHTS = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
_BASIC_RIGHT = "User.ReadBasic.All"


def person_of(call: Call, key: str) -> Person | None:
    """The account with this object id or UPN; unlike a mailbox look-up, an address that is no UPN finds nobody."""
    person = call.directory.user(key)
    if person is None or key.lower() not in {person.object_id.lower(), person.upn.lower()}:
        return None
    return person


def is_guest(person: Person) -> bool:
    """Whether the account belongs to another organisation: its UPN holds `#EXT#`."""
    return "#ext#" in person.upn.lower()


def handle(call: Call) -> Response:
    """`/users`, `/users/{id|upn}`, `/users/{id|upn}/manager`."""
    match call.segments[1:]:
        case [_, part, *_] if part.lower() != "manager":
            raise errors.not_implemented(f"'{part}' of a user")
    call.takes("GET")
    match call.segments[1:]:
        case []:
            return _list(call)
        case [key]:
            return _one(call, _found(call, key))
        case [key, part] if part.lower() == "manager":
            return _manager(call, _found(call, key))
    raise errors.not_implemented("this address")


def _found(call: Call, key: str) -> Person:
    person = person_of(call, key)
    # Without any right nobody learns who exists.
    _readable(call, person)
    if person is None:
        raise errors.unknown_resource(key)
    return person


def _one(call: Call, person: Person) -> Response:
    call.takes_options("$select", "$expand")
    entity = _shape(call, person)
    names = query.selected(call.options.get("$select"), _ALL, _TYPE)
    context = f"users({','.join(names)})/$entity" if names else "users/$entity"
    return Response.of_json({"@odata.context": f"{ROOT}/$metadata#{context}", **entity})


def _list(call: Call) -> Response:
    call.takes_options("$select", "$expand", "$filter", "$orderby", "$top", "$skiptoken", "$count")
    readable = _readable(call, None)
    text = call.options.get("$filter")
    if text is not None and filters.needs_eventual_consistency(text):
        _require_eventual_consistency(call)
    test = query.tested(text, _ALL, _TYPE)
    if text is not None and filters.properties_of(text) - readable:
        raise errors.insufficient_privileges()
    found = [(person, _properties(person)) for person in call.directory.users()]
    passed = [properties for _, properties in found if test(properties)]
    people = {person.object_id: person for person, _ in found}
    in_order = query.ordered(passed, call.options.get("$orderby"), _SORTABLE)
    entries = [_shape(call, people[properties["id"]]) for properties in in_order]
    size = query.page_size(call, default=100, largest=999)
    return Response.of_json(query.collection(call, "users", entries, size=size, skip_option="$skiptoken"))


def _manager(call: Call, person: Person) -> Response:
    call.takes_options("$select")
    if not call.has(*_FULL_RIGHTS):
        raise errors.insufficient_privileges()
    manager = call.directory.user(person.manager) if person.manager else None
    if manager is None:
        raise errors.unknown_resource("manager")
    context = {"@odata.context": f"{ROOT}/$metadata#directoryObjects/$entity", "@odata.type": f"#{_TYPE}"}
    return Response.of_json(context | _selection(_properties(manager), call.options.get("$select")))


def _shape(call: Call, person: Person) -> dict[str, Any]:
    """A person as asked for: a property not selected is absent, one the right does not cover is refused or null."""
    readable = _readable(call, person)
    names = query.selected(call.options.get("$select"), _ALL, _TYPE)
    if names is not None and not readable.issuperset(names):
        raise errors.insufficient_privileges()
    properties = {name: value if name in readable else None for name, value in _properties(person).items()}
    entity = _selection(properties, call.options.get("$select"))
    for name, options in query.expansions(call.options.get("$expand")).items():
        if name != "manager" or set(options) - {"$select"}:
            raise errors.not_implemented(f"$expand={name} with these options")
        if not call.has(*_FULL_RIGHTS):
            raise errors.insufficient_privileges()
        manager = call.directory.user(person.manager) if person.manager else None
        # Who has no manager simply lacks the property.
        if manager is not None:
            entity["manager"] = {"@odata.type": f"#{_TYPE}"} | _selection(_properties(manager), options.get("$select"))
    return entity


def _selection(properties: Mapping[str, Any], select: str | None) -> dict[str, Any]:
    names = query.selected(select, _ALL, _TYPE) or _DEFAULT
    return {name: properties[name] for name in names}


def _readable(call: Call, person: Person | None) -> frozenset[str]:
    """The properties the caller may see, of this person or of anybody; raises GraphError when there are none."""
    if call.has(*_FULL_RIGHTS):
        return _ALL
    is_self = person is not None and person.object_id == call.claims.object_id
    if is_self and call.has("User.Read"):
        return _ALL
    if call.has(_BASIC_RIGHT):
        return _BASIC
    raise errors.insufficient_privileges()


def _require_eventual_consistency(call: Call) -> None:
    eventual = call.request.headers.get("ConsistencyLevel").lower() == "eventual"
    if not eventual or call.options.get("$count") != "true":
        raise errors.unsupported_query(
            "Operator not supported because the required parameters might be missing. Try adding $count=true query"
            " parameter and ConsistencyLevel:eventual header."
        )


def _properties(person: Person) -> dict[str, Any]:
    addresses = [f"SMTP:{person.mail}"] if person.mail else []
    if person.mail and person.mail.lower() != person.upn.lower() and not is_guest(person):
        addresses.append(f"smtp:{person.upn}")
    return {
        "businessPhones": [],
        "displayName": person.name,
        "givenName": person.given_name,
        "id": person.object_id,
        "jobTitle": person.job_title,
        "mail": person.mail,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": person.preferred_language,
        "surname": person.surname,
        "userPrincipalName": person.upn,
        "accountEnabled": person.enabled,
        "department": person.department,
        "mailNickname": person.upn.partition("@")[0],
        "proxyAddresses": addresses,
        "usageLocation": None,
        "userType": "Guest" if is_guest(person) else "Member",
    }
