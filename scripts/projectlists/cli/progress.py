"""How far long work is: a bar on a terminal, plain lines elsewhere. Always on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from projectlists.language import _

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
def meter(pause: Callable[[], float] = lambda: 0.0) -> Iterator[Callable[[str, int, int], None]]:
    """Something to tell a count to: its title, how many are done, and of how many.

    Shown with the rate and the time that is left. `pause` gives the seconds for which the service has asked to wait.
    """
    if not sys.stderr.isatty():
        yield _Lines(pause).tell
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn  # noqa: PLC0415

    tasks: dict[str, TaskID] = {}
    started: dict[str, float] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:

        def tell(title: str, done: int, total: int) -> None:
            if title not in tasks:
                started[title] = time.monotonic()
                tasks[title] = shown.add_task(title, total=total, speed="")
            speed = speed_of(done, total, time.monotonic() - started[title], pause())
            shown.update(tasks[title], completed=done, total=total, speed=speed)

        yield tell


class _Lines:
    """About ten lines for a long count, none for a short one: a log is read afterwards."""

    def __init__(self, pause: Callable[[], float]) -> None:
        self._pause = pause
        self._started: dict[str, float] = {}

    def tell(self, title: str, done: int, total: int) -> None:
        """Say how far it is, when it is time to."""
        started = self._started.setdefault(title, time.monotonic())
        if total >= 10 and (done % (total // 10) == 0 or done == total):
            speed = speed_of(done, total, time.monotonic() - started, self._pause())
            click.echo(f"{title} {done}/{total}" + (f" ({speed})" if speed else ""), err=True)


def speed_of(done: int, total: int, seconds: float, pause: float) -> str:
    """How fast it goes, when it will be done, and whether the service asked to wait. Empty in the first second."""
    parts = []
    if done and seconds >= 1:
        rate = done / seconds
        parts.append(
            _("{rate} a second").format(rate=f"{rate:.1f}")
            if rate >= 1
            else _("{rate} a minute").format(rate=f"{60 * rate:.1f}")
        )
        if done < total:
            left = round((total - done) / rate)
            parts.append(_("{time} to go").format(time=f"{left // 60}:{left % 60:02}"))
    if pause >= 1:
        parts.append(_("SharePoint asks for a pause of {seconds} s").format(seconds=round(pause)))
    return ", ".join(parts)


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
