"""Plans as one page to read, send and print: what changes for each list, from what to what, and what stops it.

The page stands by itself (no script, no address of another file) and is made for WCAG 2.2 AA, 320 pixels and paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from projectlists.cli import planview
from projectlists.cli.session import unwritable
from projectlists.definitions.model import Definitions
from projectlists.language import _, current
from projectlists.provisioning.job import SiteResult
from projectlists.structure.plan import LABELS, MOST_COLUMNS_TOUCHED, Change


@dataclass(frozen=True)
class Line:
    """One change in words. `before` and `after` are None where they say nothing to people."""

    verb: str
    thing: str
    what: str = ""
    before: str | None = None
    after: str | None = None
    more: str = ""


@dataclass(frozen=True)
class ListPart:
    """One list: what a plan does with it, what is refused, and what people added. `new` tells what a new list gets."""

    key: str
    title: str
    new: str
    refused: tuple[Line, ...]
    work: tuple[Line, ...]
    added: tuple[Line, ...]


@dataclass(frozen=True)
class SitePart:
    """One site's plan. `brakes` are what stops it, in sentences."""

    anchor: str
    url: str
    error: str
    fingerprint: str
    counts: tuple[tuple[str, str, int], ...]
    settled: bool
    brakes: tuple[str, ...]
    lists: tuple[ListPart, ...]


def page(results: Sequence[SiteResult], definitions: Definitions, made: datetime) -> str:
    """The page; `made` is the moment to print on it, in the time of the reader."""
    sites = [_site(number, result, definitions) for number, result in enumerate(results, start=1)]
    title = _("Plan for a site") if len(sites) == 1 else _("Plans for sites")
    return _template().render(
        language=current(), title=title, made=made.strftime("%d-%m-%Y %H:%M"), sites=sites, words=_words()
    )


def write(results: Sequence[SiteResult], definitions: Definitions, file: Path, made: datetime) -> None:
    """Write the page; an earlier one is replaced.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        file.write_text(page(results, definitions, made), "utf-8")
    except OSError as error:
        raise unwritable(file, error) from None


def _site(number: int, result: SiteResult, definitions: Definitions) -> SitePart:
    plan = result.plan
    words = _verbs()
    counts = tuple((verb, words[verb], sum(change.verb == verb for change in plan.changes)) for verb in words)
    groups = groupby(plan.changes, key=lambda change: change.list)
    return SitePart(
        anchor=f"site-{number}",
        url=result.site,
        error=result.error or "" if not plan.changes else "",
        fingerprint=plan.fingerprint,
        counts=counts,
        settled=plan.settled and result.failure is None,
        brakes=_brakes(result, definitions),
        lists=tuple(_list(key, list(changes), definitions) for key, changes in groups),
    )


def _brakes(result: SiteResult, definitions: Definitions) -> tuple[str, ...]:
    plan = result.plan
    found = []
    if plan.too_large:
        sentence = _("The plan changes {count} existing columns, more than {most}. It is only applied with --force.")
        found.append(sentence.format(count=plan.columns_touched, most=MOST_COLUMNS_TOUCHED))
    if plan.refused_lists:
        sentence = _("These lists are left alone until what is refused is solved: {lists}.")
        found.append(sentence.format(lists=", ".join(sorted(map(definitions.title_of, plan.refused_lists)))))
    rows = sum(change.rows or 0 for change in plan.work)
    if rows:
        sentence = _("Rows that get a new label of a choice: {rows}. An undo file is written first.")
        found.append(sentence.format(rows=rows))
    return tuple(found)


def _list(key: str, changes: Sequence[Change], definitions: Definitions) -> ListPart:
    made = next((change for change in changes if change.kind == "list" and change.verb == "create"), None)
    new = ""
    if made is not None:
        columns, views = (len({change.name for change in changes if change.kind == kind}) for kind in ("field", "view"))
        new = _("New list. Columns: {columns}. Views: {views}.").format(columns=columns, views=views)
    titled = (change.after for change in changes if change.kind == "list" and change.attribute in {None, "title"})
    title = next((str(text) for text in titled if text), definitions.title_of(key))
    return ListPart(
        key=key,
        title=title if title != key else "",
        new=new,
        refused=tuple(_line(change, definitions) for change in changes if change.verb == "refuse"),
        work=tuple(_line(change, definitions) for change in changes if change.works and change is not made),
        added=tuple(_line(change, definitions) for change in changes if change.verb == "report"),
    )


def _line(change: Change, definitions: Definitions) -> Line:  # noqa: PLR0911 - one line a kind of change
    verb, thing = change.verb, planview.thing_in_words(change, definitions)
    if verb in {"report", "refuse"}:
        if verb == "refuse":
            return Line(verb, thing, more=change.reason)
        named = planview.shown_in_words(change, change.before) if change.before not in (None, (), change.name) else ""
        return Line(verb, thing, named)
    if planview.is_settings(change) and not change.attribute:
        return Line(verb, thing)
    if change.attribute == LABELS and isinstance(change.before, tuple) and isinstance(change.after, tuple):
        pairs = tuple(f"{old} → {new}" for old, new in zip(change.before, change.after, strict=True))
        return Line(verb, thing, _("rows that get a new label: {rows}").format(rows=change.rows), more=", ".join(pairs))
    if change.attribute is None or verb == "create":
        named = planview.shown_in_words(change, change.after) if planview.says_more(change, definitions) else ""
        return Line(verb, thing, named)
    what = planview.attributes_in_words().get(change.attribute, change.attribute)
    if change.attribute in planview.UNREADABLE:
        return Line(verb, thing, what)
    return Line(
        verb, thing, what, planview.shown_in_words(change, change.before), planview.shown_in_words(change, change.after)
    )


def _verbs() -> dict[str, str]:
    return {
        "create": _("new"),
        "update": _("different"),
        "report": _("added by people"),
        "refuse": _("refused"),
    }


def _words() -> dict[str, Any]:
    return {
        "verbs": _verbs(),
        "skip": _("To the plan"),
        "made": _("Made on"),
        "intro": _("This is what the program would change. Nothing has been changed yet."),
        "fingerprint": _("Fingerprint"),
        "apply": _("To apply exactly this plan:"),
        "settled": _("Nothing to do: the site is as it should be."),
        "brakes": _("Look at this first"),
        "sites": _("Sites"),
        "from": _("from"),
        "to": _("to"),
        "added": _("Added by people: stays as it is"),
        "details": _("All columns and views"),
    }


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("projectlists.cli", "pages"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("plan.html.jinja")
