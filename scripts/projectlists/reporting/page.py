"""A report as one HTML page: everything in it, nothing fetched, no script, fit for paper (guide.md §6.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from projectlists.language import _
from projectlists.reporting import lights, portfolio, wording
from projectlists.reporting.outline import Picture, Report
from projectlists.reporting.pictures import canvas
from projectlists.reporting.portfolio import Portfolio

_DATE = re.compile(r"\d{1,2}-\d{1,2}-\d{4}|\d{1,2} \w{3,4}\.? \d{4}")
"""A date as `wording.day` writes it: not to be broken over two lines."""
_TOGETHER = re.compile(rf"\b(?:{_DATE.pattern}|[A-Z]{{1,2}}-\d+)\b")
_FOLDER = Path(__file__).parent / "templates"


def project_page(report: Report) -> str:
    """The page of one project."""
    return _rendered("project.html", report=report)


def portfolio_page(whole: Portfolio, pages: Mapping[str, str]) -> str:
    """The page of several projects; `pages` are the addresses of their own pages, by site."""
    tables = (
        ("risks", _("Risks"), portfolio.risk_table(whole)),
        ("dependencies", _("Dependencies"), portfolio.dependency_table(whole)),
    )
    return _rendered(
        "portfolio.html",
        whole=whole,
        numbers=portfolio.numbers(whole),
        aspects=tuple(lights.aspect_names().values()),
        facts=portfolio.fact_table(whole),
        milestones=portfolio.milestone_table(whole),
        pictures=portfolio.pictures(whole),
        tables=[each for each in tables if each[2]],
        pages=pages,
    )


def _rendered(name: str, **values: object) -> str:
    style = Markup((_FOLDER / "style.css").read_text("utf-8"))  # noqa: S704 - our own file
    return (
        _environment()
        .get_template(name)
        .render(**values, _=_, wording=wording, style=style, colours=lights.colour_names())
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["svg"] = _svg
    made.filters["unbroken"] = _unbroken
    made.tests["date_like"] = lambda cell: _DATE.fullmatch(cell) is not None
    return made


def _unbroken(text: str) -> Markup:
    """A sentence whose dates and row numbers stay on one line."""
    return Markup(_TOGETHER.sub(r'<span class="whole">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped before


def _svg(picture: Picture) -> Markup:
    return Markup(canvas.svg(picture))  # noqa: S704 - matplotlib's own; its texts are paths, the title is escaped
