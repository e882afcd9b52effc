"""What a site says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from projectlists.definitions.model import Definitions
from projectlists.errors import NotProvisioned
from projectlists.exporting.job import export
from tests.far_end import FarEnd


def test_a_site_without_lists_says_so(far_end: FarEnd, definitions: Definitions, tmp_path: Path) -> None:
    with pytest.raises(NotProvisioned, match="has no lists of this program yet"):
        export(far_end.open(), definitions, [], tmp_path / "a.xlsx")
