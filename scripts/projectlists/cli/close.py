"""`projectlists close`: archive a project, stop its reminders, make its lists read-only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from projectlists.cli import progress
from projectlists.cli.session import Session, today
from projectlists.errors import UsageError
from projectlists.language import _

if TYPE_CHECKING:
    from projectlists.closing.package import Package


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "close",
        help=_(
            "Close a project. You get an archive package with every list. Reminders stop, and the lists become "
            "read-only. Nothing is deleted, and `reopen` puts everything back."
        ),
    )
    @click.argument("name", metavar="SITE")
    @click.option(
        "--out",
        "folder",
        metavar="DIR",
        required=True,
        type=click.Path(file_okay=False, path_type=Path),
        help=_("The folder for the package. It is made when it is not there."),
    )
    @click.option("--yes", is_flag=True, help=_("Do not ask."))
    @click.pass_obj
    def close(session: Session, *, name: str, folder: Path, yes: bool) -> int:
        from projectlists.closing import job  # noqa: PLC0415 - help must not wait for the clients

        (site,) = session.sites([name], every=False)
        with progress.meter() as told:
            closed = job.close(
                session.remote(site.url),
                session.definitions,
                folder,
                today(None),
                key=site.key,
                confirm=None if yes else lambda made: _agreed(session, made),
                progress=told,
            )
        if session.as_json:
            session.emit({"files": [str(path) for path in closed.package.files]})
            return 0
        click.echo(_("The project is closed. The package is in {folder}.").format(folder=closed.package.folder))
        click.echo(
            _("Start with {file}: it says what is in it, and which personal data are still on the site.").format(
                file=closed.package.folder / "index.html"
            )
        )
        return 0

    return close


def _agreed(session: Session, made: Package) -> bool:
    session.note(_("The package is in {folder}. Nothing has changed on the site yet.").format(folder=made.folder))
    if made.personal:
        session.note(
            _("Personal data that somebody must look at, together with archivist and data protection officer:")
        )
        for one in made.personal:
            session.note(
                "  "
                + _("{list}: {what} ({about}), rows: {rows}").format(
                    list=one.list, what=one.what, about=one.about, rows=one.rows
                )
            )
    if not sys.stdin.isatty():
        raise UsageError(_("There is nobody to ask. Look at the package first, then give --yes."))
    return session.agreed(_("Close the project: stop reminders and make the lists read-only?"))
