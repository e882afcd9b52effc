"""JOB one site: read, compare, show, guard, apply, read back.

Every apply ends with a second plan that is empty, or names what did not stick. Running it again resumes
(architecture.md decision 4): an answer that was lost, or a refusal of work that was done all the same, is healed by
reading back and one more round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from projectlists.definitions.model import IMPORT_KEY, Definitions, ListDefinition, ProfileKey
from projectlists.errors import (
    AccessRefused,
    FarEndError,
    NotConfirmed,
    PlanChanged,
    PlanRefused,
    ProjectClosed,
    ProjectListsError,
    Unanswered,
    UsageError,
)
from projectlists.farend.batch import Answer, Operation
from projectlists.farend.sharepoint import SharePointSite, Survey
from projectlists.farend.tabs import ChannelTabs, Step
from projectlists.language import Language, _
from projectlists.provisioning import migrating
from projectlists.provisioning.building import Building
from projectlists.provisioning.linking import navigation_operations, tab_steps
from projectlists.provisioning.migrating import Rewrite
from projectlists.provisioning.undoing import Undo, undo_of
from projectlists.structure import settings as remembered
from projectlists.structure.navigation import Destination, navigation_changes
from projectlists.structure.permissions import permission_changes
from projectlists.structure.plan import MOST_COLUMNS_TOUCHED, Change, Plan, as_settings, compare
from projectlists.structure.settings import Settings
from projectlists.structure.shapes import LIBRARY, ListShape, RowShape, SiteShape, wanted
from projectlists.structure.tabs import Tab, no_tabs, tab_changes
from projectlists.structure.translations import other_language, translation_changes, wanted_texts

ROUNDS = 2
"""How often a plan is carried out before what is left is called what did not stick."""


@dataclass(frozen=True)
class Wish:
    """What a site is asked to be. None and empty mean: as it is remembered on the site."""

    profile: ProfileKey | None = None
    lists: tuple[str, ...] = ()
    language: Language | None = None


@dataclass(frozen=True)
class SiteResult:
    """One site's line in a result. `failure` is the error itself, whose text is `error`."""

    site: str
    ok: bool
    plan: Plan = field(default_factory=Plan)
    applied: int = 0
    failure: ProjectListsError | None = None

    @property
    def error(self) -> str | None:
        """What went wrong, in one sentence."""
        return None if self.failure is None else str(self.failure)

    def as_json(self) -> dict[str, Any]:
        """As in a JSON result (contract.md §3)."""
        return {
            "site": self.site,
            "ok": self.ok,
            "error": self.error,
            "fingerprint": self.plan.fingerprint,
            "changes": [change.as_json() for change in self.plan.changes],
            "applied": self.applied,
        }


@dataclass(frozen=True)
class _Target:
    """What one look at a site makes of a wish."""

    survey: Survey
    settings: Settings
    chosen: Mapping[str, ListDefinition]
    wanted: tuple[ListShape, ...]
    destinations: tuple[Destination, ...]
    tabs: tuple[Tab, ...]
    plan: Plan
    rewrites: tuple[Rewrite, ...] = ()


def plan_site(
    site: SharePointSite,
    definitions: Definitions,
    wish: Wish = Wish(),
    fallback: Wish = Wish(),
    channel: ChannelTabs | None = None,
) -> Plan:
    """What `provision` would change; writes nothing. One request, more only where a site speaks both languages.

    A wish that is not stated comes from the site's own settings, then from `fallback` (the site table), then, for the
    language, from the site itself.

    Raises:
        UsageError: there is no profile to go by, or an unknown list is asked for.
        FarEndError: the site cannot be read.
    """
    return _look(site, definitions, wish, fallback, channel).plan


def planned(
    site: SharePointSite,
    definitions: Definitions,
    wish: Wish = Wish(),
    fallback: Wish = Wish(),
    channel: ChannelTabs | None = None,
) -> SiteResult:
    """`plan_site` as a line in a result: an error is a line too."""
    try:
        plan = plan_site(site, definitions, wish, fallback, channel)
    except ProjectListsError as error:
        return SiteResult(site.url, ok=False, failure=error)
    return SiteResult(site.url, ok=not plan.refusals, plan=plan, failure=_refused(plan))


def provision(
    site: SharePointSite,
    definitions: Definitions,
    wish: Wish = Wish(),
    fallback: Wish = Wish(),
    channel: ChannelTabs | None = None,
    *,
    confirm: Callable[[Plan], bool] | None = None,
    fingerprint: str | None = None,
    force: bool = False,
    keep: Callable[[Undo], None] | None = None,
) -> SiteResult:
    """Make a site as declared. Never raises an expected error: it stands in the result.

    `channel` gets a tab for each list, where the site has one; without the right to it the lists are made all the same.
    `confirm` is asked once, when there is something to do; None stands for yes. `fingerprint` is the plan that was
    approved earlier: any other plan is not carried out. `force` lets a plan through that changes more than
    20 existing columns. `keep` gets the values of rows that are going to be rewritten, before anything is written.
    """
    plan = Plan()
    applied = 0
    try:
        target = _look(site, definitions, wish, fallback, channel)
        plan = target.plan
        _guard(plan, confirm, fingerprint, force=force)
        for _round in range(ROUNDS):
            if not target.plan.work:
                break
            if target.rewrites and keep is not None:
                keep(undo_of(site.url, target.rewrites, target.survey.shape))
            failures = _apply(site, target, channel)
            target = _look(site, definitions, wish, fallback, channel)
            if not target.plan.work:
                break
        applied = len(set(plan.work) - set(target.plan.work))
        if target.plan.work:
            raise _did_not_stick(target.plan, failures)
    except ProjectListsError as error:
        return SiteResult(site.url, ok=False, plan=plan, applied=applied, failure=error)
    return SiteResult(site.url, ok=not plan.refusals, plan=plan, applied=applied, failure=_refused(plan))


def _look(
    site: SharePointSite, definitions: Definitions, wish: Wish, fallback: Wish, channel: ChannelTabs | None
) -> _Target:
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
                day=survey.settings.closing.on.isoformat()
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
    return _Target(survey, settings, by_key, shapes, destinations, tabs, plan, rewrites)


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


def _made(channel: ChannelTabs, steps: Sequence[Step]) -> list[FarEndError]:
    """Make and change tabs; a channel that refuses them as a whole stops only the tabs."""
    try:
        return channel.run(steps)
    except FarEndError as error:
        return [error]


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


def _guard(plan: Plan, confirm: Callable[[Plan], bool] | None, fingerprint: str | None, *, force: bool) -> None:
    if fingerprint is not None and fingerprint != plan.fingerprint:
        raise PlanChanged(
            _(
                "Plan {approved} is out of date: the site or the definitions have changed. Look at the new plan, "
                "{present}, first."
            ).format(approved=fingerprint, present=plan.fingerprint)
        )
    if not plan.work:
        return
    if plan.too_large and not force:
        raise PlanRefused(
            _(
                "The plan changes {count} existing columns, more than {most}. If that is what you want, add --force."
            ).format(count=plan.columns_touched, most=MOST_COLUMNS_TOUCHED)
        )
    if confirm is not None and not confirm(plan):
        raise NotConfirmed(_("Nothing was changed."))


def _apply(site: SharePointSite, target: _Target, channel: ChannelTabs | None) -> list[FarEndError]:
    """Carry out a plan. Errors of single operations are returned: reading back decides what they were worth."""
    survey = target.survey
    building = Building(
        target.plan, target.wanted, survey.shape, target.settings, site.path, target.chosen, survey.permissions
    )
    links = navigation_operations(target.plan, target.destinations, survey.links)
    failures: list[FarEndError] = []
    first, groups = building.lists_and_plain_columns(), building.groups()
    answers = _run(site, first, failures, groups)
    ids = {key: shape.id for key, shape in survey.shape.lists.items()} | _new_ids(first, answers)
    made = next((answer.entity.get("Id") for answer in answers[len(first) :]), 0)
    _run(site, building.dependent_columns(ids), failures, building.own_permissions(int(made or 0)))
    columns = migrating.columns_of(target.plan, target.wanted)
    if columns:
        migrating.write(site, target.rewrites, failures)
        _run(site, migrating.finish(site, columns, target.wanted, survey.shape), failures)
    third, rows = building.views_and_texts(), building.rows(survey.about.zone)
    operations = [*third, *chain.from_iterable(rows.values())]
    answers = _run(site, operations, failures, links)[len(third) : len(operations)]
    _run(site, building.settings_row(_not_filled(rows, answers)), failures)
    steps = tab_steps(target.plan, target.destinations, target.tabs, site.url)
    if channel is not None and steps:
        failures += _made(channel, steps)
    return failures


def _not_filled(rows: Mapping[str, Sequence[Operation]], answers: Sequence[Answer]) -> frozenset[str]:
    """The lists of which a row was refused, or not answered for."""
    of_row = [key for key, operations in rows.items() for _operation in operations]
    if len(answers) < len(of_row):
        return frozenset(of_row)
    return frozenset(key for key, answer in zip(of_row, answers, strict=True) if answer.error is not None)


def _run(
    site: SharePointSite,
    operations: Sequence[Operation],
    failures: list[FarEndError],
    around: Sequence[Operation] = (),
) -> list[Answer]:
    """Carry out operations; those `around` the lists need a right of their own and may be refused."""
    try:
        answers = site.run([*operations, *around])
    except Unanswered as error:  # what was done is seen on reading back
        failures.append(error)
        return []
    for number, answer in enumerate(answers):
        if isinstance(answer.error, AccessRefused) and number < len(operations):
            raise answer.error
        if answer.error is not None:
            failures.append(answer.error)
    return answers


def _new_ids(operations: Sequence[Operation], answers: Sequence[Answer]) -> dict[str, str]:
    return {
        str((operation.body or {}).get("Title")): str(answer.entity.get("Id"))
        for operation, answer in zip(operations, answers, strict=False)
        if operation.path == "web/lists" and answer.entity.get("Id")
    }


def _did_not_stick(plan: Plan, failures: Sequence[FarEndError]) -> ProjectListsError:
    left = [
        f"{change.list}/{change.name}" + (f" ({change.attribute})" if change.attribute else "") for change in plan.work
    ]
    shown = ", ".join(left[:10])
    if failures and all(change.kind == "tab" for change in plan.work):
        return PlanRefused(str(failures[-1]))
    if plan.only_around and any(isinstance(error, AccessRefused) for error in failures):
        return AccessRefused(
            _(
                "The lists are as they should be, but this app may not do the rest: {changes}. An administrator can "
                "give it the role fullcontrol on this site; then run again."
            ).format(changes=_around(plan))
        )
    reason = next((str(error) for error in failures), "")
    sentence = _("SharePoint did not keep {count} of the changes: {changes}. {reason}")
    return PlanRefused(sentence.format(count=len(left), changes=shown, reason=reason).strip())


def _around(plan: Plan) -> str:
    """What is left around the lists, in words: permissions (Stakeholders, BudgetLines); links (Actions)."""
    words = {"permission": _("permissions"), "navigation": _("links on the site"), "tab": _("tabs")}
    lists = {kind: list(dict.fromkeys(change.list for change in plan.work if change.kind == kind)) for kind in words}
    return "; ".join(f"{words[kind]} ({', '.join(keys)})" for kind, keys in lists.items() if keys)


def _refused(plan: Plan) -> ProjectListsError | None:
    if not plan.refusals:
        return None
    return PlanRefused(" ".join(dict.fromkeys(change.reason for change in plan.refusals)))


def _known_columns(survey: Survey, chosen: Sequence[ListDefinition], definitions: Definitions) -> Any:
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
