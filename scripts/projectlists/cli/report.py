"""`projectlists report`: a status report with pictures for each project, and an overview of several."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from projectlists.cli import arguments, progress
from projectlists.cli.session import Session, today
from projectlists.errors import ProjectListsError
from projectlists.language import _

if TYPE_CHECKING:
    from projectlists.reporting.outline import Audience


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "report",
        help=_(
            "Make a status report with pictures of each project, as a web page and as a Word document. "
            "More than one site also gives an overview of them all."
        ),
    )
    @arguments.sites()
    @click.option(
        "--out",
        "folder",
        metavar="DIR",
        required=True,
        type=click.Path(file_okay=False, path_type=Path),
        help=_("The folder for the files. It is made when it is not there."),
    )
    @click.option(
        "--audience",
        type=click.Choice(("team", "wide")),
        default="team",
        help=_("team: everything. wide: without stakeholders, amounts and who has which action. Default: team."),
    )
    @click.option(
        "--publish",
        is_flag=True,
        help=_(
            "Also put the Word document in the site's library, without stakeholders and amounts, and fill in a "
            "progress report as a draft. Once a month; what people wrote stays."
        ),
    )
    @arguments.today()
    @click.pass_obj
    def report(
        session: Session,
        *,
        names: tuple[str, ...],
        every: bool,
        folder: Path,
        audience: Audience,
        publish: bool,
        day: str | None,
    ) -> int:
        as_of = today(arguments.date_of(day))
        from projectlists.reporting import job  # noqa: PLC0415 - help must not wait for the clients

        order = job.Order(as_of, folder, audience, publish)
        sites = progress.each(session.sites(names, every), _("Sites"))
        try:
            result = job.run(sites, order, session.definitions, session.config, session.remote)
        except OSError as error:
            raise ProjectListsError(
                _("{folder} cannot be written: {reason}. Choose another place with --out.").format(
                    folder=folder, reason=error.strerror or error
                )
            ) from error
        if session.as_json:
            session.emit(result.as_json())
        else:
            for path in result.files:
                click.echo(path)
        for site in result.sites:
            if site.published is not None:
                session.note(_("Published: {address}").format(address=site.published.url))
            if site.failure is not None:
                session.note(f"{site.site.url}: {site.failure}")
        return 0 if result.ok else 1

    return report
