"""What a site needs to become what is declared: compared, put in order, limited, fingerprinted. Pure.

Only what a definition states is compared. What people added is reported and left alone; nothing is ever deleted
(architecture.md decisions 3 and 4).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from projectlists.language import _
from projectlists.structure import caml
from projectlists.structure.migration import ChoicesBetween, belongs_to_others, choices_between, readable
from projectlists.structure.shapes import FieldShape, ListShape, RowShape, SiteShape, ViewShape

Verb = Literal["create", "update", "report", "refuse"]
Kind = Literal["list", "field", "view", "permission", "navigation", "tab", "row"]
Plain: TypeAlias = str | int | float | bool | tuple[str, ...] | None

MOST_COLUMNS_TOUCHED = 20
"""A plan that changes more existing columns than this needs `--force`."""

LIST_ATTRIBUTES = (
    "title",
    "description",
    "versioning",
    "version_limit",
    "minor_versions",
    "attachments",
    "folders",
    "no_crawl",
    "hidden",
    "validation",
    "validation_message",
)
FIELD_ATTRIBUTES = (
    "title",
    "description",
    "required",
    "indexed",
    "unique",
    "default",
    "minimum",
    "maximum",
    "maximum_length",
    "decimals",
    "date_only",
    "formula",
    "validation",
    "validation_message",
    "in_forms",
    "formatter",
)
VIEW_ATTRIBUTES = ("title", "fields", "query", "row_limit", "paged", "default", "layout", "data", "totals")
TRANSLATED_TITLE, TRANSLATED_DESCRIPTION = "translated_title", "translated_description"
TRANSLATED = frozenset({TRANSLATED_TITLE, TRANSLATED_DESCRIPTION})
LABELS = "labels"
"""The attribute of a change that gives rows the new labels of choices: it alone touches what people entered."""
_IMMUTABLE = ("type", "lookup", "result_type")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AROUND = frozenset({"permission", "navigation", "tab"})
"""What stands around a list: when it is refused, the list itself is made all the same."""


@dataclass(frozen=True)
class Change:
    """One difference. `attribute` is None when it is about the whole thing.

    `name` is a field's internal name, a view's title, a list's or row's key (contract.md §3). `key` finds the thing
    again when its title changes: a view's file name. `reason` says for people why something is refused or reported.
    `rows` is how many rows it rewrites, where it does; people go on working, so that makes two changes no different.
    """

    verb: Verb
    kind: Kind
    list: str
    name: str
    attribute: str | None = None
    before: Plain = None
    after: Plain = None
    key: str = ""
    reason: str = ""
    rows: int | None = field(default=None, compare=False)

    @property
    def works(self) -> bool:
        """Whether it is something to do."""
        return self.verb in {"create", "update"}

    def as_json(self) -> dict[str, Any]:
        """As in a JSON result."""
        plain = {
            "verb": self.verb,
            "kind": self.kind,
            "list": self.list,
            "name": self.name,
            "attribute": self.attribute,
            "from": _json(self.before),
            "to": _json(self.after),
        }
        more = {"reason": self.reason} if self.reason else {}
        return plain | more | ({} if self.rows is None else {"rows": self.rows})


def _json(value: Plain) -> Any:
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Plan:
    """All changes of a site, in the order in which they are shown and made."""

    changes: tuple[Change, ...] = ()

    @property
    def work(self) -> tuple[Change, ...]:
        """What there is to do, without the lists that something is refused for."""
        refused = self.refused_lists
        return tuple(change for change in self.changes if change.works and change.list not in refused)

    @property
    def only_around(self) -> bool:
        """Whether the lists themselves are done, and what is left stands around them."""
        return all(change.kind in _AROUND for change in self.work)

    @property
    def refusals(self) -> tuple[Change, ...]:
        """What cannot be done."""
        return tuple(change for change in self.changes if change.verb == "refuse")

    @property
    def refused_lists(self) -> frozenset[str]:
        """Lists that are left alone because of a refusal."""
        return frozenset(change.list for change in self.refusals if change.kind not in _AROUND)

    @property
    def settled(self) -> bool:
        """Whether the site is as declared: nothing to do and nothing refused."""
        return not any(change.works or change.verb == "refuse" for change in self.changes)

    @property
    def columns_touched(self) -> int:
        """How many existing columns it changes."""
        return len({(change.list, change.name) for change in self.work if _touches_column(change)})

    @property
    def too_large(self) -> bool:
        """Whether it changes so many existing columns that a person must insist."""
        return self.columns_touched > MOST_COLUMNS_TOUCHED

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that stand for exactly these changes."""
        # Without reasons, which come in the language of whoever looks, and counts of rows, which change by the hour.
        plain = [replace(change, reason="", rows=None).as_json() for change in self.changes]
        text = json.dumps(plain, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _touches_column(change: Change) -> bool:
    existing = change.kind == "field" and change.verb == "update" and change.before is not None
    return existing and change.attribute not in TRANSLATED  # a text in another language is no risk to what is there


def compare(wanted: Sequence[ListShape], found: SiteShape, others: Iterable[Change] = ()) -> Plan:
    """The plan that makes `found` into `wanted`; `others` are changes around the lists, shown with theirs."""
    changes: list[Change] = []
    around = list(others)
    for shape in wanted:
        changes += _of_list(shape, found)
        changes += [change for change in around if change.list == shape.key]
    ours = {shape.key for shape in wanted}
    changes += [
        Change(
            "report",
            "list",
            key,
            key,
            before=title,
            reason=_("This list does not belong to the profile: left as it is."),
        )
        for key, title in sorted({**{key: shape.title for key, shape in found.lists.items()}, **found.others}.items())
        if key not in ours
    ]
    return Plan((*changes, *(change for change in around if change.list not in ours)))


def _of_list(wanted: ListShape, found: SiteShape) -> Iterator[Change]:
    there = found.lists.get(wanted.key)
    if there is None:
        yield from _conflicting_titles(wanted, found, (wanted.title, wanted.key))
        yield Change("create", "list", wanted.key, wanted.key, after=wanted.title)
        yield from (_new_field(wanted.key, shape) for shape in wanted.fields if not shape.retired)
        yield from (_new_view(wanted.key, shape) for shape in wanted.views)
        yield from _of_rows(wanted, ())
        return
    if there.template != wanted.template:
        yield Change(
            "refuse",
            "list",
            wanted.key,
            wanted.key,
            "template",
            there.template,
            wanted.template,
            reason=_(
                "Something else is at the address of list {list}: {title}. Give it another address or remove it, then "
                "run again."
            ).format(list=wanted.key, title=there.title),
        )
        return
    if belongs_to_others(wanted, there):
        yield _foreign(wanted, there)
        return
    there = readable(wanted, there)
    if there.title != wanted.title:
        yield from _conflicting_titles(wanted, found, (wanted.title,))
    if (there.version_limit or 0) > (wanted.version_limit or 0):
        wanted = replace(wanted, version_limit=None)
    yield from _updates(Change("update", "list", wanted.key, wanted.key), wanted, there, LIST_ATTRIBUTES)
    yield from _of_fields(wanted, there)
    yield from _of_views(wanted, there)
    yield from _of_rows(wanted, there.rows)


def _of_rows(wanted: ListShape, there: Sequence[RowShape] | None) -> Iterator[Change]:
    """The rows to start with that a new list lacks still. Where people put rows of their own, they have started."""
    ours = {row.key for row in wanted.rows or ()}
    found = {row.key for row in there or ()}
    if there is not None and found <= ours:
        for row in wanted.rows or ():
            if row.key not in found:
                yield Change("create", "row", wanted.key, row.key, after=row.title)


def _foreign(wanted: ListShape, there: ListShape) -> Change:
    columns = tuple(shape.title for shape in there.fields if not shape.built_in)
    reason = _(
        "At the address of list {list} is a list that somebody else made: {title}. It is left as it is. Copy it to a "
        "list with another name and remove it, or leave {list} out of the profile. Then run again."
    ).format(list=wanted.key, title=there.title)
    return Change("refuse", "list", wanted.key, wanted.key, "fields", columns, reason=reason)


def _conflicting_titles(wanted: ListShape, found: SiteShape, titles: Iterable[str]) -> Iterator[Change]:
    taken = {shape.title.casefold(): key for key, shape in found.lists.items() if key != wanted.key}
    taken |= {title.casefold(): key for key, title in found.others.items()}
    for title in titles:
        other = taken.get(title.casefold())
        if other is not None:
            yield Change(
                "refuse",
                "list",
                wanted.key,
                wanted.key,
                "title",
                None,
                title,
                reason=_(
                    "Another list ({other}) already has the title {title}. Rename that list, then run again."
                ).format(other=other, title=title),
            )
            return


def _of_fields(wanted: ListShape, there: ListShape) -> Iterator[Change]:
    for shape in wanted.fields:
        found = there.field(shape.name)
        if found is not None:
            yield from _of_field(wanted.key, shape, found)
        elif not shape.retired:
            yield _new_field(wanted.key, shape)
    ours = {shape.name for shape in wanted.fields}
    for found in there.fields:
        if found.name not in ours and not found.built_in:
            yield Change("report", "field", wanted.key, found.name, before=found.title, reason=_added())


def _of_field(key: str, wanted: FieldShape, found: FieldShape) -> Iterator[Change]:
    for attribute in _IMMUTABLE:
        before, after = getattr(found, attribute), getattr(wanted, attribute)
        if after and before != after:
            reason = (
                _lost_target(key, wanted)
                if attribute == "lookup" and _is_id(str(before))
                else _(
                    "Column {field} of list {list} is of another kind: {before} instead of {after}. SharePoint cannot "
                    "change that and keep the values. Do it in two steps: first give the new column another name in "
                    "the definition, keep this one beside it, and run again; then, when the values are in the new "
                    "column, give the old one retired: true."
                ).format(field=wanted.name, list=key, before=before, after=after)
            )
            yield Change("refuse", "field", key, wanted.name, attribute, before, after, reason=reason)
            return
    if not wanted.title:
        wanted = replace(wanted, title=found.title)  # a built-in column of which only the index is ours
    yield from _updates(Change("update", "field", key, wanted.name), wanted, found, FIELD_ATTRIBUTES)
    yield from _of_choices(key, wanted, choices_between(wanted, found))


def _of_choices(key: str, wanted: FieldShape, between: ChoicesBetween) -> Iterator[Change]:
    if between.differ:
        yield Change("update", "field", key, wanted.name, "choices", between.before, between.after)
    if between.relabelled:
        earlier, present = zip(*between.relabelled, strict=True)
        yield Change("update", "field", key, wanted.name, LABELS, tuple(earlier), tuple(present))
    if between.added:
        yield Change("report", "field", key, wanted.name, "choices", before=between.added, reason=_added())


def _lost_target(key: str, wanted: FieldShape) -> str:
    """A column that looks up a list by an id that no list here has: that list was deleted (§4.5)."""
    return _(
        "Column {field} of list {list} still looks up an earlier list {target}, which was deleted. Restore that list "
        "from the recycle bin of the site, and run again; a new list {target} must make way for it first. If it cannot "
        "be restored: export the rows of {list}, delete column {field}, run again, and fill it in anew."
    ).format(field=wanted.name, list=key, target=wanted.lookup)


def _is_id(text: str) -> bool:
    return bool(_ID.fullmatch(text))


def _of_views(wanted: ListShape, there: ListShape) -> Iterator[Change]:
    for shape in wanted.views:
        found = there.view(shape.key)
        if found is None:
            yield _new_view(wanted.key, shape)
            continue
        if found.layout is None:  # the service does not tell the layout, so it is not compared
            found = replace(found, layout=shape.layout)
        if caml.same(found.query, shape.query):
            found = replace(found, query=shape.query)
        yield from _updates(
            Change("update", "view", wanted.key, shape.title, key=shape.key), shape, found, VIEW_ATTRIBUTES
        )
    ours = {shape.key.casefold() for shape in wanted.views} | {"allitems"}
    for found in there.views:
        if found.key.casefold() not in ours:
            yield Change("report", "view", wanted.key, found.title, before=found.title, key=found.key, reason=_added())


def _updates(change: Change, wanted: object, found: object, attributes: Iterable[str]) -> Iterator[Change]:
    for attribute in attributes:
        before, after = getattr(found, attribute), getattr(wanted, attribute)
        if after is not None and before != after:
            yield replace(change, attribute=attribute, before=before, after=after)


def _new_field(key: str, shape: FieldShape) -> Change:
    verb: Verb = "update" if shape.built_in else "create"
    attribute = "indexed" if shape.built_in and not shape.title else "title" if shape.built_in else None
    return Change(verb, "field", key, shape.name, attribute, after=shape.title or True)


def _new_view(key: str, shape: ViewShape) -> Change:
    return Change("create", "view", key, shape.title, after=shape.title, key=shape.key)


def _added() -> str:
    return _("Added by people: left as it is.")


def as_settings(wanted: Mapping[str, Plain], found: Mapping[str, Plain] | None, key: str) -> tuple[Change, ...]:
    """The changes of the settings row, which lies in list `key`."""
    if found is None:
        return (Change("create", "row", key, "settings", after=json.dumps(wanted, ensure_ascii=False)),)
    return tuple(
        Change("update", "row", key, "settings", name, found.get(name), value)
        for name, value in wanted.items()
        if found.get(name) != value
    )
