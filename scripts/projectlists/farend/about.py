"""What a site is: read in the first request to it, whatever else that asks (sharepoint-rest.md §2.2, §6.5). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from projectlists.farend.batch import Answer, Operation
from projectlists.farend.schemawire import url_name
from projectlists.farend.zones import zone_of
from projectlists.language import LCID, Language, from_lcid

LONG = 4000
"""More rows than this make a list long: near the 5,000 from which on the service refuses questions that pass over too
many of them, or cuts their answers short without saying so (sharepoint-rest.md §6.5)."""
ABOUT = (
    Operation("GET", "web", query={"$select": "Id,Title,Language,IsMultilingual,SupportedUILanguageIds"}),
    Operation("GET", "web/RegionalSettings/TimeZone"),
    Operation("GET", "site", query={"$select": "Id"}),
    Operation(
        "GET",
        "web/lists",
        query={"$select": "RootFolder/ServerRelativeUrl", "$expand": "RootFolder", "$filter": f"ItemCount gt {LONG}"},
    ),
)
"""What is asked for it."""


@dataclass(frozen=True)
class About:
    """What a site is. `id` is that of the site collection, `web` of its web; `zone` says when its days begin.

    `languages` are those of ours that it shows its lists in: its own, and the other one where it is multilingual.
    `long` are the lists with more than LONG rows, by the last part of their address, which is the key of ours.
    """

    id: str
    title: str
    language: Language
    zone: ZoneInfo
    languages: frozenset[Language] = frozenset()
    web: str = ""
    long: frozenset[str] = frozenset()


def about_from(answers: Sequence[Answer]) -> About:
    """What the answers to `ABOUT` say.

    Raises:
        FarEndError: one of them is a refusal.
    """
    web, zone, site, _lists = (answer.checked().entity for answer in answers)
    return About(
        id=str(site.get("Id") or ""),
        title=str(web.get("Title") or ""),
        language=from_lcid(int(web.get("Language") or 0)),
        zone=zone_of(int(zone.get("Id") or 0)),
        languages=_languages(web),
        web=str(web.get("Id") or ""),
        long=frozenset(url_name(entity) for entity in answers[-1].entries),
    )


def _languages(web: Mapping[str, Any]) -> frozenset[Language]:
    """Our languages among those of a site (§2.2); with multilingual off there is only its own."""
    numbers = web.get("SupportedUILanguageIds") if web.get("IsMultilingual") else None
    if isinstance(numbers, Mapping):
        numbers = numbers.get("results")
    known = {lcid: language for language, lcid in LCID.items()}
    return frozenset(known[number] for number in (*(numbers or ()), web.get("Language")) if number in known)
