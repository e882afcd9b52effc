"""An import as people see it: what the headings mean, what happens to the rows, what was left over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from projectlists.cli.session import Session, today
from projectlists.importing import appearance, privacy, refusedfile
from projectlists.importing.comparing import absent
from projectlists.importing.job import Prepared
from projectlists.language import Language, _, current

_SHOWN = 20
"""Doubtful and refused rows that are named; -v names all."""


def lines_of(ready: Prepared, language: Language, *, every_row: bool) -> Iterator[str]:
    """The preview."""
    table = ready.table
    place = _("{file}, title row {row}") if not table.place.grid.name else _("{file}, sheet {sheet}, title row {row}")
    yield place.format(file=ready.path.name, sheet=table.place.grid.name, row=table.place.header + 1)
    if table.mapping.file:
        yield "  " + _("{heading} tells which document a row is about.").format(heading=table.mapping.file.heading)
    width = max((len(match.heading) for match in table.mapping.matches), default=0)
    for match in table.mapping.matches:
        field = ready.definition.field(match.field)
        title = field.title.in_language(language) if field else match.field
        unsure = "" if match.sure else "   " + _("(resembles it: check this one)")
        yield f"  {match.heading:{width}} → {title}{unsure}"
    if table.mapping.left_out:
        yield "  " + _("Not taken over: {headings}").format(headings=", ".join(table.mapping.left_out))
    names = {match.field for match in table.mapping.matches}
    needed = absent(ready.definition, names, today(None)) if ready.with_outcome("new", "doubtful") else ()
    if needed:
        yield "  " + _(
            "Required, but not in this file: {columns}. New rows are doubtful because of it. Add the column, or fill "
            "it in afterwards."
        ).format(columns=", ".join(field.title.in_language(language) for field in needed))
    if table.others:
        yield "  " + _(
            "Other tables in this file, not read (sheet:row): {others}. Choose a sheet with --sheet."
        ).format(others=", ".join(table.others))
    if table.skipped:
        yield "  " + _("Lines passed over (totals, headings between rows, legends): {count}").format(
            count=table.skipped
        )
    persons = privacy.personal(
        ready.definition, (row.values for row in ready.with_outcome("new", "changed", "doubtful"))
    )
    if persons:
        sentence = _(
            "Rows that seem to name a resident: {count}. Write parties, groups and functions instead, and only what "
            "you could show to that person."
        )
        yield "  " + sentence.format(count=persons)
    if ready.hidden:
        yield "  " + _("Rows that are hidden in the file and are read too: {count}").format(count=ready.hidden)
    if ready.colours:
        yield "  " + _(
            "Coloured rows without a state: {count}. What a colour means can stand in the mapping file."
        ).format(count=sum(ready.colours.values()))
    yield _("New {new}, changed {changed}, unchanged {unchanged}, doubtful {doubtful}, refused {refused}.").format(
        **ready.as_json()["rows"]
    )
    remarks = ready.with_outcome("doubtful", "refused")
    for row in remarks if every_row else remarks[:_SHOWN]:
        kind = _("doubtful") if row.outcome == "doubtful" else _("refused")
        yield "  " + _("row {row}, {kind}: {reason}").format(row=row.line, kind=kind, reason=row.reason)
    if len(remarks) > _SHOWN and not every_row:
        yield "  " + _("… and {count} more; -v shows all.").format(count=len(remarks) - _SHOWN)


def confirmed_colours(session: Session, ready: Prepared) -> dict[str, str]:
    """Ask of each colour whether it means what it often means; the states by colour that were confirmed."""
    status = ready.definition.status
    field = ready.definition.field(status.field) if status else None
    if status is None or field is None:
        return {}
    keys = [choice.key for choice in field.choices]
    usual = {"green": status.closing[0], "orange": "in_progress", "grey": "cancelled"}
    names = {"green": _("green"), "orange": _("orange or yellow"), "grey": _("grey")}
    confirmed = {}
    for colour, count in ready.colours.items():
        name = appearance.name_of(colour)
        state = usual.get(name)
        if state not in keys:
            continue
        label = next(choice.label(current()) for choice in field.choices if choice.key == state)
        question = _("Rows that are {colour} and have no state: {count}. Does that mean: {state}?")
        if session.agreed(question.format(count=count, colour=names[name], state=label)):
            confirmed[colour] = state
    return confirmed


def left_over(done: Prepared, *, written: bool) -> list[Path]:
    """Write the rows that were not taken over beside the file; the files made."""
    rows = done.with_outcome("refused", *(() if written else ("doubtful",)))
    file = refusedfile.place(done.path)
    if not rows:
        return []
    try:
        refusedfile.write(file, done.table, rows, current())
    except OSError:
        return []
    return [file]


def show(session: Session, done: Prepared, files: list[Path]) -> None:
    """The result, as one JSON document or as text."""
    if session.as_json:
        traffic = session.traffic()
        session.emit({**done.as_json(), "files": [str(file) for file in files], "http": traffic})
        return
    click.echo(
        _("New {new}, changed {changed}, unchanged {unchanged}, doubtful {doubtful}, refused {refused}.").format(
            **done.as_json()["rows"]
        )
    )
    for file in files:
        click.echo(_("The rows that were not taken over stand in {file}, each with the reason.").format(file=file))
