"""Which lists a site has and in which language: what every export and import starts with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projectlists.definitions.model import Definitions, ListDefinition
from projectlists.errors import Missing, NotProvisioned, UsageError
from projectlists.farend.about import About
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import Language, _
from projectlists.structure.settings import LIST, Settings, settings_from


@dataclass(frozen=True)
class SiteLists:
    """A site as it was provisioned. `lists` are those for people, in order of creation."""

    url: str
    about: About
    settings: Settings
    lists: tuple[ListDefinition, ...]

    @property
    def language(self) -> Language:
        """The language of the site's titles and choices."""
        return self.settings.language

    def named(self, names: Sequence[str]) -> tuple[ListDefinition, ...]:
        """The lists with these keys, in that order; case does not matter (contract.md §3).

        Raises:
            UsageError: the site has no such list.
        """
        by_key = {found.key.casefold(): found for found in self.lists}
        for name in names:
            if name.casefold() not in by_key:
                raise UsageError(
                    _("{site} has no list {list}. Choose from {known}.").format(
                        site=self.url, list=name, known=", ".join(found.key for found in self.lists)
                    )
                )
        return tuple(by_key[key] for key in dict.fromkeys(name.casefold() for name in names))


def site_lists(site: SharePointSite, definitions: Definitions) -> SiteLists:
    """Read what a site is: one request.

    Raises:
        NotProvisioned: it was never provisioned, or does not remember how.
        FarEndError: it cannot be read.
    """
    try:
        rows = site.rows([site.settings_query()])[0]
    except Missing as error:
        if LIST not in str(error):
            raise
        rows = ()
    settings = settings_from(rows[0], None) if rows else None
    if settings is None:
        raise NotProvisioned(_("{site} has no lists of this program yet. Run provision first.").format(site=site.url))
    chosen = definitions.chosen(settings.profile, settings.lists)
    return SiteLists(site.url, site.about(), settings, tuple(found for found in chosen if not found.system))
