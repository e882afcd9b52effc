"""Teams, channels and the tabs of a channel (identity-mail-teams.md §10.3)."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from projectlists.sandbox.directory import Channel, Team
from projectlists.sandbox.graph import errors, query
from projectlists.sandbox.graph.call import ROOT, Call
from projectlists.sandbox.graph.mailbox import moment_text
from projectlists.sandbox.http import Response
from projectlists.sandbox.store import Store

_TABLES = """
CREATE TABLE IF NOT EXISTS graph_tab (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    app TEXT NOT NULL,
    name TEXT NOT NULL,
    configuration TEXT NOT NULL
);
"""

# The apps whose tabs can be configured through Graph. The app for SharePoint pages and lists
# (2a527703-1f6f-4559-a332-d8a7d288cd88) is not among them (identity-mail-teams.md §10.3).
_APPS: Mapping[str, str] = {
    "com.microsoft.teamspace.tab.web": "Website",
    "com.microsoft.teamspace.tab.files.sharepoint": "Document Library",
}
_BOUND_APP = re.compile(r"/appCatalogs/teamsApps(?:/|\(')(?P<app>[\w.-]+)(?:'\))?/?$", re.IGNORECASE)
_CONFIGURATION = ("entityId", "contentUrl", "websiteUrl", "removeUrl")

_DIRECTORY = ("Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
_TEAM_READ = ("Team.ReadBasic.All", "TeamSettings.Read.All", "TeamSettings.ReadWrite.All", *_DIRECTORY)
_CHANNEL_READ = ("Channel.ReadBasic.All", "ChannelSettings.Read.All", "ChannelSettings.ReadWrite.All", *_DIRECTORY)
_TAB_READ = ("TeamsTab.Read.All", "TeamsTab.ReadWrite.All", *_DIRECTORY)
_TAB_CREATE = ("TeamsTab.Create", "TeamsTab.ReadWrite.All", "Group.ReadWrite.All")
_TAB_CHANGE = ("TeamsTab.ReadWrite.All", "Group.ReadWrite.All")


def declare(store: Store) -> None:
    """Make the table of tabs when it is not there."""
    store.declare(_TABLES)


def clear(store: Store) -> None:
    """Remove all tabs."""
    store.execute("DELETE FROM graph_tab")


def handle(call: Call) -> Response:
    """`/teams/{id}`, its channels and their tabs, and `/groups/{id}/team`."""
    match call.keys():
        case ("groups", key, "team") | ("teams", key):
            call.takes("GET")
            _require(call, _TEAM_READ)
            return Response.of_json(_context("teams/$entity") | _team_shape(call, _team(call, key)))
        case ("teams", key, "channels"):
            return _channels(call, _team(call, key))
        case ("teams", key, "primarychannel"):
            call.takes("GET")
            _require(call, _CHANNEL_READ)
            return _channel_answer(call, _channels_of(call, _team(call, key))[0])
        case ("teams", key, "channels", _):
            call.takes("GET")
            _require(call, _CHANNEL_READ)
            return _channel_answer(call, _channel(call, _team(call, key)))
        case ("teams", key, "channels", _, "tabs"):
            return _tabs(call, _team(call, key))
        case ("teams", key, "channels", _, "tabs", tab_id):
            return _one_tab(call, _channel(call, _team(call, key)), tab_id)
    raise errors.not_implemented(f"'{'/'.join(call.keys()[2:]) or call.keys()[0]}' here")


def _require(call: Call, permissions: tuple[str, ...]) -> None:
    if not call.has(*permissions):
        raise errors.team_access_denied(permissions)


def _team(call: Call, key: str) -> Team:
    team = call.directory.team(key)
    if team is None:
        raise errors.team_part_not_found("team", key)
    return team


def _channels_of(call: Call, team: Team) -> list[Channel]:
    """The channels of a team, the primary one (`General`, the first made) in front."""
    return sorted(call.directory.channels(team.id), key=lambda channel: channel.name not in {"General", "Algemeen"})


def _channel(call: Call, team: Team) -> Channel:
    wanted = call.segments[3]
    found = next((channel for channel in call.directory.channels(team.id) if channel.id == wanted), None)
    if found is None:
        raise errors.team_part_not_found("channel", wanted)
    return found


def _channels(call: Call, team: Team) -> Response:
    call.takes("GET")
    _require(call, _CHANNEL_READ)
    call.takes_options("$select", "$filter")
    shapes = [_channel_shape(call, channel) for channel in _channels_of(call, team)]
    known = frozenset(shapes[0]) if shapes else frozenset({"id", "displayName", "membershipType"})
    test = query.tested(call.options.get("$filter"), known, "microsoft.graph.channel")
    entries = [_selection(call, shape, "microsoft.graph.channel") for shape in shapes if test(shape)]
    context = _context(f"teams('{team.id}')/channels")
    return Response.of_json(context | {"@odata.count": len(entries), "value": entries})


def _channel_answer(call: Call, channel: Channel) -> Response:
    call.takes_options("$select")
    shape = _selection(call, _channel_shape(call, channel), "microsoft.graph.channel")
    return Response.of_json(_context(f"teams('{channel.team}')/channels/$entity") | shape)


def _tabs(call: Call, team: Team) -> Response:
    call.takes("GET", "POST")
    channel = _channel(call, team)
    if call.method == "POST":
        _require(call, _TAB_CREATE)
        return _create(call, channel)
    _require(call, _TAB_READ)
    call.takes_options("$expand", "$filter")
    rows = call.tenant.store.rows("SELECT * FROM graph_tab WHERE channel = ? ORDER BY number", (channel.id,))
    whole = [_tab_shape(dict(row), with_app=True) for row in rows]
    known = frozenset({"id", "displayName", "webUrl", "configuration", "teamsApp"})
    test = query.tested(call.options.get("$filter"), known, "microsoft.graph.teamsTab")
    entries = [_expanded(call, tab) for tab in whole if test(tab)]
    context = _context(f"teams('{team.id}')/channels('{channel.id}')/tabs")
    return Response.of_json(context | {"@odata.count": len(entries), "value": entries})


def _create(call: Call, channel: Channel) -> Response:
    body = _object(call.body())
    bound = _BOUND_APP.search(str(body.get("teamsApp@odata.bind")))
    if bound is None:
        raise errors.bad_request("A tab needs its app: 'teamsApp@odata.bind' with the address of a catalogue entry.")
    app = bound["app"]
    if app not in _APPS:
        raise errors.not_implemented(f"tabs of the app '{app}'")
    tab = {
        "id": str(uuid.uuid4()),
        "channel": channel.id,
        "app": app,
        "name": _name(body),
        "configuration": json.dumps(_configuration(body) | {"dateAdded": moment_text(call.tenant.clock.now())}),
    }
    call.tenant.store.execute(
        "INSERT INTO graph_tab (id, channel, app, name, configuration)"
        " VALUES (:id, :channel, :app, :name, :configuration)",
        tab,
    )
    return _tab_answer(channel, _tab_shape(tab, with_app=False), 201)


def _one_tab(call: Call, channel: Channel, tab_id: str) -> Response:
    call.takes("GET", "PATCH", "DELETE")
    _require(call, _TAB_READ if call.method == "GET" else _TAB_CHANGE)
    store = call.tenant.store
    with store.transaction():
        row = store.row("SELECT * FROM graph_tab WHERE channel = ? AND id = ?", (channel.id, tab_id))
        if row is None:
            raise errors.team_part_not_found("tab", tab_id)
        tab = dict(row)
        if call.method == "DELETE":
            store.execute("DELETE FROM graph_tab WHERE id = ?", (tab_id,))
            return Response(204)
        if call.method == "PATCH":
            body = _object(call.body())
            tab["name"] = _name(body) if "displayName" in body else tab["name"]
            if "configuration" in body:
                tab["configuration"] = json.dumps(json.loads(tab["configuration"]) | _configuration(body))
            store.execute("UPDATE graph_tab SET name = :name, configuration = :configuration WHERE id = :id", tab)
    call.takes_options("$expand")
    return _tab_answer(channel, _expanded(call, _tab_shape(tab, with_app=True)), 200)


def _object(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise errors.bad_request("Invalid request body was sent.")
    return body


def _name(body: Mapping[str, Any]) -> str:
    name = body.get("displayName")
    if not isinstance(name, str) or not 1 <= len(name) <= 128:
        raise errors.bad_request("Tab display name must have 1 to 128 characters.")
    return name


def _configuration(body: Mapping[str, Any]) -> dict[str, Any]:
    given = body.get("configuration")
    if given is None:
        return dict.fromkeys(_CONFIGURATION)
    if not isinstance(given, dict):
        raise errors.bad_request("Invalid tab configuration.")
    unknown = next((name for name in given if name not in _CONFIGURATION and "@odata." not in name), None)
    if unknown is not None:
        raise errors.bad_request(
            f"The property '{unknown}' does not exist on type 'microsoft.graph.teamsTabConfiguration'."
        )
    return {name: given.get(name) for name in _CONFIGURATION}


def _expanded(call: Call, tab: dict[str, Any]) -> dict[str, Any]:
    """A tab names its app only when asked (`$expand=teamsApp`)."""
    asked = query.expansions(call.options.get("$expand"))
    if asked and asked != {"teamsApp": {}}:
        raise errors.not_implemented(f"$expand={call.options['$expand']}")
    return {name: value for name, value in tab.items() if asked or name != "teamsApp"}


def _tab_shape(tab: Mapping[str, Any], *, with_app: bool) -> dict[str, Any]:
    shape = {
        "id": tab["id"],
        "displayName": tab["name"],
        "webUrl": f"https://teams.microsoft.com/l/entity/{tab['app']}/_djb2_msteams_prefix_{tab['id']}",
        "configuration": json.loads(tab["configuration"]),
    }
    app = {"id": tab["app"], "displayName": _APPS[tab["app"]], "distributionMethod": "store", "externalId": None}
    return shape | ({"teamsApp": app} if with_app else {})


def _tab_answer(channel: Channel, tab: Mapping[str, Any], status: int) -> Response:
    context = _context(f"teams('{channel.team}')/channels('{channel.id}')/tabs/$entity")
    return Response.of_json(context | dict(tab), status)


def _selection(call: Call, shape: dict[str, Any], type_name: str) -> dict[str, Any]:
    names = query.selected(call.options.get("$select"), frozenset(shape), type_name) or tuple(shape)
    return {name: shape[name] for name in names}


def _team_shape(call: Call, team: Team) -> dict[str, Any]:
    return {
        "id": team.id,
        "displayName": team.name,
        "description": team.description,
        "webUrl": f"https://teams.microsoft.com/l/team/{team.id}/conversations?tenantId={call.tenant.tenant_id}",
        "isArchived": False,
    }


def _channel_shape(call: Call, channel: Channel) -> dict[str, Any]:
    place = f"groupId={channel.team}&tenantId={call.tenant.tenant_id}"
    return {
        "id": channel.id,
        "displayName": channel.name,
        "description": None,
        "membershipType": channel.membership_type,
        "webUrl": f"https://teams.microsoft.com/l/channel/{channel.id}/{channel.name}?{place}",
    }


def _context(what: str) -> dict[str, Any]:
    return {"@odata.context": f"{ROOT}/$metadata#{what}"}
