"""One project site: reached, allowed, in the right zone and language, with its lists, its team and its last run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from projectlists.config.model import Config, Site
from projectlists.definitions.model import Definitions
from projectlists.doctor import people
from projectlists.doctor.finding import Finding
from projectlists.errors import AccessRefused, FarEndError, Missing, ProjectListsError, UsageError
from projectlists.farend.batch import Operation
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import _, current, day_in_words
from projectlists.provisioning.job import Wish, plan_site
from projectlists.reminding.ledger import RUN_KEY, Ledger, LedgerRow
from projectlists.rules.calendar import WorkingCalendar
from projectlists.rules.reasons import column_title
from projectlists.rules.recipients import Team
from projectlists.structure.plan import Plan
from projectlists.structure.settings import LIST as LEDGER
from projectlists.structure.settings import Settings

CHECKS = ("site", "site-rights", "time-zone", "language", "lists", "indexes", "team", "last-run", "ledger")
TEAM = "TeamRoles"
STALE = timedelta(days=2)
"""An unfinished reminder older than this is not that of a run at work."""
_ADD_ITEMS, _EDIT_ITEMS, _MANAGE_LISTS, _MANAGE_PERMISSIONS = 1, 2, 11, 25
"""Bits of a permission mask: add and edit rows, change lists, change permissions (sharepoint-rest.md §8; from 0)."""
_AMSTERDAM_NUMBER = 4


def examine(
    remote: SharePointSite, site: Site, config: Config, definitions: Definitions, today: date
) -> Iterator[Finding]:
    """The findings of one site; each of `CHECKS` once."""
    for finding in _examined(remote, site, config, definitions, today):
        yield replace(finding, site=site.url)


def _examined(
    remote: SharePointSite, site: Site, config: Config, definitions: Definitions, today: date
) -> Iterator[Finding]:
    try:
        rights, zone = remote.run(
            [
                Operation("GET", "web/EffectiveBasePermissions"),
                Operation("GET", "web/RegionalSettings/TimeZone"),
            ]
        )
        rights.checked()
    except FarEndError as error:
        yield _closed(site, error, _own_permissions(site, None, definitions))
        for check in CHECKS[1:]:
            yield Finding(check, "unknown", _("This could not be checked: the site does not open."))
        return
    yield Finding("site", "ok", _("The site opens."))
    unreadable = ""
    try:
        about, settings = remote.about(), remote.settings()
    except FarEndError as error:
        about, settings, unreadable = None, None, str(error)
    yield _site_rights(rights.entity, _own_permissions(site, settings, definitions))
    yield time_zone(int(zone.entity.get("Id") or 0) if zone.error is None else 0)
    if about is None:
        for check in CHECKS[3:]:
            yield Finding(check, "unknown", unreadable)
        return
    wanted = settings.language if settings else site.language
    if wanted is not None and wanted != about.language:
        yield Finding(
            "language",
            "warning",
            _("The site speaks another language than its lists. People then see both."),
            _("Run `projectlists provision` with --language, or leave it so."),
            people.you(),
        )
    else:
        yield Finding("language", "ok", _("The site and its lists speak one language."))
    if settings is not None and settings.closing is not None:
        closed = _("The project was closed on {day}: nothing has to run here any more.")
        day = day_in_words(settings.closing.on)
        yield from (Finding(check, "ok", closed.format(day=day)) for check in CHECKS[4:])
        return
    yield from _lists(remote, site, definitions, settings)
    if settings is None:
        for check in ("team", "last-run", "ledger"):
            yield Finding(check, "unknown", _("This could not be checked: the site has no lists yet."))
        return
    yield _team(remote, settings, definitions, today)
    yield from _ledger(remote, config, definitions, today)


def _own_permissions(site: Site, settings: Settings | None, definitions: Definitions) -> tuple[str, ...]:
    """Titles of the lists that get permissions of their own; only `fullcontrol` sets them (sharepoint-rest.md §8)."""
    profile, extra = (settings.profile, settings.lists) if settings else (site.profile, ())
    if profile is None or profile not in definitions.profiles:
        return ()
    return tuple(
        found.title.in_language(current()) for found in definitions.chosen(profile, extra) if found.permissions
    )


def _closed(site: Site, error: FarEndError, own: Sequence[str]) -> Finding:
    if isinstance(error, Missing) or error.status in {301, 302, 308, 404}:
        return Finding(
            "site",
            "failed",
            _("There is no site at {url}. It was removed, or it has another address now.").format(url=site.url),
            _("Open the site in a browser and copy its address to the site table (sites.csv)."),
            people.you(),
        )
    if isinstance(error, AccessRefused):
        return Finding(
            "site",
            "failed",
            _("The app has no access to this site."),
            _(
                "Grant it: POST /sites/(id)/permissions with the role write; to make lists, change that to the role "
                "{role}."
            ).format(role=_building_role(own)),
            people.sharepoint(),
        )
    return Finding("site", "unknown", str(error), _("Put the sign-in or the connection right first."), people.you())


def _building_role(own: Sequence[str]) -> str:
    return "fullcontrol" if own else "manage"


def _site_rights(entity: object, own: Sequence[str]) -> Finding:
    mask = entity.get("EffectiveBasePermissions", entity) if isinstance(entity, dict) else {}
    try:
        low = int(mask["Low"])
    except (KeyError, TypeError, ValueError):
        return Finding("site-rights", "unknown", _("The rights on the site could not be read."))
    if not (low >> _ADD_ITEMS & 1 and low >> _EDIT_ITEMS & 1):
        return Finding(
            "site-rights",
            "failed",
            _("The app may only read here. It cannot send reminders, because it cannot keep track of them."),
            _("Grant it the role write on this site."),
            people.sharepoint(),
        )
    if not low >> _MANAGE_LISTS & 1:
        return Finding(
            "site-rights",
            "warning",
            _("The app may change rows but not lists. The daily job works; `provision` does not."),
            _("To set up or change lists, grant it the role {role} on this site, or sign in as an owner.").format(
                role=_building_role(own)
            ),
            people.sharepoint(),
        )
    if own and not low >> _MANAGE_PERMISSIONS & 1:
        return Finding(
            "site-rights",
            "warning",
            _("The app may change lists, but not who may see them: {lists}. `provision` cannot set that up.").format(
                lists=", ".join(own)
            ),
            _("To set up or change lists, grant it the role {role} on this site, or sign in as an owner.").format(
                role=_building_role(own)
            ),
            people.sharepoint(),
        )
    return Finding("site-rights", "ok", _("The app may change lists and rows."))


def time_zone(number: int) -> Finding:
    """Whether a zone, by SharePoint's number for it (0: unknown), is that of the Netherlands (guide.md §6.3)."""
    if number == _AMSTERDAM_NUMBER:
        return Finding("time-zone", "ok", _("The time zone of the site is Amsterdam."))
    return Finding(
        "time-zone",
        "warning" if number else "unknown",
        _("The time zone of the site is not Amsterdam. People can see a date that is a day off.")
        if number
        else _("The time zone of the site could not be read."),
        _("Choose '(UTC+01:00) Amsterdam, Berlin' in the regional settings of the site."),
        people.owner(),
    )


def _lists(
    remote: SharePointSite, site: Site, definitions: Definitions, settings: Settings | None
) -> Iterator[Finding]:
    try:
        plan = plan_site(remote, definitions, fallback=Wish(site.profile, (), site.language))
    except UsageError as error:
        if settings is not None:
            remedy = _("Put it back in the config folder, or give the site another: `provision {name} --profile`.")
            yield Finding("lists", "failed", str(error), remedy.format(name=site.key), people.you())
            yield Finding("indexes", "unknown", str(error))
            return
        yield Finding(
            "lists",
            "failed",
            _("The site has no lists yet."),
            _("Run `projectlists provision {name}`.").format(name=site.key),
            people.you(),
        )
        yield Finding("indexes", "unknown", _("This could not be checked: the site has no lists yet."))
        return
    except ProjectListsError as error:
        yield Finding("lists", "unknown", str(error))
        yield Finding("indexes", "unknown", str(error))
        return
    yield _differences(plan, site, definitions)
    absent = {change.list for change in plan.work if change.kind == "list" and change.verb == "create"}
    missing = sorted(
        f"{definitions.title_of(change.list)}: {column_title(definitions.lists[change.list], change.name)}"
        for change in plan.work
        if change.kind == "field" and change.attribute == "indexed" and change.list not in absent
    )
    if missing:
        yield Finding(
            "indexes",
            "failed",
            _("Columns without an index: {columns}. On a long list the daily job then fails.").format(
                columns=", ".join(missing)
            ),
            _("Run `projectlists provision {name}`.").format(name=site.key),
            people.you(),
        )
    else:
        yield Finding("indexes", "ok", _("Every column that is searched has an index."))


def _differences(plan: Plan, site: Site, definitions: Definitions) -> Finding:
    remedy = _("Look with `projectlists plan {name}`, then run `projectlists provision {name}`.").format(name=site.key)
    if plan.refusals:
        return Finding(
            "lists",
            "failed",
            _("Lists that cannot be put right: {count}.").format(count=len(plan.refusals)),
            _("`projectlists plan {name}` says what stands in the way and what to do.").format(name=site.key),
            people.owner(),
        )
    gone = sorted(change.list for change in plan.work if change.kind == "list" and change.verb == "create")
    if LEDGER in gone:
        return Finding("lists", "failed", _("The site has no lists yet."), remedy, people.you())
    if gone:
        return Finding(
            "lists",
            "failed",
            _("Lists that are not there: {lists}.").format(lists=", ".join(map(definitions.title_of, gone))),
            remedy,
            people.you(),
        )
    if plan.work:
        return Finding(
            "lists",
            "warning",
            _("Differences from the definitions: {count}.").format(count=len(plan.work)),
            remedy,
            people.you(),
        )
    return Finding("lists", "ok", _("The lists are as they should be."))


def _team(remote: SharePointSite, settings: Settings, definitions: Definitions, today: date) -> Finding:
    definition = definitions.list_named(TEAM)
    profile = definitions.profiles.get(settings.profile)
    if profile is None:
        sentence = _("This could not be checked: profile {profile} of the site is not known here.")
        return Finding("team", "unknown", sentence.format(profile=settings.profile))
    if definition is None or TEAM not in {found.key for found in definitions.chosen(settings.profile, settings.lists)}:
        return Finding("team", "ok", _("This profile has no team list."))
    try:
        team = Team.from_items(remote.items(definition), today, profile, definition)
    except FarEndError as error:
        return Finding("team", "unknown", str(error))
    absent = [role for role in ("supporter", profile.escalation_role) if not team.in_role(role)]
    if absent:
        words = ", ".join(team.role_in_words(role) for role in absent)
        return Finding(
            "team",
            "warning",
            _("Nobody in the team list has this role: {roles}. Their reminders are held.").format(roles=words),
            _("Add somebody with that role to the team list of the site."),
            people.owner(),
        )
    return Finding("team", "ok", _("The team list has a supporter and somebody for escalations."))


def _ledger(remote: SharePointSite, config: Config, definitions: Definitions, today: date) -> Iterator[Finding]:
    definition = definitions.lists[LEDGER]
    ledger = Ledger(remote, definition, "doctor")
    calendar = WorkingCalendar(config.working_days)
    try:
        last = ledger.find([RUN_KEY]).get(RUN_KEY)
        open_rows = ledger.rows_from(remote.rows([ledger.unfinished()]))
    except FarEndError as error:
        yield Finding("last-run", "unknown", str(error))
        yield Finding("ledger", "unknown", str(error))
        return
    yield _last_run(last, calendar, today)
    old = [row for row in open_rows.values() if row.day is not None and row.day < today - STALE]
    if old:
        yield Finding(
            "ledger",
            "warning",
            _("Reminders of which the end is not known: {count}. The next run looks into them.").format(count=len(old)),
            _("Run `projectlists remind` and look again."),
            people.you(),
        )
    else:
        yield Finding("ledger", "ok", _("No reminder is left unfinished."))


def _last_run(last: LedgerRow | None, calendar: WorkingCalendar, today: date) -> Finding:
    remedy = _("Look at the schedule of the job: `projectlists schedule` prints one. Its log says what went wrong.")
    if last is None or last.day is None:
        return Finding("last-run", "warning", _("The job has not run here yet."), remedy, people.you())
    missed = calendar.between(last.day, today) - calendar.is_working_day(today)
    day = day_in_words(last.day)
    if missed > 0:
        return Finding(
            "last-run",
            "failed",
            _("The last complete run was on {day}. Working days without one since then: {missed}.").format(
                day=day, missed=missed
            ),
            remedy,
            people.you(),
        )
    return Finding("last-run", "ok", _("The last complete run was on {day}.").format(day=day))
