"""Checks of views: columns that are there, layouts that have what they need, one default (guide.md §2.0.9)."""

from __future__ import annotations

from collections.abc import Iterator

from projectlists.definitions.checks.conditions import condition_problems
from projectlists.definitions.checks.subject import Subject, double_titles, doubles, too_long
from projectlists.definitions.viewmodel import View
from projectlists.errors import Problem
from projectlists.language import _
from projectlists.yamlfile import Place

MOST_JOINS = 12
"""Person and lookup columns that one view can show (sharepoint-rest.md §4.6)."""
MOST_GROUPS = 2


def view_problems(subject: Subject) -> Iterator[Problem]:
    """Problems with the views of a list, each by itself and all together."""
    views = subject.definition.views
    for position, key in doubles(view.key for view in views):
        yield subject.problem(("views", position, "key"), _("The view {key} appears twice.").format(key=key))
    yield from double_titles(subject, "views", (view.title for view in views))
    yield from _default_problems(subject)
    for position, view in enumerate(views):
        yield from _view_problems(subject, view, ("views", position))


def _default_problems(subject: Subject) -> Iterator[Problem]:
    views = subject.definition.views
    defaults = [position for position, view in enumerate(views) if view.default]
    if not defaults and not subject.definition.adopted and subject.is_whole(("views",)):
        yield subject.problem(("views",), _("No view is the default; give one view default: true."))
    for position in defaults[1:]:
        sentence = _("View {first} is the default already; only one view can be.")
        yield subject.problem(("views", position, "default"), sentence.format(first=views[defaults[0]].key))


def _view_problems(subject: Subject, view: View, place: Place) -> Iterator[Problem]:
    yield from too_long(subject, view.title, (*place, "title"))
    for position, key in enumerate(view.profiles):
        if not subject.surroundings.has_profile(key):
            yield subject.problem((*place, "profiles", position), _("There is no profile {key}.").format(key=key))
    if not view.fields and subject.is_whole((*place, "fields")):
        yield subject.problem((*place, "fields"), _("The view shows no columns; add some."))
    for position, name in enumerate(view.fields):
        yield from subject.column(name, (*place, "fields", position))
    for position, name in doubles(view.fields):
        sentence = _("The view shows column {name} twice.")
        yield subject.problem((*place, "fields", position), sentence.format(name=name))
    joins = sum(subject.type_of(name) in {"User", "Lookup"} for name in view.fields)
    if joins > MOST_JOINS:
        sentence = _("The view shows {count} person and lookup columns; SharePoint takes {limit} at most.")
        yield subject.problem((*place, "fields"), sentence.format(count=joins, limit=MOST_JOINS))
    yield from condition_problems(subject, view.filter, (*place, "filter"), view=True)
    for position, sort in enumerate(view.sort):
        yield from _order_problems(subject, sort.field, (*place, "sort", position, "field"))
    for position, name in enumerate(view.group):
        yield from _order_problems(subject, name, (*place, "group", position))
    if len(view.group) > MOST_GROUPS:
        sentence = _("A view groups by {limit} columns at most.")
        yield subject.problem((*place, "group"), sentence.format(limit=MOST_GROUPS))
    yield from _total_problems(subject, view, place)
    yield from _layout_problems(subject, view, place)


def _total_problems(subject: Subject, view: View, place: Place) -> Iterator[Problem]:
    if view.only_first is not None and view.only_first < 1:
        yield subject.problem((*place, "only_first"), _("only_first is 1 or more rows."))
    if view.totals and view.layout != "list":
        yield subject.problem((*place, "totals"), _("Only a view with layout: list has totals."))
    for name, kind in view.totals.items():
        here = (*place, "totals", name)
        if name not in view.fields:
            yield subject.problem(here, _("The view does not show column {name}.").format(name=name))
        elif kind != "count":
            # Calculated columns have none (guide.md §2.7).
            yield from subject.column(name, here, "Number", "Currency")


def _order_problems(subject: Subject, name: str, place: Place) -> Iterator[Problem]:
    yield from subject.column(name, place)
    if subject.type_of(name) in {"Note", "MultiChoice", "URL"}:
        sentence = _("SharePoint cannot sort or group by column {name}, which is of type {type}.")
        yield subject.problem(place, sentence.format(name=name, type=subject.type_of(name)))


def _layout_problems(subject: Subject, view: View, place: Place) -> Iterator[Problem]:
    if (view.layout == "board") != (view.board is not None):
        sentence = _(
            "A view with layout: board names its choice column with the key board; other views have no such key."
        )
        yield subject.problem(place, sentence)
    if view.board is not None:
        yield from subject.column(view.board, (*place, "board"), "Choice")
    if (view.layout == "calendar") != (view.start is not None):
        sentence = _(
            "A view with layout: calendar names its date column with the key start; other views have no such key."
        )
        yield subject.problem(place, sentence)
    for key, name in (("start", view.start), ("end", view.end)):
        if name is not None:
            yield from subject.column(name, (*place, key), "DateTime")
