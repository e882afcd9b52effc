"""SharePoint's time zones."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from projectlists.errors import Refused
from projectlists.farend.zones import zone_of


@pytest.mark.parametrize(
    # sharepoint-rest.md §2.2: 3 Paris, 4 Berlin (and Amsterdam), 2 London, 13 Pacific, 93 UTC
    ("number", "name"),
    [(4, "Europe/Amsterdam"), (3, "Europe/Paris"), (2, "Europe/London"), (13, "America/Los_Angeles"), (93, "UTC")],
)
def test_known_numbers(number: int, name: str) -> None:
    assert zone_of(number) == ZoneInfo(name)


def test_an_unknown_number_is_no_guess() -> None:
    with pytest.raises(Refused, match="999"):
        zone_of(999)
