"""One look at one page: the request, the language it is answered in, and links that keep that language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args
from urllib.parse import quote, urlencode

from projectlists.sandbox.http import Request

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Visit:
    """A request for a page. `chosen` is whether the visitor asked for the language by link (`?lang=en`)."""

    request: Request
    language: Language
    chosen: bool

    @cached_property
    def options(self) -> Mapping[str, str]:
        """The query options, decoded."""
        return self.request.options

    def option(self, name: str) -> str:
        """One query option; empty when it was not given."""
        return self.options.get(name, "")

    @property
    def path(self) -> str:
        """The decoded path."""
        return self.request.plain_path

    def link(self, path: str, options: Mapping[str, object] | None = None, *, anchor: str = "") -> str:
        """A local address from a decoded path; empty options are left out, a chosen language goes along."""
        kept = {name: value for name, value in (options or {}).items() if value not in {None, ""}}
        if self.chosen:
            kept.setdefault("lang", self.language)
        query = f"?{urlencode(kept)}" if kept else ""
        return quote(path, safe="/@:,()'") + query + (f"#{anchor}" if anchor else "")

    def with_options(self, **changes: object) -> str:
        """This page with some options replaced; None takes one out."""
        return self.link(self.path, {**self.options, **changes})


def of(request: Request) -> Visit:
    """The visit a request makes: `?lang=` decides the language, then Accept-Language, then Dutch."""
    asked = request.options.get("lang")
    chosen = next((language for language in LANGUAGES if language == asked), None)
    return Visit(request, chosen or accepted(request.headers.get("Accept-Language")), chosen is not None)


def accepted(header: str) -> Language:
    """The first of our languages by the weights of an Accept-Language header; Dutch when there is none of ours."""
    weighed: list[tuple[float, Language]] = []
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        language = next((one for one in LANGUAGES if one == tag.partition("-")[0].lower()), None)
        if language is not None:
            weighed.append((_weight(parameters), language))
    wanted = [entry for entry in weighed if entry[0] > 0]
    return max(wanted, key=lambda entry: entry[0])[1] if wanted else "nl"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
