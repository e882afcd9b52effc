"""`projectlists remind`: the scheduled job."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from projectlists.cli import arguments, progress
from projectlists.cli.session import Session, time_of_day, today
from projectlists.errors import UsageError
from projectlists.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from projectlists.config.model import Site
    from projectlists.farend.tenant import Tenant
    from projectlists.programme.job import Updated
    from projectlists.reminding.job import Run
    from projectlists.reminding.options import Options
    from projectlists.reminding.result import RemindResult
    from projectlists.reminding.shards import Share


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "remind",
        help=_(
            "The scheduled job: moves statuses and mails each person one digest. No site means all. "
            "Running it again on a day does nothing twice."
        ),
    )
    @arguments.sites()
    @arguments.today()
    @click.option("--dry-run", is_flag=True, help=_("Show who would get what. Nothing is written or sent."))
    @click.option(
        "--days", type=click.IntRange(1, 62), metavar="N", default=1, help=_("With --dry-run: look so many days ahead.")
    )
    @click.option(
        "--shard",
        metavar="I/N",
        help=_(
            "Only share I (from 0) of N equal shares of the sites; all N run beside each other, and the last to finish "
            "mails for all. Read from JOB_COMPLETION_INDEX and JOB_COMPLETIONS where those are set."
        ),
    )
    @click.option(
        "--max-mails", type=click.IntRange(0), metavar="N", help=_("Hold everything when more mails are due.")
    )
    @click.option("--force", is_flag=True, help=_("Send although more mails are due than allowed."))
    @arguments.workers()
    @click.pass_obj
    def remind(
        session: Session,
        *,
        names: tuple[str, ...],
        every: bool,
        day: str | None,
        dry_run: bool,
        days: int,
        shard: str | None,
        max_mails: int | None,
        force: bool,
        workers: int,
    ) -> int:
        if days != 1 and not dry_run:
            raise UsageError(_("--days looks ahead, so it goes with --dry-run."))
        moment, (index, count) = arguments.date_of(day), _share(shard, os.environ)
        from projectlists.cli import reminding, watch  # noqa: PLC0415
        from projectlists.reminding.options import Options  # noqa: PLC0415 - help must not wait for the clients
        from projectlists.reminding.result import together  # noqa: PLC0415
        from projectlists.reminding.shards import Share  # noqa: PLC0415

        session.parts = count
        # Each tenant is a fleet of its own: with its own mailbox, limits, and place where shards meet.
        fleets = [
            (tenant, Share(own, index, count))
            for tenant, own in session.by_tenant(session.sites(names, every, none_means_all=True))
        ]
        options = Options(
            today(moment),
            moment=None if moment else time_of_day(),
            dry_run=dry_run,
            days=days,
            maximum=max_mails,
            force=force,
            workers=workers,
        )
        with watch.watched(session, "remind", preview=dry_run) as outcome:
            with progress.meter(session.pause) as told:
                # All are made before the first one runs: a mailbox that is not named is told before anything is sent.
                runs = [
                    (tenant, share, reminding.run_of(tenant.config, session.definitions, tenant, told))
                    for tenant, share in fleets
                ]
                result = together([_done(session, *one, options) for one in runs])
            outcome.tell(
                ok=result.ok,
                sites=len(result.sites),
                failed=sum(not site.ok for site in result.sites),
                flips=len(result.flips),
                mails=sum(mail.outcome == "sent" for mail in result.mails),
                requests=result.http["requests"],
                throttled=result.http["throttled"],
            )
        if session.as_json:
            session.emit(result.as_json())
        else:
            for line in reminding.lines_of(result, session.definitions):
                session.tell(line)
        return 0 if result.ok else 1

    return remind


def _done(session: Session, tenant: Tenant, share: Share, run: Run, options: Options) -> RemindResult:
    """The run of one tenant, with the overviews of its programmes before it."""
    overviews = _overviews(session, tenant, share.sites, options)
    result = run.run(share.sites, options, share)
    if overviews is None:
        return result
    return replace(
        result,
        flips=(*overviews.flips, *result.flips),
        notes=(*overviews.notes, *result.notes),
        http=tenant.traffic.as_json(),
    )


def _overviews(session: Session, tenant: Tenant, sites: Sequence[Site], options: Options) -> Updated | None:
    """Bring the overviews of programmes up to date before reminders look at them; None where there is no programme."""
    programmes = [site for site in sites if site.profile == "programme"]
    if not programmes:
        return None
    from projectlists.programme import job  # noqa: PLC0415 - it brings the reports along, which most runs do without

    return job.update(
        programmes,
        session.definitions,
        tenant.config,
        tenant.site,
        options.today,
        preview=options.dry_run,
    )


def _share(text: str | None, environment: Mapping[str, str]) -> tuple[int, int]:
    """The share that is asked for, else the one that an indexed job of Kubernetes gives its pods, else all."""
    if text is None and (index := environment.get("JOB_COMPLETION_INDEX")):
        count = environment.get("JOB_COMPLETIONS")
        if not count:
            raise UsageError(
                _("JOB_COMPLETION_INDEX is set and JOB_COMPLETIONS is not. Set it to the number of shards.")
            )
        text = f"{index}/{count}"
    if text is None:
        return 0, 1
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if not found:
        raise UsageError(
            _("{text} is not a share. Write its number and how many there are, such as 0/4.").format(text=text)
        )
    return int(found.group(1)), int(found.group(2))
