"""A Workflows webhook that posts cards to a channel (identity-mail-teams.md §10.1).

The trigger answers 202 to anything it can read; whether a card was posted shows only in the run history.
"""

from __future__ import annotations

import hmac
import json
import re
import uuid
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.store import Store
from projectlists.sandbox.tenant import Service, Tenant

HOST: Final = "prod-00.westeurope.logic.azure.com"
# identity-mail-teams.md §10.1: about 28 KB per message, everything included.
MAX_BYTES: Final = 28 * 1024
_CARD_TYPE: Final = "application/vnd.microsoft.card.adaptive"
_TRIGGER: Final = re.compile(r"/workflows/([0-9a-f]{32})/triggers/manual/paths/invoke", re.IGNORECASE)
_NULL_FOREACH: Final = (
    "The execution of template action 'Send_each_adaptive_card' failed: the result of the evaluation of 'foreach' "
    "expression '@triggerOutputs()?['body']?['attachments']' is of type 'Null'. The result must be a valid array."
)

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS workflow_runs (number INTEGER PRIMARY KEY, id TEXT NOT NULL, started TEXT NOT NULL,
  status TEXT NOT NULL, error TEXT);
CREATE TABLE IF NOT EXISTS posted_cards (number INTEGER PRIMARY KEY, run TEXT NOT NULL, team TEXT NOT NULL,
  channel TEXT NOT NULL, posted TEXT NOT NULL, card TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Workflow:
    """The flow behind a webhook: where it posts and the signature its address carries."""

    team: str
    channel: str
    signature: str

    @property
    def id(self) -> str:
        """Id in the address: 32 hex digits, always the same for a channel."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"workflow:{self.channel}").hex

    @property
    def url(self) -> str:
        """The whole webhook address; it is a secret."""
        query = urlencode(
            {"api-version": "2016-06-01", "sp": "/triggers/manual/run", "sv": "1.0", "sig": self.signature},
            quote_via=quote,
            safe="",
        )
        return f"https://{HOST}:443/workflows/{self.id}/triggers/manual/paths/invoke?{query}"


def make(tenant: Tenant, workflow: Workflow) -> Service:
    """Make the service for the host of the workflows, with the one workflow of this tenant."""
    tenant.store.declare(_TABLES)

    def handle(request: Request) -> Response:
        trigger = _TRIGGER.fullmatch(request.plain_path)
        if request.method.upper() != "POST" or trigger is None:
            return _error(501, "NotImplemented", "The sandbox has manual workflow triggers only.")
        refusal = _refusal(tenant, workflow, trigger[1], request)
        if refusal is not None:
            return refusal
        try:
            body = request.json()
        except ValueError:
            return _error(400, "InvalidRequestContent", "The request content is not valid and could not be parsed.")
        _run(tenant, workflow, body, len(request.body))
        return Response(202)

    return handle


def _refusal(tenant: Tenant, workflow: Workflow, asked: str, request: Request) -> Response | None:
    """What stops a call before the flow begins; None when nothing does."""
    if asked.lower() != workflow.id:
        return _error(404, "WorkflowNotFound", f"The workflow '{asked}' could not be found.")
    if not hmac.compare_digest(request.options.get("sig", "").encode(), workflow.signature.encode()):
        return _error(401, "AuthorizationFailed", "The authentication credentials are not valid.")
    if not tenant.workflow_enabled:
        return _error(400, "WorkflowTriggerIsNotEnabled", "The trigger of the workflow is not enabled.")
    if not request.options.get("api-version"):
        return _error(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is needed.")
    return None


def posted(store: Store) -> list[dict[str, Any]]:
    """Every card that stands in a channel, in order: `team`, `channel`, `posted` (ISO), `run`, `card`."""
    rows = store.rows("SELECT team, channel, posted, run, card FROM posted_cards ORDER BY number")
    return [{**dict(row), "card": json.loads(row["card"])} for row in rows]


def runs(store: Store) -> list[dict[str, Any]]:
    """The run history of the workflow: `id`, `started` (ISO), `status` Succeeded or Failed, `error`."""
    return [dict(row) for row in store.rows("SELECT id, started, status, error FROM workflow_runs ORDER BY number")]


def clear(store: Store) -> None:
    """Forget all cards and runs."""
    with store.transaction():
        store.execute("DELETE FROM posted_cards")
        store.execute("DELETE FROM workflow_runs")


def _run(tenant: Tenant, workflow: Workflow, body: Any, size: int) -> None:
    cards, error = _cards(body, size)
    now, run = tenant.clock.now().isoformat(), uuid.uuid4().hex
    with tenant.store.transaction():
        tenant.store.execute(
            "INSERT INTO workflow_runs (id, started, status, error) VALUES (?, ?, ?, ?)",
            (run, now, "Failed" if error else "Succeeded", error),
        )
        for card in cards:
            tenant.store.execute(
                "INSERT INTO posted_cards (run, team, channel, posted, card) VALUES (?, ?, ?, ?, ?)",
                (run, workflow.team, workflow.channel, now, json.dumps(card, ensure_ascii=False)),
            )


def _cards(body: Any, size: int) -> tuple[list[dict[str, Any]], str | None]:
    """The cards the flow gets posted before it ends or fails, and why it failed."""
    if size > MAX_BYTES:
        return [], "Request Entity too large"
    attachments = body.get("attachments") if isinstance(body, dict) else None
    if not isinstance(attachments, list):
        return [], _NULL_FOREACH
    cards: list[dict[str, Any]] = []
    for attachment in attachments:
        card = attachment.get("content") if isinstance(attachment, dict) else None
        if not isinstance(card, dict) or attachment.get("contentType") != _CARD_TYPE:
            return cards, "InvalidBotAdaptiveCard: the attachment is not an Adaptive Card."
        if card.get("type") != "AdaptiveCard":
            return cards, "InvalidBotAdaptiveCard: Property 'type' must be 'AdaptiveCard'."
        cards.append(card)
    return cards, None


def _error(status: int, code: str, message: str) -> Response:
    return Response.of_json({"error": {"code": code, "message": message}}, status)
