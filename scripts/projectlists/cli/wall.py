"""The wall around every command: expected failures become one sentence, surprises a log file."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from projectlists.cli import clickwords, failure
from projectlists.cli.session import NO_TRAFFIC, Session
from projectlists.errors import ProjectListsError
from projectlists.language import _, visible

INTERRUPTED = 130
UNEXPECTED = 3


@dataclass
class Call:
    """What is known of this call of the program when it fails: the command that was asked for, and its session."""

    command: str | None = None
    session: Session | None = None


def run(command: click.Command, words: Sequence[str]) -> int:
    """Run a command and return its exit status (contract.md §2)."""
    call = Call()
    told = call if "--json" in words else None
    try:
        status = command.main(args=list(words), prog_name="projectlists", standalone_mode=False, obj=call)
    except ProjectListsError as error:
        return _say(str(error), error.exit_status, told)
    except click.ClickException as error:
        return _say(clickwords.sentence(error), error.exit_code, told)
    except (KeyboardInterrupt, click.Abort):
        # Where Ctrl-C ended text that Python was running, it kills itself in the end; the next text lets it forget.
        exec("")  # noqa: S102
        return _say(_("Stopped. Run the same command again to go on."), INTERRUPTED, told)
    except BrokenPipeError:
        # The reader has gone, as with `| head`; Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        log = _log(error)
        return _say(
            _("Something unexpected went wrong ({kind}). The details are in {log}. Please report it.").format(
                kind=type(error).__name__, log=log
            ),
            UNEXPECTED,
            told,
        )
    return status if isinstance(status, int) else 0


def _say(sentence: str, status: int, told: Call | None) -> int:
    click.echo(visible(sentence), err=True)
    if told is not None:
        http = told.session.traffic() if told.session is not None else NO_TRAFFIC
        click.echo(json.dumps(failure.document(told.command, sentence, http), ensure_ascii=False))
    return status


def _log(error: BaseException) -> Path:
    """Write the traceback, without values of variables, to a file only this user can read."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="projectlists-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(file.name)
