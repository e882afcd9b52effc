"""The sheet every picture is drawn on: its style, and the way out as SVG for a page and PNG for a document."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from projectlists.language import plain
from projectlists.mail.wording import shortened
from projectlists.reporting.outline import Picture

WIDTH = 7.2
"""Inches. In a document of 16 cm the letters then keep nine tenths of their size."""
SMALL, NORMAL, LARGE = 8.5, 9.5, 11.0

INK = "#1b1b1b"
SOFT = "#595959"
LINE = "#767676"
PALE = "#e3e6ea"
PAPER = "#ffffff"
BLUE = "#0b5a8a"
RED = "#a61b1b"
GREEN = "#1b6e3c"
AMBER = "#8a5200"
PURPLE = "#5b3a8e"
"""All of these stand out from white at 4.5:1 or more, and white letters stand out from them."""

STYLE: Any = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so that pictures are the same everywhere
    "font.size": NORMAL,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a title is a dollar sign
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "projectlists",
    "savefig.facecolor": PAPER,
}
_ID = re.compile(r'(\bid="|href="#|url\(#)')
_SIZE = re.compile(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>', re.DOTALL)


def sheet(height: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """A figure with one pair of axes that fills it; sizes in inches."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure, figure.add_axes((0, 0, 1, 1))


def plain_sheet(height: float) -> tuple[Figure, Axes]:
    """A sheet of full width without frame or ticks, measured in inches from its top left corner downwards."""
    figure, axes = sheet(height)
    bare(axes)
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(height, 0)
    return figure, axes


def band(axes: Axes, number: int, top: float, height: float) -> None:
    """A band over the whole width of a plain sheet, tinted every other `number`, so that the eye stays in its lane."""
    tint = "#eef2f6" if number % 2 == 0 else PAPER
    axes.add_patch(Rectangle((0, top), WIDTH, height, facecolor=tint, edgecolor="none", zorder=0))


def svg(picture: Picture) -> str:
    """The picture as one SVG element to put in a page, with its text alternative, ids unique by the picture's key."""
    with _drawing():
        written = BytesIO()
        _drawn(picture).savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    text = written.getvalue().decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)  # matplotlib repeats every text in a comment
    text = _ID.sub(lambda found: found.group(1) + picture.key + "-", text)
    box = _SIZE.match(text)
    if box is None:
        raise AssertionError("matplotlib wrote an SVG without a viewBox")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box.group(1)}" role="img" aria-labelledby="{picture.key}-alt">'
        f'<title id="{picture.key}-alt">{escape(picture.alt)}</title>'
    )
    return opening + text[box.end() :].strip()


def png(picture: Picture, dots_per_inch: int = 160) -> bytes:
    """The picture as a PNG."""
    with _drawing():
        written = BytesIO()
        _drawn(picture).savefig(written, format="png", dpi=dots_per_inch, metadata={"Software": None})
    return written.getvalue()


@lru_cache(maxsize=32)
def _drawn(picture: Picture) -> Figure:
    # A page and a document show the same pictures; laying one out costs as much as writing it.
    return picture.draw()


@contextmanager
def _drawing() -> Iterator[None]:
    # Titles may hold letters that the font has not; they become boxes, which is no news for the reader of a log.
    with mpl.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing", category=UserWarning)
        warnings.filterwarnings("ignore", message=r"Matplotlib currently does not support", category=UserWarning)
        yield


def bare(axes: Axes) -> None:
    """No frame, no ticks."""
    axes.set_axis_off()


def line_of(text: str, length: int) -> str:
    """Somebody's text for inside a picture: on one line, cut at a word."""
    return shortened(plain(text), length)
