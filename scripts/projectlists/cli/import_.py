"""`projectlists import`: an Excel or CSV file into a list, shown before it is written."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from projectlists.cli import arguments, progress
from projectlists.cli.session import Session, today
from projectlists.errors import NotConfirmed, UsageError
from projectlists.language import _, current

if TYPE_CHECKING:
    from projectlists.importing.job import Prepared


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "import",
        help=_(
            "Bring a list from Excel or CSV to a site. Shows what the columns mean and what happens to every row, "
            "asks, and writes. Importing the same file again changes nothing."
        ),
    )
    @click.argument("list_name", metavar="LIST")
    @click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @arguments.site()
    @click.option("--yes", is_flag=True, help=_("Do not ask for approval. Doubtful rows are not written then."))
    @click.option("--sheet", metavar="NAME", help=_("The sheet to read, when the file has more than one."))
    @click.option(
        "--mapping",
        "mapping",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help=_("What the headings mean: read from this file, or written to it when it is not there yet."),
    )
    @click.option(
        "--doubtful",
        type=click.Choice(["skip", "write"]),
        help=_("What to do with doubtful rows: leave them out or write them. Without it the program asks."),
    )
    @click.pass_obj
    def import_(
        session: Session,
        *,
        list_name: str,
        path: Path,
        name: str,
        yes: bool,
        sheet: str | None,
        mapping: Path | None,
        doubtful: str | None,
    ) -> int:
        from projectlists.cli import importview  # noqa: PLC0415 - help must not wait for the clients
        from projectlists.importing import job, mappingfile  # noqa: PLC0415
        from projectlists.reminding.directory import PeopleDirectory  # noqa: PLC0415

        (site,) = session.sites([name], every=False)
        remote = session.remote(site.url)
        people = PeopleDirectory(session.tenant_of(site.url).graph())
        said = job.Instructions(sheet)
        if mapping:
            columns, colours = mappingfile.load(mapping, session.list_named(list_name))
            said = replace(said, columns=columns, colours=colours)

        def read(said: job.Instructions) -> Prepared:
            with progress.busy(_("Reading {file} …").format(file=path.name)):
                return job.prepared(
                    remote,
                    session.definitions,
                    list_name,
                    path,
                    today=today(None),
                    said=said,
                    directory=people.called,
                )

        ready = read(said)
        if not yes and sys.stdin.isatty():
            confirmed = importview.confirmed_colours(session, ready)
            if confirmed:
                said = replace(said, colours={**said.colours, **confirmed})
                ready = read(said)
        for line in importview.lines_of(ready, current(), every_row=session.verbose):
            session.note(line)
        if mapping and not mapping.exists():
            mappingfile.save(mapping, ready.definition, ready.table.mapping, said.colours)
            session.note(
                _("What the headings mean stands in {file}. Correct it there if it is wrong.").format(file=mapping)
            )
        with_doubtful = doubtful == "write" if yes or doubtful else None
        with_doubtful = _confirmed(session, ready, yes=yes, with_doubtful=with_doubtful)
        with progress.meter() as tell:
            done = job.write(
                remote, ready, doubtful=with_doubtful, progress=lambda count, total: tell(_("Rows"), count, total)
            )
        files = importview.left_over(done, written=with_doubtful)
        importview.show(session, done, files)
        return 1 if done.count("refused") else 0

    return import_


def _confirmed(session: Session, ready: Prepared, *, yes: bool, with_doubtful: bool | None) -> bool:
    """Whether doubtful rows are written too; raises NotConfirmed when nothing is to be written."""
    work = ready.count("new") + ready.count("changed")
    doubtful = ready.count("doubtful")
    if yes or not (work or doubtful):
        return bool(with_doubtful)
    if not sys.stdin.isatty():
        raise UsageError(_("There is nobody to ask. Look at what is shown above first, then give --yes."))
    if with_doubtful is None and doubtful:
        with_doubtful = session.agreed(_("Doubtful rows: {count}. Write them too?").format(count=doubtful))
    total = work + (doubtful if with_doubtful else 0)
    if total and not session.agreed(
        _("Rows to write: {count}. Do the columns match, and may they be written?").format(count=total)
    ):
        raise NotConfirmed(_("Nothing was written. With --mapping FILE you can correct what the headings mean."))
    return bool(with_doubtful)
