"""The summary card: what a workflow takes, below its limit, hostile names as text (identity-mail-teams.md §10.1)."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projectlists.teams.card import LIMIT, ProjectCount, payload

URL = "https://lindervoort.sharepoint.com/sites/marktplein"


def project(name: str = "Marktplein", overdue: int = 1, week: int = 2, changed: int = 0) -> ProjectCount:
    return ProjectCount(name, URL, overdue, week, changed)


def card(body: bytes) -> dict[str, Any]:
    message = json.loads(body)
    assert (message["type"], len(message["attachments"])) == ("message", 1)
    attachment = message["attachments"][0]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    content: dict[str, Any] = attachment["content"]
    assert (content["type"], content["version"]) == ("AdaptiveCard", "1.4")
    return content


def test_a_card_says_numbers_and_links() -> None:
    found = card(payload([project(), project("Brug", 0, 0, 3)], "nl"))
    assert [block["text"] for block in found["body"]] == [
        "Stand van de acties",
        "Marktplein",
        "1 te laat, 2 deze week",
        "Brug",
        "3 vanzelf bijgewerkt",
    ]
    assert found["actions"][0] == {"type": "Action.OpenUrl", "title": "Open Marktplein", "url": URL}
    assert (
        found["fallbackText"] == "Stand van de acties; Marktplein: 1 te laat, 2 deze week; Brug: 3 vanzelf bijgewerkt"
    )
    assert all(block["wrap"] for block in found["body"])


def test_projects_with_most_overdue_come_first_and_what_does_not_fit_is_counted() -> None:
    many = [project(f"Project {number} {'x' * 60}", overdue=number) for number in range(400)]
    body = payload(many, "en")
    assert len(body) < LIMIT
    blocks = card(body)["body"]
    assert blocks[1]["text"].startswith("Project 399 ")
    shown = sum(block["text"].startswith("Project ") for block in blocks)
    assert blocks[-1]["text"] == f"More projects: {400 - shown}."


@given(st.lists(st.text(max_size=300), max_size=40))
def test_any_names_fit_and_stay_text(names: list[str]) -> None:
    body = payload([project(name) for name in names], "nl")
    assert len(body) < LIMIT
    for block in card(body)["body"]:
        assert "\n" not in block["text"]


def test_markdown_in_a_name_makes_no_link() -> None:
    blocks = card(payload([project("[klik](https://kwaad.example)")], "nl"))["body"]
    assert blocks[1]["text"] == r"\[klik\]\(https://kwaad.example\)"
