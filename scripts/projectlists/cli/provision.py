"""`projectlists provision`: show the plan, ask, apply, read back."""

from __future__ import annotations

import click

from projectlists.cli import arguments, progress
from projectlists.cli.session import Session
from projectlists.errors import UsageError
from projectlists.language import Language, _


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "provision",
        help=_("Set up or repair the lists of a site. Shows the plan, asks, applies it and checks the result."),
    )
    @arguments.sites()
    @arguments.wish()
    @arguments.lists()
    @click.option("--yes", is_flag=True, help=_("Do not ask for approval."))
    @click.option("--plan", "fingerprint", metavar="FINGERPRINT", help=_("Apply only the plan with this fingerprint."))
    @click.option("--force", is_flag=True, help=_("Also when more than 20 existing columns change."))
    @click.pass_obj
    def provision(
        session: Session,
        *,
        names: tuple[str, ...],
        every: bool,
        profile: str | None,
        language: Language | None,
        extra: str,
        yes: bool,
        fingerprint: str | None,
        force: bool,
    ) -> int:
        from projectlists.cli import sitework  # noqa: PLC0415 - help must not wait for the clients

        chosen = session.sites(names, every)
        if fingerprint and len(chosen) != 1:
            raise UsageError(_("--plan goes with one site: each site has a plan of its own."))
        results = [
            sitework.provisioned(
                session,
                site,
                profile=profile,
                language=language,
                extra=extra,
                ask=not yes and fingerprint is None,
                fingerprint=fingerprint,
                force=force,
                alone=len(chosen) == 1,
            )
            for site in progress.each(chosen, _("Sites"))
        ]
        sitework.show(session, results)
        return 0 if all(result.ok for result in results) else 1

    return provision
