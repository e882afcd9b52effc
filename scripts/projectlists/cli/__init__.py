"""The command line: arguments in, job called, result shown. The only prints, clock and environment are here.

One file per command, named after it; each is imported only when it is asked for, so that help is quick.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword

import click

from projectlists.cli import clickwords, wall
from projectlists.cli.session import Session, language_of
from projectlists.errors import UsageError
from projectlists.language import LANGUAGES, _, use

COMMANDS = (
    "demo",
    "sandbox",
    "init",
    "validate",
    "plan",
    "provision",
    "bootstrap",
    "remind",
    "import",
    "export",
    "report",
    "close",
    "reopen",
    "explain",
    "doctor",
    "schedule",
)


class _Commands(click.Group):
    """Imports a command's file when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"projectlists.cli.{_file_of(cmd_name)}").make()
        return clickwords.dressed(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UsageError(
                _("There is no command {command}. Choose from {known}.").format(
                    command=args[0], known=", ".join(COMMANDS)
                )
            )
        return super().resolve_command(ctx, args)


def _file_of(command: str) -> str:
    """The file of a command; a word of Python's own, such as import, gets a line behind it."""
    return f"{command}_" if iskeyword(command) else command


def _make() -> click.Command:
    """Build the group in the language in use: its help is text for people too."""

    @click.group(
        cls=_Commands,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=_(
            "Project lists on SharePoint: set up, kept in order, guarded by reminders. Start with `projectlists demo`."
        ),
    )
    @click.option(
        "--config",
        "config",
        metavar="DIR",
        envvar="PROJECTLISTS_CONFIG",
        default="config",
        help=_("The config folder: your settings. Default: $PROJECTLISTS_CONFIG, else ./config."),
    )
    @click.option(
        "--lang",
        expose_value=False,  # read from the bare words, before the help is made
        type=click.Choice(LANGUAGES),
        help=_("The language of the program. Default: that of your computer."),
    )
    @click.option("--json", "as_json", is_flag=True, help=_("Give the result as one JSON document, for scripts."))
    @click.option("-v", "--verbose", is_flag=True, help=_("Show every change and every request."))
    @click.version_option(package_name="projectlists", message="%(version)s", help=_("Show the version."))
    @click.pass_context
    def projectlists(ctx: click.Context, *, config: str, as_json: bool, verbose: bool) -> None:
        if ctx.invoked_subcommand is None:
            click.echo(ctx.get_help(), err=True)
            raise UsageError(_("Name a command."))
        call: wall.Call = ctx.obj
        call.command = ctx.invoked_subcommand
        ctx.obj = call.session = Session(config_folder=config, as_json=as_json, verbose=verbose)

    return clickwords.dressed(projectlists)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status (contract.md §2): 0, 1, 2, 3 or 130."""
    _take_any_text(sys.stdout)
    words = globals_first(sys.argv[1:] if arguments is None else arguments)
    use(language_of(words))
    return wall.run(_make(), words)


def _take_any_text(output: object) -> None:
    """Let output take every letter and sign, wherever it goes.

    Into a file or another program goes UTF-8, as whoever reads JSON expects: Windows would take the code page of the
    country, and fail on an arrow. A terminal, or an encoding that somebody asked for, shows ? for what it lacks.
    """
    if not isinstance(output, io.TextIOWrapper) or output.encoding.lower().replace("-", "") == "utf8":
        return
    if output.isatty() or "PYTHONIOENCODING" in os.environ:
        output.reconfigure(errors="replace")
    else:
        output.reconfigure(encoding="utf-8")


def globals_first(words: Sequence[str]) -> list[str]:
    """The options of every command before the command, wherever they stand: `remind --all --config DIR`."""
    first: list[str] = []
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            rest += [word, *waiting]
        elif word in {"--json", "-v", "--verbose"} or word.startswith(("--config=", "--lang=")):
            first.append(word)
        elif word in {"--config", "--lang"}:
            first += [word, *(value for value in [next(waiting, None)] if value is not None)]
        else:
            rest.append(word)
    return [*first, *rest]
