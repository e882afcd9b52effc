"""The file that keeps what a migration rewrites, and `provision --undo`, which puts it back."""

from __future__ import annotations

import sys
from datetime import datetime
from itertools import count
from pathlib import Path

import click

from projectlists.cli.session import Session
from projectlists.config import configfile
from projectlists.errors import UsageError
from projectlists.language import _
from projectlists.provisioning import undoing
from projectlists.provisioning.undoing import Undo


def keep(session: Session, undo: Undo, folder: Path) -> None:
    """Write a new file with the values of a site before they are rewritten, and say where it is.

    Raises:
        UsageError: the file cannot be written; nothing was changed then.
    """
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")
    name = f"undo-{undo.site.rstrip('/').rsplit('/', 1)[-1]}-{moment}"
    for number in count(1):
        file = folder / (f"{name}.json" if number == 1 else f"{name}-{number}.json")
        try:
            with file.open("x", encoding="utf-8") as opened:
                opened.write(undo.as_text())
        except FileExistsError:
            continue
        except OSError as error:
            raise UsageError(
                _(
                    "The undo file {file} cannot be written ({reason}). Nothing was changed. "
                    "Name a folder with --undo-to."
                ).format(file=file, reason=error.strerror)
            ) from None
        break
    session.note(
        _("The earlier values are kept in {file}. To put them back: projectlists provision --undo {file}").format(
            file=file
        )
    )


def put_back(session: Session, file: Path, *, ask: bool) -> int:
    """Put back what an undo file holds; the exit status."""
    kept = undoing.read(file)
    site = configfile.site(session.config, kept.site)
    session.note(
        _("{file} holds values of {site}: {count}. A value that was changed since is left as it is.").format(
            file=file, count=len(kept.values), site=site.url
        )
    )
    if ask and not sys.stdin.isatty():
        raise UsageError(_("There is nobody to ask. Look at the file first, then give --yes."))
    if ask and not session.agreed(_("Put the earlier values back?")):
        session.note(_("Nothing was changed."))
        return 1
    result = undoing.undo(session.remote(site.url), kept)
    if session.as_json:
        session.emit({"sites": [result.as_json()], "http": session.traffic()})
    else:
        click.echo(
            _("{site}: values put back: {restored}, left as they are: {left}.").format(
                site=result.site, restored=result.restored, left=result.left
            )
        )
    if result.failure is not None:
        session.note(str(result.failure))
    return 0 if result.failure is None else 1
