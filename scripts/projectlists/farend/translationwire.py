"""Texts per language on the wire, both ways (sharepoint-rest.md §3.4). Pure."""

from __future__ import annotations

from projectlists.farend.batch import Answer, Operation, literal
from projectlists.language import Language
from projectlists.structure.plan import TRANSLATED_TITLE
from projectlists.structure.translations import Place

_CULTURES: dict[Language, str] = {"nl": "nl-NL", "en": "en-US"}


def text_reading(path: str, place: Place, language: Language) -> Operation:
    """The operation that asks for a text; it is a POST that changes nothing. `path` is that of the list."""
    return Operation("POST", f"{_resource(path, place)}/GetValueForUICulture", {"cultureName": _CULTURES[language]})


def text_setting(path: str, place: Place, language: Language, text: str) -> Operation:
    """The operation that sets a text."""
    body = {"cultureName": _CULTURES[language], "value": text}
    return Operation("POST", f"{_resource(path, place)}/SetValueForUICulture", body)


def text_of(answer: Answer) -> str:
    """The text in an answer; raises its error."""
    entity = answer.checked().entity
    return str(entity.get("value", entity.get("GetValueForUICulture")) or "")


def _resource(path: str, place: Place) -> str:
    owner = f"{path}/fields/getbyinternalnameortitle({literal(place.field)})" if place.field else path
    return f"{owner}/{'TitleResource' if place.attribute == TRANSLATED_TITLE else 'DescriptionResource'}"
