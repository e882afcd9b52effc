"""The card of a channel in the job: once a day, numbers only, and a channel that fails harms nobody's mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from projectlists.config.model import TeamsChannel
from projectlists.definitions.model import Definitions
from tests.conftest import FarEnd
from tests.reminded import FENNA, TODAY, Project

HOST = "prod-00.westeurope.logic.azure.com"
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def project(far_end: FarEnd, definitions: Definitions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    made = Project(far_end, definitions, alone=True)
    monkeypatch.setenv("CHANNEL_URL", str(far_end.control("GET", "")["webhook"]))
    settings = far_end.config
    channel = TeamsChannel(name="Projectteam", url_variable="CHANNEL_URL")
    far_end.config = settings.model_copy(update={"teams": (channel,)})
    made.add("Actions", Title="Geheime titel", DueDate=date(2026, 11, 26), ActionOwner=made.person(FENNA))
    made.add("Actions", Title="b", DueDate=date(2026, 12, 4), ActionOwner=made.person(FENNA))
    yield made
    far_end.control("DELETE", "faults")
    far_end.config = settings


def cards(project: Project) -> list[str]:
    return [str(entry["card"]) for entry in project.far_end.control("GET", "teams")]


def test_one_card_a_day_with_numbers_and_no_names(project: Project) -> None:
    preview = project.run(dry_run=True)
    assert [(card.channel, card.outcome) for card in preview.cards] == [("Projectteam", "preview")]
    first = project.run()
    assert [(card.channel, card.projects, card.outcome) for card in first.cards] == [("Projectteam", 1, "sent")]
    (card,) = cards(project)
    assert "1 te laat, 1 deze week" in card
    assert not any(word in card for word in ("Geheime", "Fenna", "gemeente.example"))
    assert [card.outcome for card in project.run().cards] == ["already"]
    assert [card.outcome for card in project.run(TOMORROW).cards] == ["sent"]
    assert len(cards(project)) == 2


def test_a_card_of_unknown_outcome_is_not_posted_again_and_a_refused_one_is(project: Project) -> None:
    project.far_end.faults({"host": HOST, "path": "/workflows/", "times": 1, "do": "reset-after"})
    lost = project.run()
    assert (lost.ok, [card.outcome for card in lost.cards]) == (False, ["unknown"])
    assert {one.outcome for one in lost.reminders} == {"sent"}
    assert [card.outcome for card in project.run().cards] == ["unknown"]
    assert len(cards(project)) == 1
    project.far_end.faults({"host": HOST, "path": "/workflows/", "times": 1, "do": "status:404"})
    assert [card.outcome for card in project.run(TOMORROW).cards] == ["failed"]
    assert [card.outcome for card in project.run(TOMORROW).cards] == ["sent"]


def test_a_channel_without_address_fails_by_itself(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHANNEL_URL")
    result = project.run()
    assert [(card.outcome, "CHANNEL_URL" in str(card.reason)) for card in result.cards] == [("failed", True)]
    assert {one.outcome for one in result.reminders} == {"sent"}
