"""`projectlists validate`: check definitions and config offline."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from click.core import ParameterSource

from projectlists.cli.session import Session
from projectlists.language import _


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "validate",
        help=_("Check your list definitions and config. Names every mistake with its file and line. Needs no network."),
    )
    @click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
    @click.pass_obj
    def validate(session: Session, paths: tuple[Path, ...]) -> int:
        from projectlists.validate import validate as problems_in  # noqa: PLC0415 - help must not wait for it

        config = Path(session.config_folder)
        # The folder that is looked in by default need not be there; one that was named must be.
        named = click.get_current_context().find_root().get_parameter_source("config") is not ParameterSource.DEFAULT
        problems = problems_in(paths, config if named or (config / "tenant.yaml").is_file() else None)
        if session.as_json:
            session.emit({"ok": not problems, "problems": [asdict(problem) for problem in problems]})
        elif problems:
            for problem in problems:
                session.tell(str(problem))
            session.note(_("Mistakes found: {count}.").format(count=len(problems)))
        else:
            click.echo(_("Everything is in order."))
        return 2 if problems else 0

    return validate
