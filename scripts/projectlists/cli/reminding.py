"""The scheduled job as the commands start and tell it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from babel.dates import format_date

from projectlists.config.model import Config
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.farend.tenant import Tenant
from projectlists.language import Language, _, current
from projectlists.reminding.job import Run
from projectlists.reminding.options import Progress
from projectlists.reminding.result import FlipOutcome, RemindResult
from projectlists.rules.reasons import value_in_words


def run_of(
    config: Config,
    definitions: Definitions,
    tenant: Tenant,
    progress: Progress = lambda _title, _done, _of: None,
) -> Run:
    """A run with the municipality's own mail templates before the shipped ones."""
    own = config.folder / "messages"
    folders = [*([own] if own.is_dir() else []), shipped_folder("config") / "messages"]
    return Run(config, definitions, tenant, messages=folders, progress=progress)


def lines_of(result: RemindResult, definitions: Definitions) -> Iterator[str]:
    """A run in text: what changed, who was mailed, what was held or failed, and why."""
    yield day_in_words(result.today)
    for site in result.sites:
        outcome = site.error or _("done")
        yield f"  {site.site}: {outcome}"
    for flip in result.flips:
        line = flip_line(definitions, flip, "", current())
        yield f"  {line} ({_words()[flip.outcome]})" + (f" {flip.reason}" if flip.reason else "")
    for made in result.made:
        letter = definitions.lists[made.list].letter
        following = _("next row {row}").format(row=f"{letter}-{made.made}") if made.made else _("next row")
        line = f"  {letter}-{made.item}: {following} ({_words()[made.outcome]})"
        yield line + (f" {made.reason}" if made.reason else "")
    for mail in result.mails:
        day = "" if mail.day == result.today else format_date(mail.day, "EEE d MMM", locale=current()) + ": "
        about = _about(mail.kind)
        line = f"  {day}{mail.to}: {about.format(items=mail.items)} ({_words()[mail.outcome]})"
        yield line + (f" {mail.reason}" if mail.reason else "")
    for reason in dict.fromkeys(one.reason for one in result.reminders if one.reason and not one.recipient):
        yield f"  ! {reason}"
    for card in result.cards:
        line = _("card in {channel} (projects: {projects})").format(channel=card.channel, projects=card.projects)
        yield f"  {line} ({_words()[card.outcome]})" + (f" {card.reason}" if card.reason else "")
    for note in result.notes:
        yield f"  ! {note}"
    if result.ok and not result.flips and not result.made and not result.mails:
        yield "  " + _("Nothing to do today.")


def day_in_words(day: date) -> str:
    """`Vrijdag 4 december 2026`: the start of a line, so with a capital."""
    text = format_date(day, "EEEE d MMMM yyyy", locale=current())
    return text[:1].upper() + text[1:]


def flip_line(definitions: Definitions, flip: FlipOutcome, title: str, language: Language) -> str:
    """One automatic change in words: `A-1 Title: Status becomes Done (S1)`."""
    definition = definitions.lists[flip.list]
    field = definition.field(flip.field)
    name = field.title.in_language(language) if field else flip.field
    row = f"{definition.letter}-{flip.item}" + (f" {title}" if title else "")
    return _("{row}: {field} becomes {value} ({rule})").format(
        row=row, field=name, value=value_in_words(definition, flip.field, flip.after, language), rule=flip.rule
    )


def _words() -> dict[str, str]:
    return {
        "sent": _("sent"),
        "already": _("sent before"),
        "held": _("held back"),
        "unknown": _("not known whether it was sent"),
        "failed": _("failed"),
        "preview": _("preview"),
        "done": _("done"),
    }


def _about(kind: str) -> str:
    if kind == "escalation":
        return _("escalation (rows: {items})")
    return _("overview (rows: {items})") if kind == "overview" else _("one mail (rows: {items})")
