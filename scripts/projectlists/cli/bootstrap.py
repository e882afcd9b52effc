"""`projectlists bootstrap`: every project of a table made and provisioned."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from projectlists.cli import arguments, progress
from projectlists.cli.session import Session
from projectlists.errors import NotConfirmed, UsageError
from projectlists.language import _

if TYPE_CHECKING:
    from projectlists.bootstrapping.job import ProjectResult


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "bootstrap",
        help=_(
            "Set up many projects at once. FILE is an Excel or CSV table with the columns key, name, url, profile and "
            "language; owner, members, project_manager, supporter, team, channel, kind and hub may stand beside them. "
            "A project that fails does not stop the others. Run it again to go on where it stopped."
        ),
    )
    @click.argument("table", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
    @click.option("--yes", is_flag=True, help=_("Do not ask for approval."))
    @click.option("--create-sites", "create", is_flag=True, help=_("Make the sites that are not there yet."))
    @click.option(
        "--grant",
        "app",
        metavar="CLIENT_ID",
        help=_(
            "The app that gets the right to write on each site (Sites.Selected). Without it: the app that signs in "
            "by itself."
        ),
    )
    @click.option(
        "--result",
        "report",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help=_("Write a table with the result of each project: .xlsx or .csv."),
    )
    @arguments.workers()
    @click.pass_obj
    def bootstrap(
        session: Session,
        *,
        table: Path,
        yes: bool,
        create: bool,
        app: str | None,
        report: Path | None,
        workers: int,
    ) -> int:
        from projectlists.bootstrapping import job, resultfile  # noqa: PLC0415 - help must not wait for the clients
        from projectlists.bootstrapping.table import read  # noqa: PLC0415
        from projectlists.config.model import PERSONAL  # noqa: PLC0415

        if report is not None:
            resultfile.check(report)
        sharepoints = [tenant.sharepoint for tenant in session.config.tenants]
        found = read(table, sharepoints, tuple(session.definitions.profiles))
        for problem in found.problems:
            session.note(str(problem))
        _ask(session, len(found.projects), len(found.refused), yes)
        results = job.refused(found)

        def done() -> Iterator[ProjectResult]:
            for tenant in session.tenants:
                identity = tenant.config.identity
                reminding = app or (None if identity.mode in PERSONAL else identity.client_id)
                options = job.Options(create=create, app=reminding, workers=workers)
                own = [project for project in found.projects if tenant.config.has(project.site.url)]
                yield from job.Bootstrap(tenant, session.definitions, options).run(own)

        with progress.meter(session.pause) as told:
            for count, result in enumerate(done(), start=1):
                results.append(result)
                told(_("Projects"), count, len(found.projects))
        results.sort(key=lambda result: result.line)
        unwritten = None
        if report is not None:
            try:
                resultfile.write(report, results)
            except UsageError as error:
                unwritten = error
        if session.as_json:
            session.emit_sites(result.as_json() for result in results)
        else:
            for result in results:
                name = result.key or _("row {row}").format(row=result.line)
                session.tell(f"{name}: {resultfile.word(result)} {result.outcome.site}".rstrip())
                if result.outcome.error and result.key:
                    session.tell(f"  {result.outcome.error}")
        _tell_what_is_left(session, results)
        if unwritten is not None:
            session.note(str(unwritten))  # after an hour of work the screen at least tells what became of it
        return 0 if unwritten is None and all(result.ok for result in results) else 1

    return bootstrap


def _ask(session: Session, projects: int, refused: int, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(_("There is nobody to ask. Look at the table first, then give --yes."))
    question = _("Projects to set up: {projects}. Rows with mistakes, left out: {refused}. Set them up now?")
    if not session.agreed(question.format(projects=projects, refused=refused)):
        raise NotConfirmed(_("Nothing was changed."))


def _tell_what_is_left(session: Session, results: Sequence[ProjectResult]) -> None:
    """What a person must still do, beside the rows that failed."""
    if any(result.granted == "refused" for result in results):
        session.note(
            _(
                "The reminder app got no rights on the sites: this sign-in may not give them. An administrator of "
                "SharePoint can, with Sites.FullControl.All of Graph."
            )
        )
    known = {site.url.casefold() for tenant in session.config.tenants for site in tenant.sites}
    strangers = [result.key for result in results if result.ok and result.outcome.site.casefold() not in known]
    if strangers:
        session.note(
            _("Not in the site table {file}, so remind passes them over: {keys}. Add their rows.").format(
                file=session.config.folder / "sites.csv", keys=", ".join(strangers)
            )
        )
