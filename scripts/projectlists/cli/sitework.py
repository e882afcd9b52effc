"""Planning and provisioning as the commands do it: wishes from arguments, questions, progress, results."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from projectlists.cli import planview, progress, undofile
from projectlists.cli.session import Session
from projectlists.config.model import Site
from projectlists.errors import UsageError
from projectlists.farend.tabs import ChannelTabs
from projectlists.language import Language, _
from projectlists.provisioning.job import SiteResult, Wish, provision
from projectlists.provisioning.job import planned as plan_of
from projectlists.structure.plan import Plan


def wish_of(session: Session, profile: str | None, language: Language | None, extra: str = "") -> Wish:
    """What the arguments ask of a site; raises UsageError for a list that does not exist."""
    names = filter(None, (part.strip() for part in extra.split(",")))
    return Wish(profile, tuple(session.list_named(name).key for name in names), language)


def _from_table(site: Site) -> Wish:
    return Wish(site.profile, (), site.language)


def _channel(session: Session, site: Site) -> ChannelTabs | None:
    """The tabs of the channel that the site table names for a site."""
    return session.tenant_of(site.url).tabs(site.team, site.channel) if site.team and site.channel else None


def planned(
    session: Session, site: Site, *, profile: str | None, language: Language | None, extra: str = ""
) -> SiteResult:
    """The plan of one site."""
    session.note(_("Reading {site} …").format(site=site.url))
    wish = wish_of(session, profile, language, extra)
    return plan_of(session.remote(site.url), session.definitions, wish, _from_table(site), _channel(session, site))


def provisioned(
    session: Session,
    site: Site,
    *,
    profile: str | None,
    language: Language | None,
    extra: str = "",
    ask: bool,
    fingerprint: str | None = None,
    force: bool = False,
    alone: bool = True,
    undo_folder: Path = Path(),
) -> SiteResult:
    """One site made as declared, after asking when that was wished. `alone`: no other bar shows the progress.

    Values of rows that are rewritten are kept in a new file in `undo_folder` first.
    """
    wish = wish_of(session, profile, language, extra)
    work = ExitStack()

    def confirm(plan: Plan) -> bool:
        shown = SiteResult(site.url, ok=True, plan=plan)
        for line in planview.lines_of(shown, session.definitions, every_change=session.verbose):
            session.note(line)
        if ask and not sys.stdin.isatty():
            raise UsageError(_("There is nobody to ask. Look at the plan first, then give --yes."))
        agreed = not ask or session.agreed(_("Apply this plan?"))
        if agreed and alone:
            work.enter_context(progress.busy(_("Applying …")))
        return agreed

    with work:
        session.note(_("Reading {site} …").format(site=site.url))
        return provision(
            session.remote(site.url),
            session.definitions,
            wish,
            _from_table(site),
            _channel(session, site),
            confirm=confirm,
            fingerprint=fingerprint,
            force=force,
            keep=lambda undo: undofile.keep(session, undo, undo_folder),
        )


def show(session: Session, results: Sequence[SiteResult]) -> None:
    """The results, as one JSON document or as text."""
    if session.as_json:
        session.emit_sites(result.as_json() for result in results)
        return
    for result in results:
        if result.applied:
            line = _("Changes made and checked: {count}.").format(count=result.applied)
            session.tell(f"{result.site}\n  {line}")
        else:
            for line in planview.lines_of(result, session.definitions, every_change=session.verbose):
                session.tell(line)
        if result.error and result.plan.changes:
            session.note(f"{result.site}: {result.error}")


def status_of(results: Sequence[SiteResult]) -> int:
    """The exit status (contract.md §2): 0 when all went well, 2 when nothing was wrong but the call, else 1."""
    failed = {1 if result.failure is None else result.failure.exit_status for result in results if not result.ok}
    return min(failed, default=0)
