"""`projectlists plan`: what provision would change; writes nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from projectlists.cli import arguments, progress
from projectlists.cli.session import Session
from projectlists.errors import UsageError
from projectlists.language import Language, _


def make() -> click.Command:
    """Build the command."""

    @click.command("plan", help=_("Show what provision would change on a site. Nothing is changed."))
    @arguments.sites()
    @arguments.wish()
    @arguments.lists()
    @click.option(
        "--adopt",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help=_("Write a list of the site as a definition, together with --list. FILE may be a folder."),
    )
    @click.option("--list", "listing", metavar="LIST", help=_("The list to adopt: its title or its address."))
    @click.option(
        "--html",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help=_("Also write the plan as a page to read, send and print."),
    )
    @click.option("--check", is_flag=True, help=_("End with status 1 when there is anything to do, for scripts."))
    @click.pass_obj
    def plan(
        session: Session,
        *,
        names: tuple[str, ...],
        every: bool,
        profile: str | None,
        language: Language | None,
        extra: str,
        adopt: Path | None,
        listing: str | None,
        html: Path | None,
        check: bool,
    ) -> int:
        from projectlists.cli import adopting, planpage, sitework  # noqa: PLC0415 - help must not wait for the clients
        from projectlists.provisioning.job import Alike  # noqa: PLC0415

        if (adopt is None) != (listing is None):
            raise UsageError(_("--adopt and --list go together: the file to write and the list to read."))
        if adopt is not None and listing is not None:
            return adopting.adopt(session, names, adopt, listing)
        alike = Alike()
        results = [
            alike.kept(sitework.planned(session, site, profile=profile, language=language, extra=extra))
            for site in progress.each(session.sites(names, every), _("Sites"))
        ]
        if html is not None:
            planpage.write(results, session.definitions, html, datetime.now())
            session.note(_("The plan as a page: {file}").format(file=html))
        sitework.show(session, results)
        drift = check and not all(result.plan.settled for result in results)
        return sitework.status_of(results) or int(drift)

    return plan
