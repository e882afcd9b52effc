"""Risks: where they lie now and after the measures (guide.md §2.5)."""

from __future__ import annotations

from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import heatmap
from projectlists.reporting.project import Project

KEY = "Risks"
HIGH = 15
"""From this score a risk is very high: a signal to the project manager (guide.md §2.5, R-R3; §2.15 HighRisks)."""
_LIVE = ("identified", "managed", "accepted")


def section(project: Project, audience: Audience) -> Section:
    """The subject as a section; a sentence when there is no list."""
    title = project.title_of(KEY, _("Risk list"))
    if not project.shows(KEY, audience):
        return Section("risks", title, (project.absence(KEY, title, audience),))
    definition = project.lists[KEY]
    live = sorted(live_risks(project), key=lambda item: (-score(item), item.id))
    occurred = [item for item in project.rows(KEY) if item["RiskStatus"] == "occurred"]
    if not live and not occurred:
        return Section("risks", title, (_("There are no risks in the list that could still happen."),))
    high = sum(score(item) >= HIGH and not is_opportunity(item) for item in live)
    sentences = [
        _("Risks that could still happen: {count}, of which {high} with a score of 15 or more.").format(
            count=len(live), high=high
        )
    ]
    if any(is_opportunity(item) for item in live):
        sentences.append(_("An opportunity has an arrow upwards (↑) after its number."))
    if occurred:
        sentences.append(_("Already happened: {count}. These are in the table only.").format(count=len(occurred)))
    now, rest = heat_map(definition, live, residual=False), heat_map(definition, live, residual=True)
    pictures = [
        Picture(
            "risks-now",
            _("Risks now"),
            _(
                "Five by five cells: likelihood goes up, impact goes to the right. Risks in the cells, by "
                "number: {count}. With a score of 15 or more: {high}. The table below says the same."
            ).format(count=len(now.risks), high=high),
            partial(heatmap.draw, now),
        )
    ]
    if rest.risks:
        pictures.append(
            Picture(
                "risks-after",
                _("Risks after the measures, as far as assessed"),
                _(
                    "The same cells, for what is left after the measures. Risks assessed for this: {count}. The "
                    "table below says the same."
                ).format(count=len(rest.risks)),
                partial(heatmap.draw, rest),
            )
        )
    return Section(
        "risks", title, tuple(sentences), tuple(pictures), (_table(definition, [*live, *occurred]),), legend=True
    )


def live_risks(project: Project) -> list[Item]:
    """Risks and opportunities that could still happen."""
    return [item for item in project.rows(KEY) if item["RiskStatus"] in _LIVE]


def score(item: Item) -> int:
    """Likelihood times impact, from 1 to 25; 0 while one of them is not filled in."""
    return _scale(item, "RiskProbability") * _scale(item, "RiskImpact")


def is_opportunity(item: Item) -> bool:
    """Whether the effect would be a good one."""
    return item["RiskKind"] == "opportunity"


def heat_map(definition: ListDefinition, live: list[Item], *, residual: bool) -> heatmap.HeatMap:
    """What the picture shows: risks that have both figures filled in."""
    names = ("ResidualProbability", "ResidualImpact") if residual else ("RiskProbability", "RiskImpact")
    return heatmap.HeatMap(
        tuple(
            heatmap.Plotted(
                wording.row_number(definition, item),
                _scale(item, names[0]),
                _scale(item, names[1]),
                is_opportunity(item),
            )
            for item in live
            if _scale(item, names[0]) and _scale(item, names[1])
        )
    )


def score_in_words(value: int) -> str:
    """`20 (very high)`; a dash where nothing is filled in."""
    return f"{value} ({heatmap.band_names()[heatmap.band(value)]})" if value else wording.NONE


def _table(definition: ListDefinition, items: list[Item]) -> Table:
    rows = tuple(
        (
            wording.row_number(definition, item),
            wording.title(item),
            wording.label(definition, "RiskKind", item["RiskKind"]),
            score_in_words(score(item)),
            score_in_words(_scale(item, "ResidualProbability") * _scale(item, "ResidualImpact")),
            wording.label(definition, "RiskStatus", item["RiskStatus"]),
            wording.day(item.day("DueDate")) if item.day("MeasureDoneOn") is None else _("done"),
        )
        for item in items
    )
    headings = (
        _("Number"),
        _("Risk"),
        _("Kind"),
        _("Score now"),
        _("Score after measures"),
        _("Status"),
        _("Measure due on"),
    )
    return Table(_("All risks that are not closed, the highest score first"), headings, rows)


def _scale(item: Item, name: str) -> int:
    found = wording.amount(item, name)
    return 0 if found is None else min(max(round(found), 0), 5)
