"""The settings row of a site."""

from __future__ import annotations

import json

import pytest

from projectlists.structure.settings import Settings, settings_from


def test_settings_come_back_as_they_went() -> None:
    settings = Settings("small-project", ("Risks",), "en", ("Evaluations",))
    body = settings.body()
    assert (body["LedgerKey"], body["LedgerKind"]) == ("settings", "setting")
    assert settings_from({"Id": 4, **body}, '"g,1"') == Settings(
        "small-project", ("Risks",), "en", ("Evaluations",), 4, '"g,1"'
    )


@pytest.mark.parametrize("details", [None, "", "x", "[]", "{}", json.dumps({"profile": 3})])
def test_a_row_that_makes_no_sense_is_none(details: str | None) -> None:
    assert settings_from({"Id": 1, "Details": details}, None) is None
