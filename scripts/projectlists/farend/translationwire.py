"""Texts per language on the wire, both ways (sharepoint-rest.md §3.4). Pure."""

from __future__ import annotations

from projectlists.farend.batch import Answer, Operation, literal
from projectlists.language import Language
from projectlists.structure.plan import TRANSLATED_DESCRIPTION, TRANSLATED_TITLE
from projectlists.structure.translations import Place

_CULTURES: dict[Language, str] = {"nl": "nl-NL", "en": "en-US"}


def texts_reading(path: str, language: Language) -> tuple[Operation, Operation]:
    """The operations that ask for all texts of a list and its columns, as a reader in a language sees them.

    A person whose profile names a language is answered in that one instead; `text_reading` is sure.
    """
    headers = {"Accept-Language": _CULTURES[language]}
    return (
        Operation("GET", path, query={"$select": "Title,Description"}, headers=headers),
        Operation("GET", f"{path}/fields", query={"$select": "InternalName,Title,Description"}, headers=headers),
    )


def texts_of(key: str, listing: Answer, fields: Answer) -> dict[Place, str]:
    """The texts in the answers to `texts_reading` for list `key`; raises their errors."""
    named = [("", listing.checked().entity)]
    named += [(str(entry.get("InternalName") or ""), entry) for entry in fields.checked().entries]
    return {
        Place(key, name, attribute): str(entry.get(column) or "")
        for name, entry in named
        for attribute, column in ((TRANSLATED_TITLE, "Title"), (TRANSLATED_DESCRIPTION, "Description"))
    }


def text_reading(path: str, place: Place, language: Language) -> Operation:
    """The operation that asks for one text; it is a POST that changes nothing. `path` is that of the list."""
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
