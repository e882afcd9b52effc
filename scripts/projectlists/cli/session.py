"""What one call of the program has at hand: its config, its definitions, its tenants, the moment."""

from __future__ import annotations

import json
import locale
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from projectlists.cli import logs
from projectlists.errors import UsageError
from projectlists.language import LANGUAGES, Language, _, visible

if TYPE_CHECKING:
    from projectlists.config.model import Config, Site
    from projectlists.definitions.model import Definitions, ListDefinition
    from projectlists.farend.sharepoint import SharePointSite
    from projectlists.farend.tenant import Tenant


NO_TRAFFIC = {"requests": 0, "operations": 0, "throttled": 0, "retried": 0}


def language_of(words: Sequence[str]) -> Language:
    """The language of the program: `--lang`, else that of the computer, else English.

    Read from the bare words because help is made before options are parsed.
    """
    for option, value in zip(words, [*words, ""][1:], strict=True):
        wanted = value if option == "--lang" else option.removeprefix("--lang=")
        if option.startswith("--lang") and wanted in LANGUAGES:
            return "nl" if wanted == "nl" else "en"
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    return "nl" if (named or locale.getlocale()[0] or "").lower().startswith(("nl", "dutch")) else "en"


@dataclass
class Session:
    """One call of the program. Config, definitions and tenants are read when first asked for.

    `parts` is the number of processes that share the service's budget, as shards do.
    """

    config_folder: str
    as_json: bool
    verbose: bool
    parts: int = 1

    def __post_init__(self) -> None:
        logs.start(verbose=self.verbose)

    @cached_property
    def config(self) -> Config:
        """The config folder; raises InvalidInput with every problem in it."""
        from projectlists.config import configfile  # noqa: PLC0415 - help must not wait for it

        found = configfile.load(Path(self.config_folder))
        logs.follow(found.logs.format or "text", verbose=self.verbose, wanted=found.logs.format is not None)
        return found

    @cached_property
    def definitions(self) -> Definitions:
        """The shipped definitions, with the municipality's own lists where the config folder has them."""
        from projectlists.definitions import loading as definitions  # noqa: PLC0415

        own = definitions.own_folders(Path(self.config_folder))
        return definitions.load([definitions.shipped_folder("lists"), *own])

    @cached_property
    def tenants(self) -> tuple[Tenant, ...]:
        """The way to each tenant of the config; nothing is sent before it is used."""
        from projectlists.farend.person import Desk  # noqa: PLC0415
        from projectlists.farend.tenant import Tenant  # noqa: PLC0415

        def desk(tenant: str) -> Desk:
            def show(address: str, code: str) -> None:
                if self.config.others:
                    self.note(_("Tenant {tenant}").format(tenant=tenant))
                self._show_code(address, code)

            return Desk(show, Path(click.get_app_dir("projectlists")))

        alone = {"others": ()}  # a tenant knows nothing of the others
        return tuple(
            Tenant(config.model_copy(update=alone), desk=desk(config.tenant), parts=self.parts)
            for config in self.config.tenants
        )

    def tenant_of(self, url: str) -> Tenant:
        """The tenant whose SharePoint an address is at."""
        return next(tenant for tenant in self.tenants if tenant.config.has(url))

    def remote(self, url: str) -> SharePointSite:
        """The site at an address, through its own tenant."""
        return self.tenant_of(url).site(url)

    def by_tenant(self, sites: Sequence[Site]) -> Iterator[tuple[Tenant, tuple[Site, ...]]]:
        """Each tenant that has some of these sites, with them."""
        for tenant in self.tenants:
            own = tuple(site for site in sites if tenant.config.has(site.url))
            if own:
                yield tenant, own

    def traffic(self) -> dict[str, int]:
        """What went over the line, of all tenants together (contract.md §3, `HTTP`); none is made for it."""
        tenants = self.tenants if "tenants" in vars(self) else ()
        counted = [tenant.traffic.as_json() for tenant in tenants]
        return {name: sum(one[name] for one in counted) for name in NO_TRAFFIC}

    def pause(self) -> float:
        """Seconds until the service may be asked again, where it holds this program up; 0 elsewhere."""
        return max(tenant.pause for tenant in self.tenants)

    def _show_code(self, address: str, code: str) -> None:
        self.note(_("Open {address} and type the code {code} to sign in.").format(address=address, code=code))

    def sites(self, names: Sequence[str], every: bool, *, none_means_all: bool = False) -> tuple[Site, ...]:
        """The sites that the arguments name; raises UsageError for none or an unknown one."""
        from projectlists.config import configfile  # noqa: PLC0415

        if names and every:
            raise UsageError(_("Name sites or give --all, not both."))
        if names:
            return tuple(configfile.site(self.config, name) for name in names)
        if every or none_means_all:
            found = tuple(site for tenant in self.config.tenants for site in tenant.sites)
            if not found:
                raise UsageError(
                    _("The site table {file} has no sites yet. Add a row, or name a site by its full address.").format(
                        file=self.config.folder / "sites.csv"
                    )
                )
            return found
        raise UsageError(_("Name a site (its key or its full address), or give --all."))

    def list_named(self, name: str) -> ListDefinition:
        """A list for people by its key; raises UsageError when there is none."""
        found = self.definitions.list_named(name)
        if found is None or found.system:
            known = ", ".join(sorted(key for key, each in self.definitions.lists.items() if not each.system))
            raise UsageError(_("There is no list {list}. Choose from {known}.").format(list=name, known=known))
        return found

    def emit(self, document: Mapping[str, Any]) -> None:
        """Put the JSON document on standard output."""
        click.echo(json.dumps(document, ensure_ascii=False, default=str))

    def emit_sites(self, sites: Iterable[Mapping[str, Any]]) -> None:
        """Put the JSON document of many sites on standard output, site by site: together they are large."""
        start = '{"sites": ['
        for site in sites:
            click.echo(start + json.dumps(site, ensure_ascii=False, default=str), nl=False)
            start = ", "
        end = "]" if start == ", " else start + "]"
        click.echo(f'{end}, "http": {json.dumps(self.traffic())}}}')

    def note(self, sentence: str) -> None:
        """Tell how it goes, on standard error."""
        click.echo(visible(sentence), err=True)

    def tell(self, line: str) -> None:
        """A line of the result, on standard output."""
        click.echo(visible(line))

    def agreed(self, question: str) -> bool:
        """Ask on standard error; anything but yes, in the language of the program, is no."""
        choice = _("y/N")  # the first letter is the one that says yes
        answer: str = click.prompt(f"{question} [{choice}]", default="", show_default=False, err=True)
        return answer.strip().lower().startswith(choice[0])


def unwritable(file: Path, error: OSError) -> UsageError:
    """The sentence for a file that somebody wants written where that cannot be."""
    return UsageError(_("{file} cannot be written ({reason}).").format(file=file, reason=error.strerror))


def today(given: date | None) -> date:
    """The day to work with: the one given, else today in the Netherlands (guide.md §6.3)."""
    from projectlists.rules.calendar import AMSTERDAM, local_today  # noqa: PLC0415

    return given or local_today(datetime.now(UTC), AMSTERDAM)


def time_of_day() -> time:
    """The time it is in the Netherlands (guide.md §6.3)."""
    from projectlists.rules.calendar import AMSTERDAM  # noqa: PLC0415

    return datetime.now(AMSTERDAM).time()
