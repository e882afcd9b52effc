"""What of an entity is shown: `$select` and `$expand` on everything but items (sharepoint-rest.md §3.2, §3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, selection
from projectlists.sandbox.sharepoint.answers import Deferred, Entry
from projectlists.sandbox.sharepoint.errors import bad_request, unknown_column, unknown_option, unsupported_verb
from projectlists.sandbox.sharepoint.model import Call

OPTIONS = frozenset({"$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$skiptoken"})
MAXIMUM = 5000


@dataclass(frozen=True)
class Resource:
    """An entity with all it could show.

    `extra` is shown only when selected by name; `links` lead to other entities and are shown only when expanded.
    """

    type_name: str
    uri: str
    properties: Mapping[str, Any]
    etag: str | None = None
    extra: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    links: Mapping[str, Callable[[], Resource | Sequence[Resource] | None]] = field(default_factory=dict)


def entry(resource: Resource, select: tuple[str, ...] = ()) -> Entry:
    """An entity as it stands expanded in another one: whole, or the properties named."""
    return _project(resource, select, ())


def check_options(options: Mapping[str, str]) -> None:
    """Refuse `$` options OData does not have, such as `$order_by` (sharepoint-rest.md §9.2 bug 7)."""
    for name in options:
        if name.startswith("$") and name not in OPTIONS:
            raise unknown_option(name)


def answer(call: Call, resource: Resource, status: int = 200) -> Response:
    """Answer one entity as far as the caller wants to see it."""
    entry = _project(resource, _paths(call, "$select"), _paths(call, "$expand"))
    return answers.entity(
        call, entry.properties, type_name=entry.type_name, uri=entry.uri, etag=entry.etag, status=status
    )


def answer_many(call: Call, resources: Iterable[Resource]) -> Response:
    """Answer a collection: filtered, sorted, cut and projected."""
    if call.method not in {"GET", "HEAD"}:
        raise unsupported_verb("SP.ClientObjectCollection", call.method)
    chosen = list(resources)
    if "$filter" in call.options:
        chosen = selection.filtered(call.options["$filter"], chosen)
    if "$orderby" in call.options:
        chosen = selection.ordered(call.options["$orderby"], chosen)
    start = _number(call, "$skip", 0)
    chosen = chosen[start : start + _number(call, "$top", MAXIMUM)]
    select, expand = _paths(call, "$select"), _paths(call, "$expand")
    return answers.collection(call, [_project(one, select, expand) for one in chosen])


def single_property(call: Call, resource: Resource, name: str) -> Response | None:
    """Answer `…/Title`, one property as a resource of its own; None when the entity has none of that name."""
    for given, value in resource.properties.items():
        if given.lower() == name:
            return answers.value(call, given, value)
    for given, compute in resource.extra.items():
        if given.lower() == name:
            return answers.value(call, given, compute())
    for given, follow in resource.links.items():
        if given.lower() == name:
            target = follow()
            if isinstance(target, Resource):
                return answer(call, target)
            return answers.value(call, given, None) if target is None else answer_many(call, target)
    return None


def _paths(call: Call, option: str) -> tuple[str, ...]:
    return tuple(path.strip() for path in call.options.get(option, "").split(",") if path.strip())


def _number(call: Call, option: str, default: int) -> int:
    text = call.options.get(option)
    if text is None:
        return default
    if not text.isdecimal():
        raise bad_request(f"The value '{text}' of the query option '{option}' is not a whole number.")
    return int(text)


def _project(resource: Resource, select: tuple[str, ...], expand: tuple[str, ...]) -> Entry:
    heads = {path.partition("/")[0] for path in expand}
    for head in sorted(heads):
        if head not in resource.links and head not in resource.properties and head not in resource.extra:
            raise unknown_column(head)
    shown: dict[str, Any] = {}
    if not select or "*" in select:
        shown.update(resource.properties)
        shown.update({name: Deferred(f"{resource.uri}/{name}") for name in resource.links})
    for path in select:
        head, _, rest = path.partition("/")
        if head == "*":
            continue
        if rest and head not in heads:
            raise unknown_column(path)
        shown[head] = _selected(resource, head)
    for head in heads & set(resource.extra):
        # Clients expand plain properties too, to be shown what is not shown otherwise.
        shown.setdefault(head, resource.extra[head]())
    for head in heads & set(resource.links):
        if not select or "*" in select or head in shown:
            inner_select = _below(select, head)
            shown[head] = _expanded(resource.links[head](), inner_select, _below(expand, head))
    return Entry(shown, resource.type_name, resource.uri, resource.etag)


def _selected(resource: Resource, name: str) -> Any:
    if name in resource.properties:
        return resource.properties[name]
    if name in resource.extra:
        return resource.extra[name]()
    if name in resource.links:
        return Deferred(f"{resource.uri}/{name}")
    raise unknown_column(name)


def _below(paths: tuple[str, ...], head: str) -> tuple[str, ...]:
    return tuple(path.partition("/")[2] for path in paths if path.startswith(f"{head}/"))


def _expanded(target: Resource | Sequence[Resource] | None, select: tuple[str, ...], expand: tuple[str, ...]) -> Any:
    if target is None:
        return None
    if isinstance(target, Resource):
        return _project(target, select, expand)
    entries = [_project(one, select, expand) for one in target]
    return entries or answers.Collection((), "Edm.EntityType")
