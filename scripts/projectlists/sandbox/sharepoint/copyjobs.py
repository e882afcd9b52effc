"""Copy jobs of a site: `CreateCopyJobs` and `GetCopyJobProgress`, as CLI for Microsoft 365 copies and moves files.

A job is done when it has been made; its log tells the client what became of it.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, Final
from urllib.parse import unquote

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, bodies, transfers
from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.errors import invalid_argument, unsupported_verb
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError
from projectlists.sandbox.sharepoint.schema import Schema, moment_text, plain_guid
from projectlists.sandbox.sharepoint.transfers import Conflict, Spot

METHODS: Final = frozenset({"createcopyjobs", "getcopyjobprogress"})
_CONFLICTS: Final[tuple[Conflict, ...]] = ("fail", "replace", "rename")


def handle(call: Call, method: Segment, schema: Schema) -> Response:
    """Answer one of the two methods."""
    if call.method != "POST":
        raise unsupported_verb("SP.Site", call.method)
    return _create(call, method, schema) if method.key == "createcopyjobs" else _progress(call, method, schema)


def _create(call: Call, method: Segment, schema: Schema) -> Response:
    given = bodies.arguments(call, method, ("exportObjectUris", "destinationUri", "options"))
    sources, goal, options = given.get("exportObjectUris"), given.get("destinationUri"), given.get("options", {})
    if not isinstance(sources, list) or not isinstance(goal, str) or not isinstance(options, dict):
        raise invalid_argument()
    conflict, names = options.get("NameConflictBehavior", 0), options.get("CustomizedItemName") or []
    if conflict not in range(len(_CONFLICTS)) or not isinstance(names, list) or not all(sources):
        raise invalid_argument()
    made = []
    for position, source in enumerate(sources):
        name = str(names[position]) if position < len(names) else None
        moves = options.get("IsMoveMode") is True
        log = _done(call, schema, str(source), goal, name=name, conflict=_CONFLICTS[conflict], moves=moves)
        identity = str(uuid.uuid4())
        schema.store.execute("INSERT INTO sp_copy_job VALUES (?, ?)", (identity, json.dumps(log)))
        shown = {"EncryptionKey": "", "JobId": identity, "JobQueueUri": f"https://{call.request.host}/copyjobs"}
        made.append(Complex({**shown, "SourceListItemUniqueIds": Collection([], "Edm.Guid")}, "SP.CopyMigrationInfo"))
    return answers.value(call, "CreateCopyJobs", Collection(made, "SP.CopyMigrationInfo"))


def _done(
    call: Call, schema: Schema, source: str, goal: str, *, name: str | None, conflict: Conflict, moves: bool
) -> list[dict[str, Any]]:
    """Do a job; its log. A refusal ends the job, not the request."""
    moment = {"Time": moment_text(schema.tenant.clock.now())}
    log: list[dict[str, Any]] = [{"Event": "JobStart", **moment}]
    try:
        with schema.store.lock:
            found = transfers.spot(call, _path(source), schema)
            target = transfers.target(call, _path(goal), name or found.place.name, schema)
            made = transfers.transfer(call, found, target, moves=moves, conflict=conflict)
            log.append({"Event": "JobFinishedObjectInfo", **moment, **_facts(call, source, made)})
    except ServiceError as refusal:
        if refusal.status == 501:
            raise
        log.append({"Event": "JobError", **moment, "Message": refusal.message, "ErrorCode": refusal.code})
    return [*log, {"Event": "JobEnd", **moment}]


def _facts(call: Call, source: str, made: Spot) -> dict[str, Any]:
    web = made.cells.web
    return {
        "SourceObjectFullUrl": source,
        "TargetServerUrl": f"https://{call.request.host}",
        "TargetSiteId": web.site_id,
        "TargetWebId": web.id,
        "TargetListId": made.cells.listing.id,
        "TargetObjectUniqueId": made.row.unique_id,
        "TargetObjectSiteRelativeUrl": made.place.url[len(web.url) + 1 :],
    }


def _progress(call: Call, method: Segment, schema: Schema) -> Response:
    given = bodies.arguments(call, method, ("copyJobInfo",)).get("copyJobInfo")
    identity = plain_guid(str(given.get("JobId"))) if isinstance(given, dict) else ""
    row = schema.store.row("SELECT log FROM sp_copy_job WHERE id = ?", (identity,))
    if row is None:
        raise invalid_argument()
    logs = [json.dumps(one) for one in json.loads(row["log"])]
    shown = {"JobState": 0, "Logs": Collection(logs, "Edm.String")}
    return answers.value(call, "GetCopyJobProgress", Complex(shown, "SP.CopyJobProgress"))


def _path(url: str) -> str:
    return unquote(address.server_relative(url)).rstrip("/")
