"""Risks in five by five cells: likelihood upwards, impact to the right, the risks of a cell by number.

guide.md §2.5, "Picture"; the bands are those of its formatting. The score stands in each cell, so no colour is needed
to read it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from projectlists.language import _
from projectlists.reporting.pictures import canvas

BANDS = ((15, "#f0b3ab", "xx"), (10, "#f8d3a8", "//"), (5, "#fbf0b8", ""), (1, "#d3ead7", ""))
"""From which score, with which tint and pattern: very high, high, medium, low."""
_MOST = 6


@dataclass(frozen=True)
class Plotted:
    """One risk: its number, likelihood and impact from 1 to 5; an opportunity is marked as such."""

    number: str
    likelihood: int
    impact: int
    opportunity: bool = False


@dataclass(frozen=True)
class HeatMap:
    """Everything in the picture."""

    risks: tuple[Plotted, ...]


def band_names() -> tuple[str, ...]:
    """The words for the bands, from very high to low."""
    return _("very high"), _("high"), _("medium"), _("low")


def band(score: float) -> int:
    """Which of the bands a score lies in, from 0 for very high."""
    return next((number for number, (least, _tint, _hatch) in enumerate(BANDS) if score >= least), len(BANDS) - 1)


def draw(heat_map: HeatMap) -> Figure:
    """The picture."""
    figure, axes = canvas.sheet(5.3)
    canvas.bare(axes)
    axes.set_xlim(-0.3, 5.6)
    axes.set_ylim(-0.5, 5.6)
    cells: dict[tuple[int, int], list[Plotted]] = defaultdict(list)
    for risk in heat_map.risks:
        cells[risk.impact, risk.likelihood].append(risk)
    for impact in range(1, 6):
        for likelihood in range(1, 6):
            _least, tint, hatch = BANDS[band(impact * likelihood)]
            corner = (impact - 0.5, likelihood - 0.5)
            axes.add_patch(Rectangle(corner, 1, 1, facecolor=tint, edgecolor=canvas.PAPER, linewidth=1.5))
            if hatch:
                axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor="#ffffff66", linewidth=0, hatch=hatch))
            score = str(impact * likelihood)
            axes.text(impact + 0.44, likelihood - 0.42, score, ha="right", va="bottom", fontsize=canvas.SMALL)
            found = cells[impact, likelihood]
            if found:
                words = _words(found)
                axes.text(
                    impact,
                    likelihood + 0.07,
                    words,
                    ha="center",
                    va="center",
                    fontsize=canvas.NORMAL if len(found) < 5 else canvas.SMALL,
                    weight="bold",
                    linespacing=1.25,
                    bbox={"facecolor": canvas.PAPER, "edgecolor": canvas.INK, "linewidth": 0.9, "pad": 2.5},
                )
    for number in range(1, 6):
        axes.text(number, 0.32, str(number), ha="center", va="center")
        axes.text(0.35, number, str(number), ha="center", va="center")
    axes.text(3, 0.02, _("impact"), ha="center", va="center", weight="bold")
    axes.text(0.0, 3, _("likelihood"), ha="center", va="center", rotation=90, weight="bold")
    for number, ((least, tint, hatch), name) in enumerate(zip(BANDS, band_names(), strict=True)):
        most = (25, 14, 9, 4)[number]
        x = 0.5 + number * 1.28
        axes.add_patch(Rectangle((x, -0.4), 0.22, 0.2, facecolor=tint, edgecolor=canvas.LINE, linewidth=0.8))
        if hatch:
            axes.add_patch(Rectangle((x, -0.4), 0.22, 0.2, fill=False, edgecolor="#ffffff99", linewidth=0, hatch=hatch))
        axes.text(x + 0.28, -0.3, f"{least}–{most} {name}", va="center_baseline", fontsize=canvas.SMALL)
    return figure


def _words(found: list[Plotted]) -> str:
    """The numbers of a cell, two on a line; an opportunity with an arrow upwards."""
    names = [f"{risk.number}↑" if risk.opportunity else risk.number for risk in found]
    if len(names) > _MOST:
        names = [*names[: _MOST - 1], f"+{len(names) - _MOST + 1}"]
    lines = [names[start : start + 2] for start in range(0, len(names), 2)]
    return "\n".join("  ".join(line) for line in lines)
