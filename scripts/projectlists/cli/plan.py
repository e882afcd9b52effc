"""`projectlists plan`: what provision would change; writes nothing."""

from __future__ import annotations

import click

from projectlists.cli import arguments, progress
from projectlists.cli.session import Session
from projectlists.language import Language, _


def make() -> click.Command:
    """Build the command."""

    @click.command("plan", help=_("Show what provision would change on a site. Nothing is changed."))
    @arguments.sites()
    @arguments.wish()
    @click.option("--check", is_flag=True, help=_("End with status 1 when there is anything to do, for scripts."))
    @click.pass_obj
    def plan(
        session: Session,
        *,
        names: tuple[str, ...],
        every: bool,
        profile: str | None,
        language: Language | None,
        check: bool,
    ) -> int:
        from projectlists.cli import sitework  # noqa: PLC0415 - help must not wait for the clients

        results = [
            sitework.planned(session, site, profile=profile, language=language)
            for site in progress.each(session.sites(names, every), _("Sites"))
        ]
        sitework.show(session, results)
        if not all(result.ok for result in results):
            return 1
        return 1 if check and not all(result.plan.settled for result in results) else 0

    return plan
