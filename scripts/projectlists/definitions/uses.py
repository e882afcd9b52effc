"""What of a list needs one of its columns, in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from projectlists.definitions.condition import fields_of
from projectlists.definitions.model import ListDefinition
from projectlists.language import _

_ROLES = ("owner", "external_owner", "due", "due_time", "progress", "review")


def uses_of_column(definition: ListDefinition, name: str, gone: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Everything that no longer works without this column, apart from the parts that are `gone` too.

    `gone` holds names by part: fields, views, reminders, status_rules. That a view only shows the column is no need.
    """
    status = definition.status.field if definition.status else None
    if name in {status, *(getattr(definition, role) for role in _ROLES), *fields_of(definition.due_when)}:
        yield _("the list itself")
    for view in definition.views:
        if name in view.needs and name not in view.totals and view.key not in gone["views"]:
            yield _("view {name}").format(name=view.key)
    for reminder in definition.reminders:
        if name in reminder.needs and reminder.id not in gone["reminders"]:
            yield _("reminder rule {name}").format(name=reminder.id)
    for rule in definition.status_rules:
        if name in rule.needs and rule.id not in gone["status_rules"]:
            yield _("status rule {name}").format(name=rule.id)
    for field in definition.fields:
        named = {*re.findall(r"\[(\w+)\]", field.formula or ""), field.whole}
        if name in named and field.name not in gone["fields"] and field.name != name:
            yield _("column {name}").format(name=field.name)
    if f"[{name}]" in (definition.validation or ""):
        yield _("the check of the list")
