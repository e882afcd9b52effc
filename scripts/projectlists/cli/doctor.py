"""`projectlists doctor`: what is in order, what is not, and who can put it right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from projectlists.cli import arguments
from projectlists.cli.session import Session
from projectlists.language import _

if TYPE_CHECKING:
    from projectlists.doctor.finding import Finding

MARKS = {"ok": "✓", "warning": "!", "failed": "✗", "unknown": "?"}


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "doctor",
        help=_(
            "Check everything the daily job needs: network, sign-in, rights, mailbox, lists and the last run. It says "
            "what is missing and who can give it. It sends nothing and changes nothing."
        ),
    )
    @arguments.sites()
    @click.pass_obj
    def doctor(session: Session, *, names: tuple[str, ...], every: bool) -> int:
        from projectlists.cli.session import today  # noqa: PLC0415 - help must not wait for the clients
        from projectlists.doctor import job  # noqa: PLC0415
        from projectlists.doctor.finding import healthy  # noqa: PLC0415

        # Without a name every site is looked at; a site table may still be empty when the rest is tried out.
        sites = session.sites(names, every) if names or every else None
        findings = []
        checks = []
        for tenant in session.tenants:
            config = tenant.config
            own = config.sites if sites is None else [site for site in sites if config.has(site.url)]
            if names and not own:
                continue  # somebody asks about a site of another tenant
            if len(session.tenants) > 1 and not session.as_json:
                session.tell(_("Tenant {tenant}").format(tenant=config.tenant))
            for finding in job.examine(config, session.definitions, tenant, own, today=today(None)):
                findings.append(finding)
                checks.append({**finding.as_json(), "tenant": config.tenant})
                if not session.as_json:
                    for line in lines_of(finding):
                        session.tell(line)
        well = healthy(findings)
        if session.as_json:
            session.emit({"ok": well, "checks": checks})
        else:
            click.echo(_summary(well, sum(finding.outcome == "warning" for finding in findings)))
        return 0 if well else 1

    return doctor


def lines_of(finding: Finding) -> Iterator[str]:
    """What was found; for what is not in order also what to do and who can do it."""
    words = {
        "ok": _("in order"),
        "warning": _("take note"),
        "failed": _("not in order"),
        "unknown": _("could not check"),
    }
    where = f" [{finding.site.rsplit('/', 1)[-1]}]" if finding.site else ""
    yield f"{MARKS[finding.outcome]} {words[finding.outcome]}{where}: {finding.message}"
    if not finding.remedy or finding.outcome == "ok":
        return
    sentence = _("{remedy} Who can do this: {who}.") if finding.who else "{remedy}"
    yield "    → " + sentence.format(remedy=finding.remedy, who=finding.who)


def _summary(well: bool, warnings: int) -> str:
    if not well:
        return _("Not everything is in order. Start with the first ✗: what comes after it may follow from it.")
    if warnings:
        return _("The job can run. Take note of the lines with !.")
    return _("Everything is in order.")
