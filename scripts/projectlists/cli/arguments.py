"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from projectlists.errors import UsageError
from projectlists.language import LANGUAGES, _

PROFILES = ("starter", "small-project", "project", "programme", "process", "routine", "improvisation")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Profile(click.Choice[str]):
    """One of the profiles that come with the program, or one of the municipality's own."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The key as given, when there is such a profile."""
        if value not in PROFILES and ctx is not None and value in ctx.obj.definitions.profiles:
            return value
        return super().convert(value, param, ctx)


def sites() -> Decorator:
    """`[SITE…|--all]`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        function = click.option("--all", "every", is_flag=True, help=_("Every site of the site table (sites.csv)."))(
            function
        )
        return click.argument("names", metavar="[SITE]...", nargs=-1)(function)

    return decorate


def workers() -> Decorator:
    """`--workers N`, where sites are worked on at once; the numbers are those of `farend/workers.py`."""
    return click.option(
        "--workers", type=click.IntRange(1, 32), metavar="N", default=8, help=_("How many sites to work on at once.")
    )


def site() -> Decorator:
    """`--site SITE`, where a command works on one."""
    return click.option(
        "--site", "name", metavar="SITE", required=True, help=_("The site: its key or its full address.")
    )


def wish() -> Decorator:
    """`--profile` and `--language`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        function = click.option(
            "--language", type=click.Choice(LANGUAGES), help=_("The language of titles and choices on the site.")
        )(function)
        return click.option("--profile", type=_Profile(PROFILES), help=_("The way of working of the project."))(
            function
        )

    return decorate


def lists() -> Decorator:
    """`--lists KEY,…`."""
    return click.option(
        "--lists", "extra", metavar="KEY,...", default="", help=_("Extra lists that the profile offers.")
    )


def today() -> Decorator:
    """`--today DATE`; `date_of` reads it."""
    return click.option("--today", "day", metavar="DATE", help=_("Work as on this day (2026-12-31); default today."))


def date_of(text: str | None) -> date | None:
    """The day that was given; raises UsageError when it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            _("{text} is not a date. Write year, month and day, such as 2026-12-31.").format(text=text)
        ) from error
