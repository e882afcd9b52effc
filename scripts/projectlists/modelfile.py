"""A document read into a model: every mistake as one plain sentence at its own line.

Knows where in a file it is ("List Actions, column DueDate") and what is wrong there, in words for people who have never
heard of models. A value is quoted unless its key sounds like a secret.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from projectlists.errors import Problem
from projectlists.language import _
from projectlists.yamlfile import Document, Place

Model = TypeVar("Model", bound=BaseModel)
SECRET_WORDS = re.compile(r"secret|password|passphrase|wachtwoord|geheim|token|private_key|api_key", re.IGNORECASE)
_LIMITS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}


class Frozen(BaseModel):
    """What a document may hold: nothing it does not name, and nothing that changes after it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False)


def model_from(
    document: Document, kind: type[Model], *, data: Any = None, forms: Mapping[str, str] | None = None
) -> tuple[Model | None, tuple[tuple[Place, Problem], ...]]:
    """Read a whole document as one model.

    Returns the model, or None with every mistake and its place in the data. `data` stands in for the document's own
    data when only a part of it is to be read; `forms` tells in words what a pattern asks for.
    """
    content = document.data if data is None else data
    if content is None:
        return None, (((), document.problem((), _("The file is empty."))),)
    try:
        return kind.model_validate(content), ()
    except ValidationError as error:
        return None, tuple(_problems(document, error.errors(include_url=False), content, kind, forms or {}))


def where(data: Any, place: Place) -> str:
    """In words which part of a file a place is in: `List Actions, column DueDate`; empty for the file as a whole."""
    parts = []
    named = data.get("key", data.get("extends")) if isinstance(data, dict) else None
    if isinstance(named, str):
        parts.append(_("list {name}").format(name=named))
    inside, container = data, ""
    for depth, step in enumerate(place):
        inside = _inside(inside, step)
        noun = _nouns().get(container)
        is_part = isinstance(step, int) and (depth == 1 or isinstance(inside, dict))
        if noun and (is_part or container == "choice_sets"):
            parts.append(noun.format(name=_name(inside, step)))
        container = str(step)
    sentence = ", ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def at(document: Document, place: Place, sentence: str) -> Problem:
    """A mistake with the words for its place in front of the sentence."""
    context = where(document.data, place)
    return document.problem(place, f"{context}: {sentence}" if context else sentence)


def without(data: Any, places: Iterable[Place]) -> Any:
    """A copy of the data without the parts at these places, so that the rest can still be read."""
    unwanted = frozenset(places)

    def copied(part: Any, place: Place) -> Any:
        if isinstance(part, dict):
            return {key: copied(value, (*place, key)) for key, value in part.items() if (*place, key) not in unwanted}
        if isinstance(part, list):
            kept = (index for index in range(len(part)) if (*place, index) not in unwanted)
            return [copied(part[index], (*place, index)) for index in kept]
        return part

    return copied(data, ())


def _nouns() -> dict[str, str]:
    return {
        "fields": _("column {name}"),
        "common_fields": _("column {name}"),
        "choices": _("choice {name}"),
        "views": _("view {name}"),
        "reminders": _("reminder rule {name}"),
        "steps": _("step {name}"),
        "status_rules": _("status rule {name}"),
        "rows": _("row {name}"),
        "profiles": _("profile {name}"),
        "choice_sets": _("choice set {name}"),
    }


def _name(inside: Any, step: str | int) -> str:
    if isinstance(step, str):
        return step
    if isinstance(inside, dict):
        for key in ("name", "key", "id", "stage"):
            if isinstance(inside.get(key), str):
                return str(inside[key])
    return str(step + 1)


def _inside(data: Any, step: str | int) -> Any:
    if isinstance(data, dict) and isinstance(step, str):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _problems(
    document: Document, errors: list[ErrorDetails], data: Any, kind: type[BaseModel], forms: Mapping[str, str]
) -> Iterator[tuple[Place, Problem]]:
    found: dict[Place, list[ErrorDetails]] = {}
    for error in errors:
        found.setdefault(_place(data, error), []).append(error)
    for place, here in found.items():
        sentence = _sentence(place, here[0], kind, forms) if len(here) == 1 else _one_of_several(place, here)
        yield place, at(document, place, sentence)


def _place(data: Any, error: ErrorDetails) -> Place:
    """The place of a mistake: its location without the names of models and of alternatives."""
    place: list[str | int] = []
    inside = data
    location = error["loc"]
    for index, step in enumerate(location):
        is_there = (isinstance(inside, dict) and step in inside) or (isinstance(inside, list) and isinstance(step, int))
        if is_there:
            inside = _inside(inside, step)
            place.append(step)
        elif error["type"] == "missing" and index == len(location) - 1:
            place.append(step)
    return tuple(place)


def _key(place: Place) -> str:
    return next((str(step) for step in reversed(place) if isinstance(step, str)), _("this file"))


def _value(place: Place, value: Any) -> str:
    if SECRET_WORDS.search(_key(place)):
        return _("the value given")
    shown = " ".join(str(value).split())
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _one_of_several(place: Place, errors: list[ErrorDetails]) -> str:
    sentence = _("{key} must be a word, a number, or true or false; not {value}.")
    return sentence.format(key=_key(place), value=_value(place, errors[0]["input"]))


def _sentence(place: Place, error: ErrorDetails, kind: type[BaseModel], forms: Mapping[str, str]) -> str:
    key, value, context = _key(place), _value(place, error["input"]), error.get("ctx", {})
    problem = error["type"]
    if problem == "extra_forbidden":
        return _unknown(key, kind)
    if problem == "value_error":
        return str(context.get("error", ""))
    if problem == "literal_error":
        choices = ", ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
        return _("{key} cannot be {value}; choose from {choices}.").format(key=key, value=value, choices=choices)
    if problem == "string_pattern_mismatch":
        form = forms.get(str(context.get("pattern")), "")
        return _("{key} cannot be {value}. {form}").format(key=key, value=value, form=form).strip()
    if problem in _LIMITS:
        limit = context.get(_LIMITS[problem])
        return _limit_sentence(problem).format(key=key, limit=limit, value=value)
    return _plain(problem).format(key=key, value=value)


def _limit_sentence(problem: str) -> str:
    return {
        "greater_than": _("{key} must be more than {limit}, not {value}."),
        "greater_than_equal": _("{key} must be {limit} or more, not {value}."),
        "less_than": _("{key} must be less than {limit}, not {value}."),
        "less_than_equal": _("{key} must be {limit} or less, not {value}."),
    }[problem]


def _plain(problem: str) -> str:
    sentences = {
        "missing": _("{key} is missing; add it."),
        "string": _("{key} must be text, not {value}; put text that looks like something else between quotes."),
        "bool": _("{key} must be true or false, not {value}."),
        "int": _("{key} must be a whole number, not {value}."),
        "float": _("{key} must be a number, not {value}."),
        "finite": _("{key} must be a number, not {value}."),
        "date": _("{key} must be a date such as 2026-12-31, not {value}."),
        "tuple": _("{key} must be a list: lines that start with -, or [a, b]."),
        "dict": _("{key} must be a group of keys with values, not {value}."),
        "model": _("{key} must be a group of keys with values, not {value}."),
    }
    return next(
        (sentence for prefix, sentence in sentences.items() if problem.startswith(prefix)),
        _("{key} cannot be {value}."),
    )


def _unknown(key: str, kind: type[BaseModel]) -> str:
    if SECRET_WORDS.search(key):
        return _(
            "{key} does not belong in a file. Use a certificate, or name an environment variable with secret_variable."
        ).format(key=key)
    # Of two or three letters everything looks like everything.
    close = difflib.get_close_matches(key, sorted(_keys_of(kind)), n=1) if len(key) > 3 else []
    if close:
        return _("{key} is not known here; did you mean {other}?").format(key=key, other=close[0])
    return _("{key} is not known here; remove it.").format(key=key)


def _keys_of(kind: type[BaseModel]) -> set[str]:
    """Every key that may stand in such a file, at any depth."""
    schema = kind.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return {key for part in parts for key in part.get("properties", {})}
