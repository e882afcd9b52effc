"""How far long work is: a bar on a terminal, plain lines elsewhere. Always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

Thing = TypeVar("Thing")


def each(things: Iterable[Thing], title: str) -> Iterator[Thing]:
    """The things one by one, counted under a title. Nothing is shown for a single one."""
    found = list(things)
    if len(found) < 2:
        yield from found
    elif sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
        from rich.progress import track  # noqa: PLC0415

        yield from track(found, description=title, console=Console(stderr=True), transient=True)
    else:
        for number, thing in enumerate(found, start=1):
            click.echo(f"{title} {number}/{len(found)}", err=True)
            yield thing


@contextmanager
def busy(title: str) -> Iterator[None]:
    """Show that something goes on whose end is not known: a moving sign on a terminal, one line elsewhere."""
    if not sys.stderr.isatty():
        click.echo(title, err=True)
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        shown.add_task(title, total=None)
        yield


@contextmanager
def meter() -> Iterator[Callable[[str, int, int], None]]:
    """Something to tell a count to: its title, how many are done, and of how many."""
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import Progress, TaskID  # noqa: PLC0415

    tasks: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), transient=True) as shown:

        def tell(title: str, done: int, total: int) -> None:
            if title not in tasks:
                tasks[title] = shown.add_task(title, total=total)
            shown.update(tasks[title], completed=done, total=total)

        yield tell


def _line(title: str, done: int, total: int) -> None:
    """About ten lines for a long count, none for a short one: a log is read afterwards."""
    if total >= 10 and (done % (total // 10) == 0 or done == total):
        click.echo(f"{title} {done}/{total}", err=True)


@contextmanager
def counter() -> Iterator[Callable[[str, int], None]]:
    """Something to tell a count to whose end is not known: its title and how many are done."""
    if not sys.stderr.isatty():
        yield _counted_line
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

    console = Console(stderr=True)
    with console.status("") as shown:
        yield lambda title, done: shown.update(f"{title}: {done}")


def _counted_line(title: str, done: int) -> None:
    if done and done % 1000 == 0:
        click.echo(f"{title}: {done}", err=True)
