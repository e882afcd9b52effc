"""`projectlists schedule`: the ready-to-use file for a scheduler."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from projectlists.cli.session import Session, unwritable
from projectlists.errors import UsageError
from projectlists.language import _

EARLIEST, LATEST = 3, 22
"""Away from the two hours in which the clock changes, and from midnight, after which it is another day."""


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "schedule",
        help=_(
            "Print the file that makes a scheduler run `remind` every working day. TARGET is cron, systemd, windows, "
            "github-actions, azure-functions, container-apps or kubernetes."
        ),
    )
    @click.argument("target", metavar="TARGET")
    @click.option(
        "--at",
        "hour",
        metavar="HOUR",
        type=click.IntRange(EARLIEST, LATEST),
        default=8,
        show_default=True,
        help=_("The hour of the day in the Netherlands."),
    )
    @click.option(
        "--shards",
        metavar="N",
        type=click.IntRange(1, 256),
        default=1,
        help=_("How many jobs share the sites, for kubernetes and github-actions."),
    )
    @click.option(
        "--out",
        "folder",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help=_("Write the files to this folder instead of printing them."),
    )
    @click.pass_obj
    def schedule(session: Session, *, target: str, hour: int, shards: int, folder: Path | None) -> int:
        from projectlists.schedules import targets  # noqa: PLC0415 - help must not wait for it

        key = targets.target_named(target)
        if key is None:
            raise UsageError(
                _("There is no scheduler {target}. Choose from {known}.").format(
                    target=target, known=", ".join(targets.TARGETS)
                )
            )
        if shards > 1 and key not in targets.SHARDED:
            raise UsageError(
                _("--shards goes with {known}: {target} starts one job.").format(
                    known=_(" or ").join(sorted(targets.SHARDED)), target=key
                )
            )
        wish = targets.Wish(_program(), str(Path(session.config_folder).absolute()), hour, shards)
        files = targets.files_for(key, wish)
        written = [] if folder is None else [_write(folder / file.name, file.text) for file in files]
        if session.as_json:
            session.emit(
                {
                    "target": key,
                    "files": [str(path) for path in written] or [file.name for file in files],
                    "texts": {file.name: file.text for file in files},
                }
            )
        elif written:
            for path in written:
                click.echo(str(path))
        else:
            # One file is printed as it is. Others that go with it are named, and printed only where that is harmless.
            together = key == "systemd"
            for file in files if together else files[:1]:
                click.echo(f"# ---- {file.name}\n{file.text}" if together else file.text, nl=False)
            if len(files) > 1:
                session.note(
                    _("Files: {names}. With --out DIR they are written for you.").format(
                        names=", ".join(file.name for file in files)
                    )
                )
        return 0

    return schedule


def _program() -> str:
    """Where the program is on this machine; a plain name when that cannot be told."""
    for name in ("projectlists", "projectlists.exe"):
        beside = Path(sys.executable).with_name(name)
        if beside.is_file():
            return str(beside)
    return "projectlists"


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise unwritable(path, error) from None
    return path
