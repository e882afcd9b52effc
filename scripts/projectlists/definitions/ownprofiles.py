"""A municipality's own profiles: new ones, and `extends: project` with only what differs. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import Field as Attribute

from projectlists.definitions.model import OtherChoices, Without
from projectlists.definitions.names import InternalName, ProfileKey
from projectlists.errors import Problem
from projectlists.language import Text, _
from projectlists.modelfile import Frozen, at
from projectlists.yamlfile import Document

KEY = "extends"


class ProfileChange(Frozen):
    """A profile that starts from another one, or changes the one of the same key. What is given takes its place."""

    key: ProfileKey
    extends: ProfileKey
    add: tuple[InternalName, ...] = Attribute(default=(), description="more lists that a site gets at once")
    leave_out: tuple[InternalName, ...] = Attribute(default=(), description="lists that are not offered any more")
    title: Text | None = None
    escalation_role: str | None = None
    deadline_days: tuple[int, ...] | None = None
    review_days: int | None = None
    titles: dict[str, Text] = Attribute(default={})
    choice_sets: dict[str, OtherChoices] = Attribute(default={})
    without: dict[str, Without] = Attribute(default={})


def written_out(own: Document, known: Mapping[str, Any]) -> tuple[Document, dict[str, Any], tuple[Problem, ...]]:
    """A `profiles.yaml` with its extending profiles in full; all profiles by key as data; and what is wrong.

    `known` are the profiles of earlier files, as data.
    """
    entries = own.data.get("profiles") if isinstance(own.data, dict) else None
    if not isinstance(entries, list):
        return own, dict(known), ()
    all_known, problems, full = dict(known), [], []
    lines = dict(own.lines)
    for position, entry in enumerate(entries):
        whole = entry
        if isinstance(entry, dict) and KEY in entry:
            place = ("profiles", position)
            base = all_known.get(str(entry[KEY]))
            if base is None:
                problems.append(at(own, (*place, KEY), _unknown(str(entry[KEY]), list(all_known))))
            whole = _merged(base or {"title": {"nl": "-", "en": "-"}, "lists": []}, entry)
            for index, name in enumerate(_names(entry, "add")):
                lines[*place, "lists", whole["lists"].index(name)] = own.line_of((*place, "add", index))
            for index, name in enumerate(_names(entry, "leave_out")):
                if base is not None and name not in _names(base, "lists") + _names(base, "optional"):
                    sentence = _("Profile {profile} has no list {key} to leave out.")
                    message = sentence.format(profile=entry[KEY], key=name)
                    problems.append(at(own, (*place, "leave_out", index), message))
        full.append(whole)
        if isinstance(whole, dict) and "key" in whole:
            all_known[str(whole["key"])] = whole
    return Document(own.name, {**own.data, "profiles": full}, lines), all_known, tuple(problems)


def _merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    added, gone = _names(change, "add"), _names(change, "leave_out")
    whole = {**base, **{key: value for key, value in change.items() if key not in {KEY, "add", "leave_out"}}}
    for key in ("titles", "choice_sets", "without"):
        if isinstance(change.get(key), dict):
            there = base.get(key)
            whole[key] = {**(there if isinstance(there, dict) else {}), **change[key]}
    if base.get("key", change.get("key")) != change.get("key"):
        whole["origins"] = [*_names(base, "origins"), base["key"]]
    kept = [name for name in _names(whole, "lists") if name not in gone]
    whole["lists"] = list(dict.fromkeys([*kept, *added]))
    whole["optional"] = [name for name in _names(whole, "optional") if name not in {*gone, *added}]
    return whole


def _names(entry: Mapping[str, Any], key: str) -> list[str]:
    found = entry.get(key)
    return [str(name) for name in found] if isinstance(found, list) else []


def _unknown(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return _("There is no profile {name} to start from; did you mean {other}?").format(name=name, other=close[0])
    sentence = _("There is no profile {name} to start from; there are {known}.")
    return sentence.format(name=name, known=", ".join(known))
