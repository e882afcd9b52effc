"""The wall around every command: expected failures become one sentence, surprises a log file."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from projectlists.cli import clickwords
from projectlists.errors import ProjectListsError
from projectlists.language import _, visible

INTERRUPTED = 130
UNEXPECTED = 3


def run(command: click.Command, words: Sequence[str]) -> int:
    """Run a command and return its exit status (contract.md §2)."""
    as_json = "--json" in words
    try:
        status = command.main(args=list(words), prog_name="projectlists", standalone_mode=False)
    except ProjectListsError as error:
        return _say(str(error), error.exit_status, as_json)
    except click.ClickException as error:
        return _say(clickwords.sentence(error), error.exit_code, as_json)
    except (KeyboardInterrupt, click.Abort):
        return _say(_("Stopped. Run the same command again to go on."), INTERRUPTED, as_json)
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
            as_json,
        )
    return status if isinstance(status, int) else 0


def _say(sentence: str, status: int, as_json: bool) -> int:
    click.echo(visible(sentence), err=True)
    if as_json:
        _document(sentence)
    return status


def _document(sentence: str) -> None:
    click.echo(json.dumps({"ok": False, "error": sentence}, ensure_ascii=False))


def _log(error: BaseException) -> Path:
    """Write the traceback, without values of variables, to a file only this user can read."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="projectlists-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(file.name)
