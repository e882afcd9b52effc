"""`projectlists explain`: why a row gets a reminder today, or why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from projectlists.cli import arguments
from projectlists.cli.session import Session, today
from projectlists.errors import UsageError
from projectlists.language import _, current, plain
from projectlists.language import day_in_words as short_day

if TYPE_CHECKING:
    from projectlists.definitions.model import Definitions
    from projectlists.reminding.explanation import Due, Explanation
    from projectlists.reminding.ledger import LedgerRow


def make() -> click.Command:
    """Build the command."""

    @click.command(
        "explain",
        help=_(
            "Why a row does or does not get a reminder or a status change today, what comes next, and what was sent "
            "before. ID is the number of the row, such as 12 or A-12. Nothing is written or sent."
        ),
    )
    @click.argument("name", metavar="SITE")
    @click.argument("key", metavar="LIST")
    @click.argument("row", metavar="ID")
    @arguments.today()
    @click.pass_obj
    def explain(session: Session, *, name: str, key: str, row: str, day: str | None) -> int:
        moment, number = arguments.date_of(day), _number(row)
        from projectlists.reminding.explaining import Explainer  # noqa: PLC0415 - help must not wait for the clients

        (site,) = session.sites([name], every=False)
        found = session.list_named(key)
        tenant = session.tenant_of(site.url)
        explainer = Explainer(tenant.config, session.definitions, tenant)
        explanation = explainer.explain(site, found, number, today(moment))
        if session.as_json:
            session.emit(explanation.as_json())
        else:
            for line in lines_of(explanation, session.definitions):
                session.tell(line)
        return 0

    return explain


def lines_of(explanation: Explanation, definitions: Definitions) -> Iterator[str]:
    """An explanation in text."""
    from projectlists.cli.reminding import day_in_words, flip_line  # noqa: PLC0415

    yield f"{explanation.label} {plain(explanation.title)}".rstrip()
    yield day_in_words(explanation.today)
    yield _("Today")
    for flip in explanation.flips:
        yield f"  {flip_line(definitions, flip, '', current())}"
    for one in explanation.due:
        yield f"  {_line(explanation, definitions, one)} ({_states()[one.outcome]})"
    again = explanation.again
    if again and again.state == "due" and again.day:
        yield "  " + _("The next row is made, for {day}.").format(day=short_day(again.day))
    elif not explanation.flips and not explanation.due:
        yield "  " + _("Nothing.")
    yield _("Next, if nothing changes")
    for one in explanation.coming:
        yield f"  {day_in_words(one.on)}: {_line(explanation, definitions, one)}"
    if again and again.state == "open" and again.day:
        yield "  " + _("When it has been carried out: the next row, for {day}.").format(day=short_day(again.day))
    elif not explanation.coming:
        yield "  " + _("Nothing.")
    yield _("Sent and changed before")
    for row in explanation.history:
        yield f"  {_past(explanation, definitions, row)}"
    if not explanation.history:
        yield "  " + _("Nothing.")
    yield _("Why")
    for reason in explanation.reasons:
        yield f"  - {reason}"


def _line(explanation: Explanation, definitions: Definitions, one: Due) -> str:
    """`D D+3 (3 working days after 26 November 2026) → fenna.wilgenhof@gemeente.example`."""
    from projectlists.rules.reasons import step_in_words  # noqa: PLC0415

    step = step_in_words(definitions.lists[explanation.list], one.rule, one.stage, one.due)
    to = one.recipient or _("nobody")
    copies = _(" (cc {addresses})").format(addresses=", ".join(one.cc)) if one.cc else ""
    line = f"{one.rule} {step} → {to}{copies}"
    return _("{line}, for information").format(line=line) if one.info else line


def _past(explanation: Explanation, definitions: Definitions, row: LedgerRow) -> str:
    from projectlists.rules.reasons import step_in_words  # noqa: PLC0415

    day = short_day(row.day) if row.day else "?"
    if row.due is None:
        return f"{day}: {plain(row.title)}"
    step = step_in_words(definitions.lists[explanation.list], row.rule, row.stage, row.due)
    return f"{day}: {row.rule} {step} → {row.recipient} ({_states().get(row.state, row.state)})"


def _states() -> dict[str, str]:
    return {
        "preview": _("is sent by the next run"),
        "already": _("sent before"),
        "held": _("held back"),
        "sent": _("sent"),
        "claimed": _("begun, not finished"),
        "unknown": _("not known whether it was sent"),
    }


def _number(text: str) -> int:
    found = re.fullmatch(r"(?:[A-Za-z]{1,4}-)?(\d{1,9})", text)
    if not found or not int(found.group(1)):
        raise UsageError(
            _("{text} is not the number of a row. Write it as it stands on the site, such as 12 or A-12.").format(
                text=text
            )
        )
    return int(found.group(1))
