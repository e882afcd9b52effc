"""The summary card of a channel: numbers and links per project, no names and no titles. Pure.

An Adaptive Card 1.4 in the envelope that a Workflows webhook takes (identity-mail-teams.md §10.1).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from projectlists.language import Language, Text, plain

LIMIT = 20_000
"""Bytes of a payload at most: about 28 KB is refused inside the flow, after it was accepted (§10.1)."""
_NAME = 60

_TITLE = Text(nl="Stand van de acties", en="Where the actions stand")
_OVERDUE = Text(nl="te laat", en="overdue")
_WEEK = Text(nl="deze week", en="this week")
_CHANGED = Text(nl="vanzelf bijgewerkt", en="updated by themselves")
_REST = Text(nl="Nog meer projecten: {count}.", en="More projects: {count}.")
_OPEN = Text(nl="Open {name}", en="Open {name}")


@dataclass(frozen=True)
class ProjectCount:
    """One project in numbers: rows overdue, rows due this ISO week, rows that status rules changed today."""

    name: str
    url: str
    overdue: int
    week: int
    changed: int

    @property
    def is_worth_telling(self) -> bool:
        """Whether there is anything to say of it."""
        return bool(self.overdue or self.week or self.changed)


def payload(projects: Sequence[ProjectCount], language: Language) -> bytes:
    """What is posted: as many projects as fit below the limit, those with most overdue first, and how many are left."""
    ordered = sorted(projects, key=lambda one: (-one.overdue, -one.week, one.name))
    shown = len(ordered)
    while True:
        body = json.dumps(_message(ordered[:shown], len(ordered) - shown, language), ensure_ascii=False).encode()
        if len(body) < LIMIT or not shown:
            return body
        shown -= max(1, shown // 10)


def _message(projects: Sequence[ProjectCount], rest: int, language: Language) -> dict[str, Any]:
    title = _TITLE.in_language(language)
    blocks: list[dict[str, Any]] = [_text(title, weight="Bolder", size="Medium", style="heading")]
    for project in projects:
        blocks.append(_text(_name(project), weight="Bolder", spacing="Medium"))
        blocks.append(_text(_numbers(project, language), spacing="None"))
    if rest:
        blocks.append(_text(_REST.in_language(language).format(count=rest)))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": "; ".join([title, *(f"{_name(one)}: {_numbers(one, language)}" for one in projects[:5])]),
        "lang": language,
        "body": blocks,
        "actions": [
            {"type": "Action.OpenUrl", "title": _OPEN.in_language(language).format(name=_name(one)), "url": one.url}
            for one in projects[:5]
        ],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def _numbers(project: ProjectCount, language: Language) -> str:
    counted = ((project.overdue, _OVERDUE), (project.week, _WEEK), (project.changed, _CHANGED))
    return ", ".join(f"{count} {word.in_language(language)}" for count, word in counted if count)


def _name(project: ProjectCount) -> str:
    return plain(project.name)[:_NAME]


def _text(words: str, **more: str) -> dict[str, Any]:
    # A TextBlock reads Markdown: what people typed must not turn into links or marks.
    escaped = "".join(f"\\{sign}" if sign in "\\`*_[]()#<>!" else sign for sign in words)
    return {"type": "TextBlock", "text": escaped, "wrap": True, **more}
