"""How long a list keeps versions: `VersionPolicies`, as clients show and set it with the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, bodies
from projectlists.sandbox.sharepoint.errors import invalid_argument, not_implemented, unknown_property
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, single_property
from projectlists.sandbox.sharepoint.schema import Schema

TYPE = "SP.VersionPolicyManager"
# 0 keeps versions for good, 1 for a number of days, 2 as the service sees fit.
MODES = frozenset({0, 1, 2})
_DEFAULTS: Mapping[str, int] = {"DefaultExpireAfterDays": 0, "DefaultTrimMode": 0}


def resource(listing: ListRecord) -> Resource:
    """The policy of a list."""
    kept: Mapping[str, Any] = listing.properties.get("VersionPolicies", {})
    return Resource(TYPE, f"Web/Lists(guid'{listing.id}')/VersionPolicies", {**_DEFAULTS, **kept})


def handle(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `…/VersionPolicies`: read it, or change it with a MERGE."""
    shown = resource(listing)
    if call.method in {"MERGE", "PATCH"} and len(rest) == 1:
        given = bodies.entity(call, {TYPE}).properties
        _check(given)
        kept = {**shown.properties, **given}
        schema.update_list(listing.id, title=listing.title, properties={**listing.properties, "VersionPolicies": kept})
        return answers.empty()
    if call.method != "GET":
        raise not_implemented(f"{call.method} of VersionPolicies")
    if len(rest) == 1:
        return answer(call, shown)
    found = single_property(call, shown, rest[1].key) if len(rest) == 2 else None
    if found is None:
        raise not_implemented(f"VersionPolicies/{'/'.join(segment.name for segment in rest[1:])}")
    return found


def _check(given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name not in _DEFAULTS:
            raise unknown_property(name, TYPE)
        if type(value) is not int:
            raise wrong_type(name, "Edm.Int32")
    if given.get("DefaultTrimMode", 0) not in MODES or given.get("DefaultExpireAfterDays", 0) < 0:
        raise invalid_argument()
