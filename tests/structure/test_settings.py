"""The settings row of a site."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from projectlists.structure.settings import Closing, Settings, settings_from


def test_settings_come_back_as_they_went() -> None:
    settings = Settings("small-project", ("Risks",), "en", ("Evaluations",))
    body = settings.body()
    assert (body["LedgerKey"], body["LedgerKind"]) == ("settings", "setting")
    assert settings_from({"Id": 4, **body}, '"g,1"') == replace(settings, id=4, etag='"g,1"')


def test_a_closed_project_remembers_who_had_which_role() -> None:
    closing = Closing(date(2026, 12, 1), {"Actions": None, "Stakeholders": ((3, 1073741829), (5, 1073741830))})
    settings = Settings("starter", closing=closing)

    assert settings_from({"Id": 0, **settings.body()}, None) == settings


@pytest.mark.parametrize("details", [None, "", "x", "[]", "{}", json.dumps({"profile": 3})])
def test_a_row_that_makes_no_sense_is_none(details: str | None) -> None:
    assert settings_from({"Id": 1, "Details": details}, None) is None
