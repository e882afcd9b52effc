"""The pictures: as inspected and stored, without marks on top of each other, whatever the rows hold.

`python -m tests.reporting.test_pictures` draws the stored ones anew. Look at each before it is committed.
"""

from __future__ import annotations

from io import BytesIO
from math import hypot
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import imread
from numpy.typing import NDArray

from projectlists.language import speaking
from projectlists.reporting.outline import Picture, Report
from projectlists.reporting.pictures import bars, canvas, rings
from tests.reporting.sampled import report

STORED = Path(__file__).parent / "pictures"
KEYS = (
    *("burnup", "loads", "timeline", "risks-now", "risks-after", "budget", "orders"),
    *("rings", "power", "calendar", "lanes"),
    *("plan-progress", "decisions", "dayplan", "triangle", "startup", "documents", "lessons"),
)
DOTS_PER_INCH = 60
BLOCK = 8
"""Pixels: smaller than a mark, larger than what another version of a font moves."""
TOLERANCE = 0.12


def pictures(found: Report) -> dict[str, Picture]:
    return {picture.key: picture for section in found.sections for picture in section.pictures}


def drawn(key: str) -> bytes:
    with speaking("nl"):
        return canvas.png(pictures(report())[key], DOTS_PER_INCH)


def blocks(png: bytes) -> NDArray[np.float64]:
    """The mean colour of each block of pixels, from 0 to 1."""
    pixels = imread(BytesIO(png), format="png")[:, :, :3]
    high, wide = pixels.shape[0] // BLOCK * BLOCK, pixels.shape[1] // BLOCK * BLOCK
    cut = pixels[:high, :wide].reshape(high // BLOCK, BLOCK, wide // BLOCK, BLOCK, 3)
    mean: NDArray[np.float64] = cut.mean(axis=(1, 3))
    return mean


@pytest.mark.parametrize("key", KEYS)
def test_it_looks_as_when_it_was_inspected(key: str) -> None:
    now, then = blocks(drawn(key)), blocks((STORED / f"{key}.png").read_bytes())

    assert now.shape == then.shape
    assert float(np.abs(now - then).max()) < TOLERANCE


def test_a_missing_mark_is_seen() -> None:
    whole = rings.Rings(
        (
            rings.Party("1", "user", "advise", "advise", "neutral"),
            rings.Party("2", "user", "decide", "decide", "neutral"),
        ),
        tuple((key, key) for key in rings.RINGS),
        tuple((key, key) for key in rings.ROLES),
        tuple((key, key) for key in rings.STANCE_SHAPES),
    )
    less = rings.Rings(whole.parties[:1], whole.ring_names, whole.role_names, whole.stance_names)
    first, second = (
        blocks(canvas.png(Picture("x", "", "", lambda shown=shown: rings.draw(shown)), DOTS_PER_INCH))
        for shown in (whole, less)
    )

    assert float(np.abs(first - second).max()) > TOLERANCE


def test_the_same_rows_give_the_same_picture() -> None:
    with speaking("nl"):
        assert canvas.svg(pictures(report())["rings"]) == canvas.svg(pictures(report())["rings"])


def test_pictures_fetch_nothing_and_have_a_text_alternative() -> None:
    with speaking("nl"):
        svg = canvas.svg(pictures(report())["lanes"])

    assert 'role="img"' in svg
    assert "<title id=" in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")


parties = st.builds(
    rings.Party,
    st.integers(1, 999).map(str),
    st.sampled_from(rings.ROLES),
    st.sampled_from(rings.RINGS),
    st.sampled_from(rings.RINGS),
    st.sampled_from(tuple(rings.STANCE_SHAPES)),
)


@settings(max_examples=15)
@given(st.lists(parties, min_size=1, max_size=40))
def test_forty_parties_lie_free_of_each_other_each_in_its_own_cell(found: list[rings.Party]) -> None:
    places, radius = rings._places(found, [])

    assert radius >= 0.1
    for number, one in enumerate(places):
        for other in places[:number]:
            assert hypot(one.x - other.x, one.y - other.y) > 2 * radius
    for party, place in zip(found, places, strict=True):
        inner, outer = rings._band(party.ring)
        assert inner < hypot(place.x, place.y) < outer
        across, up = {
            "decision_maker": (-1, 1),
            "influencer": (1, 1),
            "user": (-1, -1),
            "implementer": (1, -1),
        }[party.role]
        assert place.x * across > 0
        assert place.y * up > 0


@pytest.mark.parametrize("most", [0, 0.5, 7, 999, 1_000, 1_550_000, 98_765_432])
def test_a_money_scale_has_zero_and_at_most_four_round_amounts(most: float) -> None:
    amounts = bars._round_amounts(most)

    assert amounts[0] == 0
    assert len(amounts) <= 5
    assert amounts[-1] <= most
    assert 4 * amounts[-1] >= most or most < 1


if __name__ == "__main__":
    STORED.mkdir(exist_ok=True)
    for each in KEYS:
        (STORED / f"{each}.png").write_bytes(drawn(each))
