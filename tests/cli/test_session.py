"""What a command prints for scripts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projectlists.cli.session import NO_TRAFFIC, Session


@pytest.mark.parametrize("sites", [[], [{"site": "één"}], [{"site": "a"}, {"site": "b", "changes": [1, "x, y"]}]])
def test_many_sites_are_one_document(sites: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]) -> None:
    Session(config_folder="config", as_json=True, verbose=False).emit_sites(iter(sites))
    assert json.loads(capsys.readouterr().out) == {"sites": sites, "http": NO_TRAFFIC}
