"""`projectlists demo`: the whole idea on a realistic, fictional project, on this computer only."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from projectlists.cli.session import Session, today
from projectlists.language import _

if TYPE_CHECKING:
    from projectlists.cli.farend import FarEnd


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "demo",
        help=_(
            "See how it works, on a fictional project. A site is set up and filled, the daily job runs for five "
            "working days, and a report is made. Everything stays on this computer; you need no SharePoint and no "
            "rights."
        ),
    )
    @click.option("--keep", is_flag=True, help=_("Leave everything running afterwards, to look around."))
    @click.pass_obj
    def demo(session: Session, keep: bool) -> int:
        started = time.monotonic()
        from projectlists.cli import farend  # noqa: PLC0415 - help must not wait for the clients

        session.note(_("Starting a practice environment on this computer …"))
        far_end = farend.start("sample")
        finished = False
        try:
            # Not in the folder of the sandbox: the report is there to be read when that has gone.
            folder = Path(tempfile.mkdtemp(prefix="projectlists-report-"))
            document, last = _play(session, far_end, today(None), folder)
            finished = True
            document |= {"seconds": round(time.monotonic() - started, 1), "ready": dict(far_end.facts), "kept": keep}
            if session.as_json:
                session.emit(document)
            else:
                page = Path(document["files"][0])
                _farewell(far_end, last, page, keep=keep, seconds=time.monotonic() - started)
        finally:
            if not (keep and finished):
                far_end.stop()
        return 0

    return demo


def _play(session: Session, far_end: FarEnd, first: date, folder: Path) -> tuple[dict[str, Any], date]:
    from projectlists.cli.stage import Stage  # noqa: PLC0415

    stage = Stage(session, far_end, first)
    stage.set_up()
    runs = [stage.live_through(number) for number in range(len(stage.days))]
    again = stage.run_again()
    files = [str(path) for path in stage.report(folder)]
    return {"days": [run.as_json() for run in runs], "again": again.as_json(), "files": files}, stage.days[-1]


def _farewell(far_end: FarEnd, last: date, page: Path, *, keep: bool, seconds: float) -> None:
    config = far_end.config
    click.echo()
    click.secho(_("That was it, in {seconds} seconds.").format(seconds=round(seconds)), bold=True)
    click.echo(_("Read the report in a browser:") + f"\n  {page.as_uri()}")
    click.echo(_("Look at the lists, the mailbox and every request:") + f"\n  {far_end.web}")
    click.echo(_("Try it yourself:"))
    program = "python -m projectlists" if Path(sys.argv[0]).name == "__main__.py" else sys.argv[0]
    for command in (
        "plan marktplein",
        "provision marktplein",
        f"remind marktplein --dry-run --days 10 --today {last.isoformat()}",
    ):
        click.echo(f"  {program} --config {config} {command}")
    if keep:
        click.echo(_("The sandbox keeps running. Stop it with: kill {process}").format(process=far_end.process.pid))
    elif sys.stdin.isatty():
        click.prompt(_("Press Enter to stop the sandbox"), default="", show_default=False, prompt_suffix=" ")
    else:
        click.echo(_("The sandbox stops now. Run `projectlists demo --keep` to leave it running and look around."))
