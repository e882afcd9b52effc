"""Money: budget, committed, invoiced and forecast by cost item; orders by contractor (guide.md §2.7, §2.8)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial

from projectlists.item import Item, Reference
from projectlists.language import _, plain
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import bars
from projectlists.reporting.project import Project

KEY, ORDERS = "BudgetLines", "Commitments"
_NOT_COMMITTED = frozenset({"draft", "requested", "received", "cancelled"})
"""Orders in these states bind nobody to money (guide.md §2.7, F-S2)."""


@dataclass(frozen=True)
class Totals:
    """The budget as it is now, and what the project is expected to cost; a line without a forecast costs its budget."""

    budget: float
    forecast: float

    @property
    def overrun(self) -> float:
        """More than the budget, as a share of it; negative when less. 0 without a budget."""
        return (self.forecast - self.budget) / self.budget if self.budget > 0 else 0.0


def section(project: Project, audience: Audience) -> Section:
    """The subject as a section; a sentence when the list may not be shown."""
    title = project.title_of(KEY, _("Project budget"))
    if not project.shows(KEY, audience):
        return Section("budget", title, (project.absence(KEY, title, audience),))
    items = project.rows(KEY)
    if not items:
        return Section("budget", title, (_("There are no cost items in the list."),))
    lines = lines_of(project)
    whole = totals(project)
    sentences = [
        _("Budget {budget}, forecast at completion {forecast}: {difference}.").format(
            budget=wording.money(whole.budget),
            forecast=wording.money(whole.forecast),
            difference=_difference(whole),
        ),
        _("Amounts are in whole euros, without VAT."),
    ]
    pictures = [
        Picture(
            "budget",
            _("Budget by cost item"),
            _(
                "A bar for each cost item ({count}): the budget as a wide bar, committed and invoiced inside it, "
                "the forecast as a line across. Cost items with a shortage: {short}. The table below says the "
                "same."
            ).format(
                count=len(lines), short=sum(line.forecast is not None and line.forecast > line.whole for line in lines)
            ),
            partial(bars.draw_budget, bars.Budget(lines, _("budget"))),
        )
    ]
    tables = [_table(lines)]
    orders = orders_of(project)
    if orders:
        pictures.append(
            Picture(
                "orders",
                _("Orders by contractor"),
                _(
                    "A bar for each contractor ({count}): the orders as a wide bar, invoiced inside it. The table "
                    "below says the same."
                ).format(count=len(orders)),
                partial(bars.draw_budget, bars.Budget(orders, _("ordered"))),
            )
        )
        tables.append(_order_table(orders))
    return Section("budget", title, tuple(sentences), tuple(pictures), tuple(tables))


def totals(project: Project) -> Totals:
    """Of all cost items together."""
    items = project.rows(KEY)
    return Totals(sum(_budget(item) for item in items), sum(_forecast(item) for item in items))


def lines_of(project: Project) -> tuple[bars.Amounts, ...]:
    """The cost items, that for the unforeseen last and apart.

    Committed and invoiced come from the orders where those were read, else from what the list says.
    """
    ordered = _by_line(project) if ORDERS in project.items else None
    found = []
    for item in project.rows(KEY):
        stored = (wording.amount(item, "CommittedAmount") or 0.0, wording.amount(item, "InvoicedAmount") or 0.0)
        committed, invoiced = ordered.get(item.id, (0.0, 0.0)) if ordered is not None else stored
        found.append(
            bars.Amounts(
                wording.title(item),
                _budget(item),
                committed,
                invoiced,
                wording.amount(item, "ForecastAmount"),
                apart=item["CostType"] == "contingency",
            )
        )
    return tuple(sorted(found, key=lambda line: line.apart))


def orders_of(project: Project) -> tuple[bars.Amounts, ...]:
    """Orders that bind, by contractor in alphabetical order."""
    sums: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for item in project.rows(ORDERS):
        if item["CommitmentStatus"] not in _NOT_COMMITTED:
            name = plain(item.text("Contractor")) or _("(no name)")
            sums[name] = _added(sums[name], item)
    return tuple(bars.Amounts(name, *_whole_and_invoiced(sums[name]), None) for name in sorted(sums, key=str.casefold))


def _whole_and_invoiced(pair: tuple[float, float]) -> tuple[float, None, float]:
    return pair[0], None, pair[1]


def _by_line(project: Project) -> dict[int, tuple[float, float]]:
    sums: dict[int, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for item in project.rows(ORDERS):
        line = item["BudgetLineRef"]
        if isinstance(line, Reference) and item["CommitmentStatus"] not in _NOT_COMMITTED:
            sums[line.id] = _added(sums[line.id], item)
    return sums


def _added(pair: tuple[float, float], item: Item) -> tuple[float, float]:
    return (
        pair[0] + (wording.amount(item, "CommitmentAmount") or 0.0),
        pair[1] + (wording.amount(item, "InvoicedToDate") or 0.0),
    )


def _budget(item: Item) -> float:
    return (wording.amount(item, "BudgetOriginal") or 0.0) + (wording.amount(item, "BudgetChange") or 0.0)


def _forecast(item: Item) -> float:
    forecast = wording.amount(item, "ForecastAmount")
    return _budget(item) if forecast is None else forecast


def _difference(whole: Totals) -> str:
    gap = whole.forecast - whole.budget
    if round(gap) == 0:
        return _("within the budget")
    words = _("{amount} ({percent}) over the budget") if gap > 0 else _("{amount} ({percent}) under the budget")
    return words.format(amount=wording.money(abs(gap)), percent=wording.percent(abs(whole.overrun)))


def _table(lines: tuple[bars.Amounts, ...]) -> Table:
    rows = [
        (
            line.name,
            wording.money(line.whole),
            wording.money(line.committed),
            wording.money(line.invoiced),
            wording.money(line.forecast),
            wording.NONE if line.forecast is None else wording.money(line.whole - line.forecast),
        )
        for line in lines
    ]
    whole = sum(line.whole for line in lines)
    forecast = sum(line.whole if line.forecast is None else line.forecast for line in lines)
    rows.append(
        (
            _("Total"),
            wording.money(whole),
            wording.money(sum(line.committed or 0 for line in lines)),
            wording.money(sum(line.invoiced for line in lines)),
            wording.money(forecast),
            wording.money(whole - forecast),
        )
    )
    headings = (_("Cost item"), _("Budget"), _("Committed"), _("Invoiced"), _("Forecast"), _("Left over"))
    return Table(_("Budget by cost item"), headings, tuple(rows), numeric=frozenset({1, 2, 3, 4, 5}))


def _order_table(orders: tuple[bars.Amounts, ...]) -> Table:
    rows = tuple(
        (row.name, wording.money(row.whole), wording.money(row.invoiced), wording.money(row.whole - row.invoiced))
        for row in orders
    )
    headings = (_("Contractor"), _("Ordered"), _("Invoiced"), _("Still to be invoiced"))
    return Table(_("Orders by contractor"), headings, rows, numeric=frozenset({1, 2, 3}))
