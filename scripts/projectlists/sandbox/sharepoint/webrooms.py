"""What lies below a site, `_api/web/…`: which room answers, and the rooms of a few lines (sharepoint-rest.md §2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    answers,
    bodies,
    changes,
    contenttypes,
    files,
    folders,
    groups,
    hubs,
    items,
    lists,
    listshapes,
    navigation,
    people,
    permissions,
    recyclebin,
    regions,
    roledefinitions,
    sitecolumns,
    sitefolders,
    subsites,
    titles,
    unused,
    webs,
)
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    not_implemented,
    read_only_property,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, Segment, Web
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import Schema

CHANGES = frozenset({"MERGE", "PATCH", "PUT"})


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `_api/web` and everything below it."""
    if not rest:
        return subsites.delete(call, schema) if call.method == "DELETE" else webs.itself(call, schema)
    if rest[0].key in unused.NAMES:
        return unused.handle(call, rest)
    room = ROOMS.get(rest[0].key)
    if room is not None:
        return room(call, rest, schema)
    if len(rest) == 1 and call.method == "GET":
        found = single_property(call, webs.resource(call, schema), rest[0].key)
        if found is not None:
            return found
    raise not_implemented(f"_api/web/{rest[0].name}")


def _add_language(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    lcid = bodies.arguments(call, rest[0], ("lcid",)).get("lcid")
    if not isinstance(lcid, int) or regions.culture(lcid) is None:
        raise invalid_argument()
    if not call.web.properties.get("IsMultilingual", True):
        raise invalid_argument("The site is not multilingual.")
    added = [one for one in call.web.properties.get("AddedLanguages", []) if one != lcid]
    if rest[0].key == "addsupporteduilanguage" and lcid != call.web.language:
        added.append(lcid)
    schema.save_web(replace(call.web, properties={**call.web.properties, "AddedLanguages": added}))
    return answers.value(call, rest[0].name, None)


def _regional_settings(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    settings = regions.settings(call.web)
    if len(rest) == 3 and rest[1].key == "timezone" and rest[2].key in regions.CLOCKS:
        return _converted(call, rest[2])
    if len(rest) == 1 and call.method in CHANGES:
        return _change_region(call, settings, schema)
    if call.method != "GET":
        raise unsupported_verb("SP.RegionalSettings", call.method)
    if len(rest) == 1:
        return answer(call, settings)
    if rest[1].key == "timezones":
        return answer_many(call, regions.time_zones(call.web))
    if rest[1].key in {"timezone", "installedlanguages"}:
        languages = rest[1].key == "installedlanguages"
        shown = regions.installed_languages(webs.languages(call.web)) if languages else regions.time_zone(call.web)
        return answer(call, shown)
    found = single_property(call, settings, rest[1].key) if len(rest) == 2 else None
    if found is None:
        raise not_implemented(f"_api/web/RegionalSettings/{rest[1].name}")
    return found


def _converted(call: Call, method: Segment) -> Response:
    """Answer `UTCToLocalTime('…')` and `LocalTimeToUTC('…')` of the time zone of the site."""
    given = bodies.arguments(call, method, ("date",)).get("date")
    moment = regions.converted(call.web, given, to_local=method.key == "utctolocaltime")
    if moment is None:
        raise invalid_argument()
    name = regions.CLOCKS[method.key]
    return answers.value(call, name, moment)


def _change_region(call: Call, settings: Resource, schema: Schema) -> Response:
    """Change the locale or one of its settings; a new locale brings its own. The time zone cannot be set over REST."""
    given = dict(bodies.entity(call, {"SP.RegionalSettings"}).properties)
    for name, value in given.items():
        if name != "LocaleId" and name not in regions.SETTABLE:
            known = name in settings.properties or name == "TimeZone"
            raise read_only_property(name) if known else unknown_property(name, "SP.RegionalSettings")
        expected = type(settings.properties[name])
        if type(value) is not expected:
            raise wrong_type(name, {bool: "Edm.Boolean", int: "Edm.Int16"}[expected])
        if name in regions.SETTABLE and value not in regions.SETTABLE[name]:
            raise invalid_argument()
    locale = given.pop("LocaleId", call.web.locale_id)
    if regions.culture(locale) is None:
        raise invalid_argument()
    before = call.web.properties.get("Region", {}) if locale == call.web.locale_id else {}
    properties = {**call.web.properties, "Region": {**before, **given}}
    schema.save_web(replace(call.web, locale_id=locale, properties=properties))
    return answers.empty()


def _all_properties(call: Call, rest: tuple[Segment, ...], _schema: Schema) -> Response:
    if call.method != "GET":
        # The property bag is written through CSOM only.
        raise unsupported_verb("SP.PropertyValues", call.method)
    shown = webs.bag(call)
    if len(rest) == 1:
        return answer(call, shown)
    found = single_property(call, shown, rest[1].key) if len(rest) == 2 else None
    if found is None:
        raise not_implemented(f"_api/web/AllProperties/{rest[1].name}")
    return found


def _titles(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    web = call.web

    def changed(name: str, value: str) -> None:
        if name == "Title":
            schema.save_web(replace(web, title=value))
        else:
            schema.save_web(replace(web, properties={**web.properties, name: value}))

    return titles.handle(call, rest, schema, titles.Owner(web.id, webs.own_texts(web), changed))


def changed(call: Call, scope: changes.Scope, of_webs: Sequence[Web], method: Segment, schema: Schema) -> Response:
    """Answer `GetChanges` for the lists of some sites; those that the caller may not see are left out."""
    if call.method != "POST":
        raise unsupported_verb("SP.SecurableObject", call.method)
    with schema.store.lock:
        places = [replace(call, web=web) for web in of_webs]
        opened = [
            items.opened(place, listing, schema) for place in places for listing in listshapes.visible(place, schema)
        ]
        return changes.answer(call, scope, opened, method)


def _changes(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if len(rest) > 1:
        raise not_implemented(f"_api/web/GetChanges/{rest[1].name}")
    return changed(call, changes.of_web(call.web), [call.web], rest[0], schema)


def _default_library(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    where = Segment("GetList", arguments=("Shared Documents",), called=True)
    return lists.by_url(call, (where, *rest[1:]), schema)


Room = Callable[[Call, tuple[Segment, ...], Schema], Response]
ROOMS: Mapping[str, Room] = {
    "lists": lists.collection,
    "getlist": lists.by_url,
    "getlistusingpath": lists.by_url,
    "getlistbytitle": lists.by_title,
    "siteusers": people.handle_users,
    "ensureuser": people.ensure,
    "currentuser": people.handle_current,
    "getuserbyid": people.by_id,
    "sitegroups": groups.handle_groups,
    "associatedownergroup": groups.handle_associated,
    "associatedmembergroup": groups.handle_associated,
    "associatedvisitorgroup": groups.handle_associated,
    "roledefinitions": roledefinitions.handle,
    "roleassignments": permissions.handle_web,
    "breakroleinheritance": permissions.handle_web,
    "resetroleinheritance": permissions.handle_web,
    "getusereffectivepermissions": permissions.handle_web,
    "doesuserhavepermissions": permissions.handle_web,
    "navigation": navigation.handle,
    "regionalsettings": _regional_settings,
    "allproperties": _all_properties,
    "titleresource": _titles,
    "descriptionresource": _titles,
    "addsupporteduilanguage": _add_language,
    "removesupporteduilanguage": _add_language,
    "recyclebin": recyclebin.handle,
    "defaultdocumentlibrary": _default_library,
    "rootfolder": sitefolders.root,
    "folders": sitefolders.collection,
    "getfolderbyserverrelativeurl": sitefolders.by_url,
    "getfolderbyserverrelativepath": sitefolders.by_url,
    "getfolderbyid": folders.by_id,
    "getfilebyserverrelativeurl": files.by_url,
    "getfilebyserverrelativepath": files.by_url,
    "getfilebyid": files.by_id,
    "webs": subsites.handle,
    "webinfos": subsites.handle,
    "getsubwebsfilteredforcurrentuser": subsites.filtered,
    "parentweb": subsites.parent,
    "hubsitedata": hubs.data,
    "contenttypes": contenttypes.handle_web,
    "availablecontenttypes": contenttypes.handle_web,
    "fields": sitecolumns.handle,
    "getchanges": _changes,
}
