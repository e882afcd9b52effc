"""A municipality's own changes to a list that comes with the program: `extends: Actions` and only what differs. Pure.

The changes are laid over the text of the list, so that the whole is read and checked like any other list. Everything in
the outcome keeps the line of the municipality's own file, or, where it comes from the list underneath, the line of
`extends`: what was right before can only be wrong because of this file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import Field as Attribute

from projectlists.definitions.listfile import forms
from projectlists.definitions.model import Choice, ListDefinition, ListWords
from projectlists.definitions.names import InternalName
from projectlists.definitions.uses import uses_of_column
from projectlists.errors import Problem
from projectlists.language import Text, _
from projectlists.modelfile import Frozen, at, model_from
from projectlists.yamlfile import Document, Place

KEY = "extends"
_NAMED_BY = {"fields": "name", "views": "key", "reminders": "id", "status_rules": "id"}
_STEP = re.compile(r"[A-Z][+-]?[0-9]{1,3}")
_FIXED = ("type", "lookup", "result_type", "managed", "unique")
"""What SharePoint cannot change in a column with values, or the program relies on."""


class LeaveOut(Frozen):
    """What a municipality does without, by name."""

    fields: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    reminders: tuple[str, ...] = ()
    status_rules: tuple[str, ...] = ()


class Extension(Frozen):
    """Changes to a list: what is given goes over what is there, by name; what has a new name is added.

    Choices and Excel headings are added to those there are; a choice with a known key gets other labels. In a reminder
    rule `move` shifts steps: `move: {D-7: D-10}`.
    """

    extends: InternalName
    title: Text | None = None
    description: Text | None = None
    words: ListWords | None = None
    search: bool | None = None
    fields: tuple[dict[str, Any], ...] = Attribute(default=(), description="columns, by name")
    views: tuple[dict[str, Any], ...] = Attribute(default=(), description="views, by key")
    reminders: tuple[dict[str, Any], ...] = Attribute(default=(), description="reminder rules, by id")
    status_rules: tuple[dict[str, Any], ...] = Attribute(default=(), description="status rules, by id")
    leave_out: LeaveOut = LeaveOut()


def is_extension(document: Document) -> bool:
    """Whether a file changes a list that is elsewhere."""
    return isinstance(document.data, dict) and KEY in document.data


def extended(
    own: Document, base: Document, definition: ListDefinition | None, choice_sets: Mapping[str, tuple[Choice, ...]]
) -> tuple[Document, tuple[Problem, ...]]:
    """The list with the changes of `own`, as if it stood in that file; and what is wrong with the changes themselves.

    `definition` is the list underneath as read, None where it could not be. What is refused is not carried out, so that
    it is told once.
    """
    _read, mistakes = model_from(own, Extension, forms=forms())
    problems = [problem for _place, problem in mistakes]
    broken = {place[0] for place, _problem in mistakes if len(place) and place[0] not in _NAMED_BY}
    merging = _Merging(own, deepcopy(base.data), definition, choice_sets)
    merging.carry_out({key: value for key, value in own.data.items() if key not in broken})
    return Document(own.name, merging.data, merging.lines), (*problems, *merging.problems)


class _Merging:
    """One list in the making."""

    def __init__(
        self,
        own: Document,
        data: Any,
        definition: ListDefinition | None,
        choice_sets: Mapping[str, tuple[Choice, ...]],
    ) -> None:
        self.own = own
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        self.lines: dict[Place, int] = {(): own.line_of((KEY,))}
        self.problems: list[Problem] = []
        self._definition = definition
        self._choice_sets = choice_sets

    def carry_out(self, changes: Mapping[str, Any]) -> None:
        self._leave_out(changes.get("leave_out"))
        for key in ("title", "description", "words", "search"):
            if changes.get(key) is not None:
                self.data[key] = changes[key]
                self._note((key,), (key,))
        for part in _NAMED_BY:
            for position, change in enumerate(self._places(changes, part)):
                if isinstance(change, dict):
                    self._lay_over(part, change, (part, position))

    def _places(self, changes: Mapping[str, Any], part: str) -> list[Any]:
        found = changes.get(part)
        return found if isinstance(found, list) else []

    def _lay_over(self, part: str, change: Mapping[str, Any], place: Place) -> None:
        items: list[Any] = self.data.setdefault(part, [])
        name = change.get(_NAMED_BY[part])
        found = next((index for index, one in enumerate(items) if _named(one, part) == name), None)
        if found is None:
            items.append(dict(change))
            self._note((part, len(items) - 1), place)
            if part == "views":
                self._one_default(items[-1])
            return
        under, changed = items[found], dict(change)
        if part == "fields" and not self._column_may_change(under, changed, place):
            return
        if part == "reminders":
            self._move_steps(under, changed, place)
        here = (part, found)
        self.lines[here] = self.own.line_of(place)
        for key, value in changed.items():
            if part == "fields" and key == "choices" and isinstance(value, list):
                self._lay_over_choices(under, value, here, (*place, key))
            elif part == "fields" and key == "synonyms" and isinstance(value, list):
                under[key] = [*under.get(key, []), *(one for one in value if one not in under.get(key, []))]
                self._note((*here, key), (*place, key))
            else:
                under[key] = value
                self._note((*here, key), (*place, key))
        if part == "views":
            self._one_default(under)

    def _column_may_change(self, under: Mapping[str, Any], change: Mapping[str, Any], place: Place) -> bool:
        for key in _FIXED:
            if key in change and change[key] != under.get(key, False if key in {"managed", "unique"} else None):
                sentence = _(
                    "{key} of this column is {there} and cannot become {wanted}: the program and the values in the "
                    "column depend on it. Leave {key} out, or add a column with another name."
                )
                there = under.get(key, "false" if key in {"managed", "unique"} else "-")
                self._refuse((*place, key), sentence.format(key=key, there=there, wanted=change[key]))
                return False
        return True

    def _lay_over_choices(self, under: dict[str, Any], choices: list[Any], here: Place, place: Place) -> None:
        """Known keys get their labels, new ones come behind. A shared set is written out first."""
        shared = self._choice_sets.get(str(under.get("choice_set")), ())
        there: list[Any] = list(under.get("choices") or [one.model_dump() for one in shared])
        for position, choice in enumerate(choices):
            key = choice.get("key") if isinstance(choice, dict) else None
            found = next((at for at, one in enumerate(there) if isinstance(one, dict) and one.get("key") == key), None)
            if found is None:
                there.append(choice)
                found = len(there) - 1
            else:
                there[found] = {**there[found], **choice}
            self._note((*here, "choices", found), (*place, position))
        under["choices"] = there

    def _one_default(self, view: dict[str, Any]) -> None:
        """The view that is the default now takes the place of the one that was."""
        if view.get("default") is True:
            for other in self.data["views"]:
                if other is not view and isinstance(other, dict):
                    other.pop("default", None)

    def _move_steps(self, under: dict[str, Any], change: dict[str, Any], place: Place) -> None:
        moves = change.pop("move", None)
        if moves is None:
            return
        steps: list[Any] = deepcopy(under.get("steps") or [])
        for stage, to in moves.items() if isinstance(moves, dict) else ():
            step = next((one for one in steps if isinstance(one, dict) and one.get("stage") == stage), None)
            if step is None:
                known = ", ".join(str(one.get("stage")) for one in steps if isinstance(one, dict))
                sentence = _("This rule has no step {stage}; it has {known}.")
                self._refuse((*place, "move", stage), sentence.format(stage=stage, known=known))
            elif stage == "ESC" or not _STEP.fullmatch(str(to)):
                sentence = _("{stage} cannot move to {to}; write a step such as D-10, D0 or D+3.")
                self._refuse((*place, "move", stage), sentence.format(stage=stage, to=to))
            else:
                step |= {"stage": to, "days": int(str(to)[1:])}
        change.setdefault("steps", steps)
        self._note(("reminders", self._index("reminders", under), "steps"), (*place, "move"))

    def _index(self, part: str, item: Any) -> int:
        return next(index for index, one in enumerate(self.data[part]) if one is item)

    def _leave_out(self, unwanted: Any) -> None:
        for part in _NAMED_BY if isinstance(unwanted, dict) else ():
            names = unwanted.get(part)
            for position, name in enumerate(names if isinstance(names, list) else []):
                there = [_named(one, part) for one in self.data.get(part, [])]
                place = ("leave_out", part, position)
                if name not in there:
                    self._refuse(place, _unknown(str(name), [str(one) for one in there]))
                elif part != "fields" or self._is_free(str(name), unwanted, place):
                    self._remove(part, str(name))

    def _is_free(self, name: str, unwanted: Mapping[str, Any], place: Place) -> bool:
        if self._definition is None:
            return True
        field = self._definition.field(name)
        if field is not None and (field.required or field.managed or name == "Title"):
            sentence = _("Column {name} cannot be left out: the list needs it. Give it another title if you like.")
            self._refuse(place, sentence.format(name=name))
            return False
        gone = {part: frozenset(map(str, unwanted.get(part) or ())) for part in _NAMED_BY}
        uses = tuple(uses_of_column(self._definition, name, gone))
        if uses:
            sentence = _("Column {name} cannot be left out: {uses} would no longer work. Leave that out as well.")
            self._refuse(place, sentence.format(name=name, uses=_(" and ").join(uses)))
        return not uses

    def _remove(self, part: str, name: str) -> None:
        self.data[part] = [one for one in self.data[part] if _named(one, part) != name]
        if part == "fields":
            for view in self.data.get("views", []):
                if isinstance(view, dict) and isinstance(view.get("fields"), list):
                    view["fields"] = [one for one in view["fields"] if one != name]
                    if isinstance(view.get("totals"), dict):
                        view["totals"].pop(name, None)

    def _refuse(self, place: Place, sentence: str) -> None:
        self.problems.append(at(self.own, place, sentence))

    def _note(self, here: Place, place: Place) -> None:
        """All below `here` in the outcome has the lines of what is below `place` in the municipality's file."""
        self.lines[here] = self.own.line_of(place)
        for known, line in self.own.lines.items():
            if known[: len(place)] == place:
                self.lines[(*here, *known[len(place) :])] = line


def _named(item: Any, part: str) -> Any:
    return item.get(_NAMED_BY[part]) if isinstance(item, dict) else None


def _unknown(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return _("There is no {name} here to leave out; did you mean {other}?").format(name=name, other=close[0])
    sentence = _("There is no {name} here to leave out; there are {known}.")
    return sentence.format(name=name, known=", ".join(known))


def unknown_list(own: Document, known: Collection[str]) -> Iterator[Problem]:
    """The problem of changing a list that there is not."""
    name = str(own.data.get(KEY))
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        sentence = _("There is no list {name} to change; did you mean {other}?").format(name=name, other=close[0])
    else:
        sentence = _("There is no list {name} to change; there are {known}.").format(
            name=name, known=", ".join(sorted(known))
        )
    yield own.problem((KEY,), sentence)
