"""`projectlists reopen`: open a closed project again."""

from __future__ import annotations

import click

from projectlists.cli.session import Session
from projectlists.language import _


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "reopen", help=_("Open a closed project again: everybody may do what they could before, and reminders go on.")
    )
    @click.argument("name", metavar="SITE")
    @click.pass_obj
    def reopen(session: Session, *, name: str) -> int:
        from projectlists.closing import job  # noqa: PLC0415 - help must not wait for the clients

        (site,) = session.sites([name], every=False)
        opened = job.reopen(session.remote(site.url), session.definitions)
        if session.as_json:
            session.emit({"site": site.url, "reopened": opened})
        else:
            click.echo(_("The project is open again.") if opened else _("The project was not closed."))
        return 0

    return reopen
