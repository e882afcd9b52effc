"""Click's own words, in help and in usage errors, in the language of the program."""

from __future__ import annotations

from collections.abc import Iterable

import click

from projectlists.language import _


class _HelpFormatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _("Usage:") + " ")

    def write_heading(self, heading: str) -> None:
        super().write_heading({"Options": _("Options"), "Commands": _("Commands")}.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(term, _in_words(text)) for term, text in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _HelpFormatter


def dressed(command: click.Command) -> click.Command:
    """The command itself, with help in the language of the program."""
    command.context_class = _Context
    command.options_metavar = _("[OPTIONS]")
    if isinstance(command, click.Group):
        command.subcommand_metavar = _("COMMAND [ARGS]...")
    return command


def _in_words(text: str) -> str:
    if text == "Show this message and exit.":
        return _("Show this help.")
    return text.replace("[default: ", "[" + _("default:") + " ").replace("[required]", "[" + _("required") + "]")


def sentence(error: click.ClickException) -> str:
    """What is wrong with a command line, and where to look; `--help` names the command that was meant."""
    context = getattr(error, "ctx", None)
    help_of = f"{context.command_path if context else 'projectlists'} --help"
    return f"{_wrong(error)} " + _("Look at `{help}`.").format(help=help_of)


def _wrong(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return _("There is no option {option}.").format(option=error.option_name)
        case click.BadOptionUsage():
            # Click does not tell which of the two it is.
            sentence = _("Option {option} lacks its value, or has one that does not belong to it.")
            return sentence.format(option=error.option_name)
        case click.MissingParameter(param=click.Parameter() as parameter):
            return _("{name} is missing.").format(name=_named(parameter))
        case click.BadParameter(param=click.Parameter() as parameter):
            return _unfit(parameter)
        case _:
            return _("The command has a word too many or too few.")


def _unfit(parameter: click.Parameter) -> str:
    name, kind = _named(parameter), parameter.type
    if isinstance(kind, click.Choice):
        return _("{name} is one of these: {choices}.").format(name=name, choices=", ".join(map(str, kind.choices)))
    if isinstance(kind, click.IntRange) and kind.max is not None:
        return _("{name} is a whole number from {least} to {most}.").format(name=name, least=kind.min, most=kind.max)
    if isinstance(kind, click.IntRange):
        return _("{name} is a whole number, {least} or more.").format(name=name, least=kind.min)
    return _("{name} names something that is not there or is of another kind.").format(name=name)


def _named(parameter: click.Parameter) -> str:
    """As it is typed: the longest form of an option, the name of an argument in help."""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.metavar or (parameter.name or "").upper()
