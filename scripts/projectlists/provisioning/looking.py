"""One look at a site: what it is, what a wish makes of it, and the plan between the two. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from projectlists.definitions.model import IMPORT_KEY, Definitions, ListDefinition
from projectlists.definitions.names import ProfileKey
from projectlists.errors import FarEndError, ProjectClosed, UsageError
from projectlists.farend.batch import Operation
from projectlists.farend.sharepoint import SharePointSite, Survey
from projectlists.farend.tabs import ChannelTabs
from projectlists.language import Language, _, day_in_words
from projectlists.provisioning import migrating
from projectlists.provisioning.migrating import Rewrite
from projectlists.structure import settings as remembered
from projectlists.structure.navigation import Destination, navigation_changes
from projectlists.structure.permissions import permission_changes
from projectlists.structure.plan import Change, Plan, as_settings, compare
from projectlists.structure.settings import Settings
from projectlists.structure.shapes import LIBRARY, ListShape, RowShape, SiteShape, wanted
from projectlists.structure.tabs import Tab, no_tabs, tab_changes
from projectlists.structure.translations import other_language, translation_changes, wanted_texts


@dataclass(frozen=True)
class Wish:
    """What a site is asked to be. None and empty mean: as it is remembered on the site."""

    profile: ProfileKey | None = None
    lists: tuple[str, ...] = ()
    language: Language | None = None


AS_REMEMBERED = Wish()
"""No wish at all."""


@dataclass(frozen=True)
class Target:
    """What one look at a site makes of a wish."""

    survey: Survey
    settings: Settings
    chosen: Mapping[str, ListDefinition]
    wanted: tuple[ListShape, ...]
    destinations: tuple[Destination, ...]
    tabs: tuple[Tab, ...]
    plan: Plan
    rewrites: tuple[Rewrite, ...] = ()


def look(
    site: SharePointSite, definitions: Definitions, wish: Wish, fallback: Wish, channel: ChannelTabs | None
) -> Target:
    """Read a site and compare it with a wish.

    Raises:
        UsageError: there is no profile to go by, or an unknown list is asked for.
        ProjectClosed: the project must be opened again first.
        FarEndError: the site cannot be read.
    """
    for key in wish.lists:
        if key not in definitions.lists:
            raise UsageError(
                _("There is no list {list}. Choose from {known}.").format(
                    list=key, known=", ".join(sorted(definitions.lists))
                )
            )
    survey = site.survey(definitions.lists.values())
    if survey.settings is not None and survey.settings.closing is not None:
        raise ProjectClosed(
            _("This project was closed on {day}. Open it again first: `projectlists reopen`.").format(
                day=day_in_words(survey.settings.closing.on)
            )
        )
    settings = _settings(site, survey, definitions, wish, fallback)
    chosen = definitions.chosen(settings.profile, settings.lists)
    shapes = tuple(wanted(definition, settings.language) for definition in chosen)
    there = _with_rows(site, _known_columns(survey, chosen, definitions), shapes, settings)
    refused = compare(shapes, there).refused_lists
    filled = {shape.key for shape in shapes if shape.rows and shape.key not in refused}
    settings = replace(settings, filled=tuple(sorted({*settings.filled, *filled})))
    found = survey.settings
    changes: tuple[Change, ...] = ()
    if any(definition.key == remembered.LIST for definition in chosen):
        changes = as_settings(settings.as_values(), found.as_values() if found else None, remembered.LIST)
    destinations = _destinations(site, definitions, settings, shapes)
    tabs, tab_plan = _tabs(channel, destinations)
    around = (
        *permission_changes(shapes, survey.permissions, settings.language),
        *navigation_changes(destinations, survey.links),
        *_translations(site, survey, chosen, settings.language),
        *tab_plan,
        *changes,
    )
    plan = compare(shapes, there, around)
    rewrites = migrating.rewrites(site, migrating.columns_of(plan, shapes))
    plan = migrating.counted(plan, rewrites, survey.shape)
    by_key = {definition.key: definition for definition in chosen}
    return Target(survey, settings, by_key, shapes, destinations, tabs, plan, rewrites)


def _settings(site: SharePointSite, survey: Survey, definitions: Definitions, wish: Wish, fallback: Wish) -> Settings:
    found = survey.settings
    profile = wish.profile or (found.profile if found else None) or fallback.profile
    if profile is None:
        raise UsageError(_("Site {site} has no profile yet. Name one with --profile.").format(site=site.url))
    if profile not in definitions.profiles:
        known = ", ".join(definitions.profiles)
        raise UsageError(_("There is no profile {profile}; choose from {known}.").format(profile=profile, known=known))
    language = wish.language or (found.language if found else None) or fallback.language or survey.about.language
    lists = dict.fromkeys((*(found.lists if found else ()), *fallback.lists, *wish.lists))
    return Settings(
        profile,
        tuple(lists),
        language,
        id=found.id if found else 0,
        filled=found.filled if found else (),
        etag=found.etag if found else None,
    )


def _known_columns(survey: Survey, chosen: Sequence[ListDefinition], definitions: Definitions) -> SiteShape:
    """The site's shape without columns that a definition has but this profile does not: they are nobody's addition."""
    lists = dict(survey.shape.lists)
    for definition in chosen:
        there = lists.get(definition.key)
        if there is not None:
            absent = {field.name for field in definitions.lists[definition.key].fields} - {
                field.name for field in definition.fields
            }
            lists[definition.key] = replace(
                there, fields=tuple(field for field in there.fields if field.name not in absent)
            )
    return replace(survey.shape, lists=lists)


def _with_rows(site: SharePointSite, found: SiteShape, shapes: Sequence[ListShape], settings: Settings) -> SiteShape:
    """The site's shape with the rows of lists that are there and may not have all the rows they start with.

    That is after a run that broke off, and for lists from before there were such rows.
    """
    unsure = [
        shape.key for shape in shapes if shape.rows and shape.key in found.lists and shape.key not in settings.filled
    ]
    lists = dict(found.lists)
    operations = []
    for key in unsure:
        columns = "Id,ImportKey" if lists[key].field(IMPORT_KEY) else "Id"
        operations.append(Operation("GET", f"{site.list_path(key)}/items", query={"$select": columns, "$top": "500"}))
    for key, answer in zip(unsure, site.run(operations), strict=True):
        rows = (RowShape(str(entry.get(IMPORT_KEY) or "")) for entry in answer.checked().entries)
        lists[key] = replace(lists[key], rows=tuple(rows))
    return replace(found, lists=lists)


def _destinations(
    site: SharePointSite, definitions: Definitions, settings: Settings, shapes: Sequence[ListShape]
) -> tuple[Destination, ...]:
    """The lists that are linked to: those of the profile in its order, then the extra ones."""
    profile = definitions.profiles[settings.profile]
    order = list(dict.fromkeys((*profile.lists, *profile.optional, *definitions.lists)))
    return tuple(
        Destination(shape.key, shape.title, site.list_url(shape.key, library=shape.template == LIBRARY))
        for shape in sorted(shapes, key=lambda shape: order.index(shape.key))
        if not shape.hidden
    )


def _tabs(
    channel: ChannelTabs | None, destinations: Sequence[Destination]
) -> tuple[tuple[Tab, ...], tuple[Change, ...]]:
    """The tabs of the site's channel, where it has one, and what must change; what cannot be read is refused alone."""
    if channel is None:
        return (), ()
    try:
        found = channel.read()
    except FarEndError as error:
        return (), tuple(no_tabs(destinations, str(error)))
    return found, tuple(tab_changes(destinations, found))


def _translations(
    site: SharePointSite, survey: Survey, chosen: Sequence[ListDefinition], language: Language
) -> tuple[Change, ...]:
    """Texts in the other language, where the site speaks it; elsewhere nothing is asked.

    A project in another language than its site's has none: there the other language is the site's own.
    """
    other = other_language(language)
    if survey.about.language != language or other not in survey.about.languages:
        return ()
    texts = wanted_texts(chosen, language)
    paths = {
        each.key: site.list_path(each.key, library=each.kind == "library")
        for each in chosen
        if each.key in survey.shape.lists and not each.system
    }
    return tuple(translation_changes(texts, site.texts(texts, paths, other)))
