"""`projectlists bootstrap`: provision every project of a table."""

from __future__ import annotations

from pathlib import Path

import click

from projectlists.cli import progress
from projectlists.cli.session import Session
from projectlists.language import _


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "bootstrap",
        help=_(
            "Set up many projects at once. FILE is a CSV table with the columns key, name, url, profile and language. "
            "A project that fails does not stop the others. Run it again to go on where it stopped."
        ),
    )
    @click.argument("table", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
    @click.option("--yes", is_flag=True, help=_("Do not ask for approval."))
    @click.pass_obj
    def bootstrap(session: Session, table: Path, yes: bool) -> int:
        from projectlists.cli import sitework  # noqa: PLC0415 - help must not wait for the clients
        from projectlists.provisioning.bootstrap import projects  # noqa: PLC0415

        sites = projects(table, session.config.sharepoint)
        results = [
            sitework.provisioned(session, site, profile=None, language=None, ask=not yes, alone=len(sites) == 1)
            for site in progress.each(sites, _("Projects"))
        ]
        sitework.show(session, results)
        return 0 if all(result.ok for result in results) else 1

    return bootstrap
