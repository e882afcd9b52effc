"""Where the demo plays: the site, its rows, and the runs of the daily job, told on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

import click

from projectlists import sample
from projectlists.cli import reminding, story
from projectlists.cli.farend import FarEnd
from projectlists.cli.session import Session
from projectlists.config import configfile
from projectlists.config.model import Config, Site
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import ListDefinition
from projectlists.errors import ProjectListsError
from projectlists.farend import wire
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tenant import Tenant
from projectlists.item import Item
from projectlists.language import _
from projectlists.provisioning.job import Wish, provision
from projectlists.reminding.options import Options
from projectlists.reminding.result import RemindResult
from projectlists.reporting import job as reports
from projectlists.rules.calendar import AMSTERDAM, WorkingCalendar

HEAD_START = timedelta(days=14)
"""The rows are made this long before the first day: steps before a row existed are skipped, and what the sample says
was carried out must lie before it (guide.md §2.1, validation)."""


class Stage:
    """One performance. `days` are the working days that are lived through."""

    def __init__(self, session: Session, far_end: FarEnd, first: date) -> None:
        self._session = session
        self._far_end = far_end
        self._calendar = WorkingCalendar()
        self.days = story.working_days(first, self._calendar)
        self._deeds = story.deeds(self.days)
        self._numbers: Mapping[str, Mapping[str, int]] = {}

    @cached_property
    def _config(self) -> Config:
        return configfile.load(self._far_end.config)

    @property
    def _site(self) -> Site:
        return self._config.sites[0]

    @cached_property
    def _chosen(self) -> tuple[ListDefinition, ...]:
        profile = self._site.profile or "project"
        return tuple(found for found in self._session.definitions.chosen(profile) if not found.system)

    def _remote(self) -> SharePointSite:
        # A new sign-in each time: the far end's clock jumps days ahead, so that earlier tokens have expired.
        return Tenant(self._config).site(self._site.url)

    def set_up(self) -> None:
        """Make the lists and fill them, as they were two weeks before the first day."""
        self._far_end.set_clock(morning(self.days[0] - HEAD_START))
        remote = self._remote()
        self._title(_("Setting up the site of {project}").format(project=self._site.name))
        result = provision(
            remote, self._session.definitions, fallback=Wish(self._site.profile, (), self._site.language)
        )
        if result.failure is not None:
            raise result.failure
        for definition in self._chosen:
            self._line(
                _("new list {title} (columns: {columns}, views: {views})").format(
                    title=definition.title.in_language(self._site.language or "nl"),
                    columns=len(definition.fields),
                    views=len(definition.views),
                )
            )
        project = sample.load(shipped_folder("config") / "sample-project.yaml")
        self._title(_("Filling the lists with the rows of a fictional project"))
        self._numbers = sample.fill(
            project,
            remote,
            self._chosen,
            language=self._site.language or "nl",
            reference_day=self.days[0],
            calendar=self._calendar,
            progress=lambda definition, count: self._line(
                _("rows in {title}: {count}").format(
                    count=count, title=definition.title.in_language(self._site.language or "nl")
                )
            ),
        )

    def live_through(self, number: int) -> RemindResult:
        """One working day: what people do, and what the job does at eight o'clock."""
        day = self.days[number]
        self._far_end.set_clock(morning(day))
        self._title(reminding.day_in_words(day))
        for deed in self._deeds:
            if deed.day == number:
                self._line("• " + deed.told)
                self._carry_out(deed)
        result = self._run(day)
        self._tell(result)
        return result

    def run_again(self) -> RemindResult:
        """The job once more on the last day: nothing may happen twice."""
        self._title(_("The same run once again"))
        result = self._run(self.days[-1])
        sent = sum(mail.outcome == "sent" for mail in result.mails)
        self._line(
            _("Nothing new: no mail and no change.")
            if not sent and not result.flips
            else _("Mails: {mails}. Changes: {flips}.").format(mails=sent, flips=len(result.flips))
        )
        return result

    def report(self, folder: Path) -> tuple[Path, ...]:
        """The status report as it is on the last day; the files made."""
        self._title(_("The status report, with pictures"))
        result = reports.run(
            self._config.sites,
            reports.Order(self.days[-1], folder),
            self._session.definitions,
            self._config,
            Tenant(self._config).site,
        )
        for site in result.sites:
            if site.failure is not None:
                raise site.failure
        for path in result.files:
            self._line(str(path))
        return result.files

    def _run(self, day: date) -> RemindResult:
        run = reminding.run_of(self._config, self._session.definitions, Tenant(self._config))
        result = run.run(self._config.sites, Options(today=day))
        for site in result.sites:
            if site.error:
                raise ProjectListsError(site.error)
        return result

    def _carry_out(self, deed: story.Deed) -> None:
        remote = self._remote()
        definition = next(found for found in self._chosen if found.key == deed.list)
        body = wire.values_for(definition, self._site.language or "nl", remote.about().zone, deed.values)
        remote.run([remote.change(deed.list, self._numbers[deed.list][deed.row], body, "*")])[0].checked()

    def _tell(self, result: RemindResult) -> None:
        rows = self._rows(result)
        for flip in result.flips:
            title = rows[flip.list, flip.item].text("Title")
            self._line("✓ " + reminding.flip_line(self._session.definitions, flip, title, self._site.language or "nl"))
        steps = Counter((mail.kind, mail.to, mail.items) for mail in result.mails if mail.outcome == "sent")
        for (kind, to, items), _count in sorted(steps.items()):
            sentence = {
                "escalation": _("✉ {to}: escalation (rows: {items})"),
                "overview": _("✉ {to}: overview (rows: {items})"),
            }.get(kind, _("✉ {to}: one mail (rows: {items})"))
            self._line(sentence.format(to=to, items=items))
        if not result.flips and not steps:
            self._line(_("Nothing to do today."))

    def _rows(self, result: RemindResult) -> dict[tuple[str, int], Item]:
        touched = {flip.list for flip in result.flips}
        remote = self._remote()
        return {
            (definition.key, item.id): item
            for definition in self._chosen
            if definition.key in touched
            for item in remote.items(definition, names=("Title",))
        }

    def _title(self, sentence: str) -> None:
        click.echo(err=self._session.as_json)
        click.secho(sentence, bold=True, err=self._session.as_json)

    def _line(self, sentence: str) -> None:
        click.echo(f"  {sentence}", err=self._session.as_json)


def morning(day: date) -> datetime:
    """Eight o'clock in the Netherlands on a day, as an instant (guide.md §2.0.7 b)."""
    return datetime.combine(day, time(8), AMSTERDAM).astimezone(UTC)
