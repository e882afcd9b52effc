"""One channel's workflow: where its address comes from, what is posted once, and what never says the address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from projectlists.config.model import TeamsChannel
from projectlists.errors import UsageError
from projectlists.farend.network import Session
from projectlists.teams.card import ProjectCount, payload
from projectlists.teams.webhook import Webhook, address_of
from tests.conftest import FarEnd

CHANNEL = TeamsChannel(name="Projectteam", url_variable="CHANNEL_URL")
HOST = "prod-00.westeurope.logic.azure.com"
WORKFLOW = f"https://{HOST}:443/workflows/0/triggers/manual/paths/invoke?sig=geheim"
CARD = payload([ProjectCount("Marktplein", "https://x.example/sites/m", 1, 0, 0)], "nl")


@pytest.fixture
def address(far_end: FarEnd) -> Iterator[str]:
    yield str(far_end.control("GET", "")["webhook"])
    far_end.control("DELETE", "faults")


def webhook(far_end: FarEnd, address: str, waited: list[float]) -> Webhook:
    return Webhook(Session(far_end.config.network), "Projectteam", address, sleep=waited.append)


def posts(far_end: FarEnd) -> list[int]:
    return [entry["status"] for entry in far_end.log(host="logic.azure.com")]


def test_a_card_is_posted(far_end: FarEnd, address: str) -> None:
    assert webhook(far_end, address, []).post(CARD).outcome == "accepted"
    (posted,) = far_end.control("GET", "teams")
    assert posted["card"]["body"][1]["text"] == "Marktplein"


@pytest.mark.parametrize(
    ("do", "times", "outcome", "calls", "cards"),
    [
        ("status:429", 1, "accepted", 2, 1),
        ("status:429", 9, "refused", 3, 0),
        ("status:404", 1, "refused", 1, 0),
        ("status:401", 1, "refused", 1, 0),
        ("status:503", 1, "unknown", 1, 0),
        ("status:504-after", 1, "unknown", 1, 1),
        ("reset-after", 1, "unknown", 1, 1),
    ],
)
def test_only_what_was_certainly_not_done_is_posted_again(
    far_end: FarEnd, address: str, *, do: str, times: int, outcome: str, calls: int, cards: int
) -> None:
    far_end.faults({"host": HOST, "path": "/workflows/", "times": times, "do": do})
    waited: list[float] = []
    posting = webhook(far_end, address, waited).post(CARD)
    assert posting.outcome == outcome
    assert (len(posts(far_end)), len(far_end.control("GET", "teams"))) == (calls, cards)
    assert all(wait >= 1 for wait in waited)


def test_the_address_is_a_secret(far_end: FarEnd, address: str, caplog: pytest.LogCaptureFixture) -> None:
    secret = address.rpartition("sig=")[2]
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="urllib3")  # which the command line silences, in this process too
    for do in ("status:400", "status:503", "reset-before"):
        far_end.faults({"host": HOST, "path": "/workflows/", "times": 9, "do": do})
        posting = webhook(far_end, address, []).post(CARD)
        assert secret not in f"{posting.error} {posting.error.detail if posting.error else ''}"
    # The sandbox runs in this process, and its server has a log of its own.
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert any("/workflows/" in line for line in said)
    assert not any(secret in line for line in said)


def test_an_address_comes_from_a_variable_or_a_file(tmp_path: Path) -> None:
    assert address_of(CHANNEL, tmp_path, {"CHANNEL_URL": f" {WORKFLOW}\n"}) == WORKFLOW
    (tmp_path / "kanaal.txt").write_text(f"{WORKFLOW}\n", "utf-8")
    from_file = TeamsChannel(name="x", url_file=Path("kanaal.txt"))
    assert address_of(from_file, tmp_path, {}) == WORKFLOW


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "CHANNEL_URL"),
        ("https://lindervoort.webhook.office.com/webhookb2/geheim", "retired"),
        ("https://kwaad.example/geheim", "logic.azure.com"),
        ("http://prod-00.westeurope.logic.azure.com/geheim", "logic.azure.com"),
        ("https://evil-logic.azure.com.example/geheim", "logic.azure.com"),
        ("https://[geheim", "logic.azure.com"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_with_the_way_out(tmp_path: Path, address: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        address_of(CHANNEL, tmp_path, {"CHANNEL_URL": address})
    assert said in str(refused.value)
    assert "geheim" not in str(refused.value)
