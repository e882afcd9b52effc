"""`projectlists export`: lists of a site to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from projectlists.cli import arguments, progress
from projectlists.cli.session import Session
from projectlists.language import _, current

if TYPE_CHECKING:
    from projectlists.definitions.model import ListDefinition


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "export",
        help=_("Write lists of a site to a file: .xlsx, .csv, .ics (a calendar) or .json. No LIST means all of them."),
    )
    @click.argument("lists", metavar="[LIST]...", nargs=-1)
    @arguments.site()
    @click.option(
        "--to",
        "path",
        metavar="FILE",
        required=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help=_("The file to write; its ending says what kind."),
    )
    @click.pass_obj
    def export(session: Session, *, lists: tuple[str, ...], name: str, path: Path) -> int:
        from projectlists.exporting import job  # noqa: PLC0415 - help must not wait for the clients

        (site,) = session.sites([name], every=False)
        with progress.counter() as tell:
            seen: set[str] = set()

            def read(definition: ListDefinition, rows: int) -> None:
                seen.add(definition.key)
                tell(definition.title.in_language(current()), rows)

            files = job.export(session.remote(site.url), session.definitions, lists, path, progress=read)
        if "Stakeholders" in seen:
            session.note(_("This file can hold personal data. Keep it inside the project and remove it when done."))
        if session.as_json:
            session.emit({"files": [str(file) for file in files]})
            return 0
        for file in files:
            click.echo(_("Written: {file}").format(file=file))
        return 0

    return export
