"""The address of a Teams workflow: looked at, never shown, never posted to."""

from __future__ import annotations

from pathlib import Path

import pytest

from projectlists.config.model import Config, Identity, TeamsChannel
from projectlists.doctor.channels import channels

NEW = "https://x1.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1/paths/invoke?sig=s3cret"
OLD = "https://prod-12.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=s3cret"


def config(*names: str) -> Config:
    return Config(
        folder=Path(),
        tenant="contoso.nl",
        sharepoint="https://contoso.sharepoint.com",
        identity=Identity(),
        teams=tuple(TeamsChannel(name=name, url_variable=name.upper()) for name in names),
    )


# identity-mail-teams.md §10.1: both shapes of today, and the connector that is retired.
@pytest.mark.parametrize(
    ("address", "outcome", "part"),
    [
        (NEW, "ok", "looks right"),
        (OLD, "ok", "looks right"),
        ("https://contoso.webhook.office.com/webhookb2/s3cret", "failed", "retired"),
        ("https://example.org/s3cret", "failed", "workflow of Teams"),
        ("", "failed", "missing"),
    ],
)
def test_each_shape_of_an_address(address: str, outcome: str, part: str) -> None:
    (found,) = channels(config("project"), {"PROJECT": address})

    assert (found.check, found.outcome) == ("teams", outcome)
    assert part in found.message
    assert "s3cret" not in found.message + found.remedy


def test_without_a_channel_there_is_nothing_to_say() -> None:
    assert list(channels(config(), {})) == []
