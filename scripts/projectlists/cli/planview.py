"""A plan as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import cast

from projectlists.definitions.model import Definitions
from projectlists.language import _, current
from projectlists.provisioning.job import SiteResult
from projectlists.structure import settings
from projectlists.structure.permissions import OWN
from projectlists.structure.plan import LABELS, Change, Plan

SIGNS = {"create": "+", "update": "~", "report": "i", "refuse": "!"}
LONGEST_VALUE = 60
UNREADABLE = frozenset({"formatter", "query", "data", "totals"})
"""Attributes whose values are code: that they differ is all a person wants to know."""


def lines_of(result: SiteResult, definitions: Definitions, *, every_change: bool) -> Iterator[str]:
    """One site's plan: what is new, what differs, what people added, what is refused.

    Lists and columns have their title in the reader's language, with the name for files and commands behind it.
    """
    yield result.site
    if result.failure is not None and not result.plan.changes:
        yield f"  ! {result.error}"
        return
    for key, changes in groupby(_each_refusal_once(result.plan.changes), key=lambda change: change.list):
        title = definitions.title_of(key)
        yield f"  {key}" if title == key else f"  {title} ({key})"
        yield from (f"    {line}" for line in _of_list(list(changes), definitions, every_change=every_change))
    yield f"  {summary(result.plan)}"
    if any(change.verb == "report" for change in result.plan.changes):
        yield "  " + _("What people added can become part of the definitions: plan SITE --adopt FILE --list LIST.")


def _each_refusal_once(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes without refusals for a reason that was given before: tabs are refused for all lists at once."""
    said: set[str] = set()
    for change in changes:
        if change.verb != "refuse" or change.reason not in said:
            yield change
        said |= {change.reason} if change.verb == "refuse" else set()


def summary(plan: Plan) -> str:
    """The plan in one sentence."""
    if plan.settled:
        return _("Nothing to do: the site is as it should be.")
    count = {verb: sum(change.verb == verb for change in plan.changes) for verb in SIGNS}
    return _(
        "{create} new, {update} different, {report} added by people, {refuse} refused. Fingerprint {fingerprint}."
    ).format(**count, fingerprint=plan.fingerprint)


def _of_list(changes: Sequence[Change], definitions: Definitions, *, every_change: bool) -> Iterator[str]:
    made = next((change for change in changes if change.verb == "create" and change.kind == "list"), None)
    if made is not None and not every_change:
        columns = len({change.name for change in changes if change.kind == "field"})
        views = sum(change.kind == "view" for change in changes)
        yield _("+ new list {title} (columns: {columns}, views: {views})").format(
            title=made.after, columns=columns, views=views
        )
        rows = sum(change.kind == "row" and not is_settings(change) for change in changes)
        if rows:
            yield _("+ rows to start with: {count}").format(count=rows)
        changes = [change for change in changes if is_settings(change) or change.reason or change.attribute == OWN]
    yield from _each(changes, definitions)


def is_settings(change: Change) -> bool:
    """Whether a change is about the row with the settings of the site."""
    return change.kind == "row" and change.list == settings.LIST


def _each(changes: Iterable[Change], definitions: Definitions) -> Iterator[str]:
    for change in changes:
        line = f"{SIGNS[change.verb]} {thing_in_words(change, definitions)}"
        if change.attribute == LABELS:
            line += ": " + _relabelled(change)
        elif change.attribute:
            line += ": " + attributes_in_words().get(change.attribute, change.attribute)
            if change.attribute not in UNREADABLE:
                line += f" {_shown(change, change.before)} → {_shown(change, change.after)}"
        elif change.kind == "permission":
            line += f": {_shown(change, change.after or change.before)}"
        elif change.verb == "create" and not is_settings(change) and says_more(change, definitions):
            line += f" ({_shown(change, change.after)})"
        yield f"{line}. {change.reason}" if change.reason else line


def thing_in_words(change: Change, definitions: Definitions) -> str:
    """What a change is about: `column Deadline (DueDate)`."""
    kinds = {
        "list": _("list"),
        "field": _("column"),
        "view": _("view"),
        "permission": _("permission"),
        "navigation": _("link on the site"),
        "tab": _("tab"),
        "row": _("row"),
    }
    # The name and value of the settings row are for the program.
    return _("settings of this site") if is_settings(change) else f"{kinds[change.kind]} {_name(change, definitions)}"


def says_more(change: Change, definitions: Definitions) -> bool:
    """Whether what a change makes says something that its name does not say yet."""
    return change.after not in (None, True, change.name, _title(change, definitions))


def _name(change: Change, definitions: Definitions) -> str:
    groups = _groups()
    if change.kind == "permission" and change.name in groups:
        return groups[change.name]
    title = _title(change, definitions) or change.name
    return f"{title} ({change.name})" if change.kind == "field" and title != change.name else title


def _title(change: Change, definitions: Definitions) -> str:
    """The title of the column or the list that a change is about; empty for what is called by its name alone."""
    listed = definitions.lists.get(change.list)
    if listed is None:
        return ""
    if change.kind == "field":
        field = listed.field(change.name)
        return field.title.in_language(current()) if field else ""
    return listed.title.in_language(current()) if change.name == change.list else ""


def shown_in_words(change: Change, value: object) -> str:
    """The value of a change for people, in full: a permission as what a group may do."""
    if change.kind != "permission" or isinstance(value, bool) or not value:
        return value_in_words(value)
    roles = value if isinstance(value, tuple) else (value,)
    return ", ".join(_roles().get(str(role), str(role)) for role in roles)


def _groups() -> dict[str, str]:
    """The groups of a site that permissions name."""
    return {"owners": _("owners"), "members": _("members"), "visitors": _("visitors"), "core_team": _("core team")}


def _roles() -> dict[str, str]:
    """What a group may do, as people say it."""
    return {
        "read": _("read"),
        "contribute": _("change rows"),
        "edit": _("change rows and columns"),
        "design": _("change rows, columns and pages"),
        "full_control": _("everything"),
        "other": _("a role made by people"),
    }


def _relabelled(change: Change) -> str:
    labels = zip(cast("tuple[str, ...]", change.before), cast("tuple[str, ...]", change.after), strict=True)
    pairs = ", ".join(f"{earlier} → {present}" for earlier, present in labels)
    return _("rows that get a new label: {rows} ({pairs})").format(rows=change.rows, pairs=pairs)


def attributes_in_words() -> dict[str, str]:
    """The attributes of lists, columns, views and settings in words; the others are the same word in a file."""
    return {
        "title": _("title"),
        "description": _("description"),
        "template": _("kind of list"),
        "versioning": _("version history"),
        "version_limit": _("versions kept"),
        "minor_versions": _("draft versions"),
        "attachments": _("attachments"),
        "folders": _("folders"),
        "no_crawl": _("left out of search"),
        "hidden": _("hidden"),
        "type": _("type"),
        "lookup": _("list looked up"),
        "result_type": _("type of the result"),
        "required": _("required"),
        "indexed": _("index"),
        "unique": _("each value once"),
        "choices": _("choices"),
        "default": _("default"),
        "minimum": _("minimum"),
        "maximum": _("maximum"),
        "maximum_length": _("longest text"),
        "decimals": _("decimals"),
        "date_only": _("date without time"),
        "formula": _("formula"),
        "validation": _("check"),
        "validation_message": _("text of the check"),
        "in_forms": _("shown in forms"),
        "formatter": _("colours and icons"),
        "fields": _("columns"),
        "query": _("filter and order"),
        "row_limit": _("rows per page"),
        "layout": _("layout"),
        "data": _("settings of the layout"),
        "translated_title": _("title in the other language"),
        "translated_description": _("description in the other language"),
        "own": _("permissions of its own"),
        "role": _("may"),
        "position": _("comes after"),
        "profile": _("profile"),
        "lists": _("extra lists"),
        "filled": _("lists with the rows they start with"),
        "paged": _("more pages"),
        "totals": _("totals"),
        "language": _("language"),
    }


def value_in_words(value: object) -> str:
    """A value for people, in full."""
    if value is None or value in {"", ()}:
        return _("(none)")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _shown(change: Change, value: object) -> str:
    text = shown_in_words(change, value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
