"""`projectlists provision`: show the plan, ask, apply, read back."""

from __future__ import annotations

from pathlib import Path

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
    @click.option(
        "--undo-to",
        metavar="DIR",
        default=".",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help=_("Where the undo file goes when rows get a new label. Default: this folder."),
    )
    @click.option(
        "--undo",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help=_("Put back the values that an undo file keeps, where nobody changed them since."),
    )
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
        undo_to: Path,
        undo: Path | None,
    ) -> int:
        from projectlists.cli import sitework, undofile  # noqa: PLC0415 - help must not wait for the clients
        from projectlists.provisioning.job import Alike  # noqa: PLC0415

        if undo is not None:
            if names or every:
                raise UsageError(_("--undo goes without a site: the file names it."))
            return undofile.put_back(session, undo, ask=not yes)
        chosen = session.sites(names, every)
        if fingerprint and len(chosen) != 1:
            raise UsageError(_("--plan goes with one site: each site has a plan of its own."))
        alike = Alike()
        results = [
            alike.kept(
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
                    undo_folder=undo_to,
                )
            )
            for site in progress.each(chosen, _("Sites"))
        ]
        sitework.show(session, results)
        return sitework.status_of(results)

    return provision
