"""One mailbox, through Graph: a mail is a draft with a tag, sent exactly once, and looked up when in doubt.

A draft can be made twice without harm, `send` cannot: it is never repeated here by itself, and says honestly when its
outcome is not known (identity-mail-teams.md §8). The client's own retry is not used, as it posts `send` again after a
504 or a dropped connection (§12.3).
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import requests
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.http.http_method import HttpMethod
from office365.runtime.http.request_options import RequestOptions

from projectlists.config.model import Mail
from projectlists.errors import (
    AccessRefused,
    FarEndError,
    Missing,
    Refused,
    Throttled,
    Unanswered,
    Unreachable,
)
from projectlists.farend.channel import never_sent
from projectlists.farend.refusals import body_of, refusal, words
from projectlists.language import _
from projectlists.mail.messages import Message
from projectlists.mail.mime import Envelope, encoded, key_in, message_id
from projectlists.mail.reports import Report, report_of

if TYPE_CHECKING:
    from office365.graph_client import GraphClient

PROPERTY = "String {6d1c8a52-0f3e-4b5b-9a0e-2f6f0b7d4c11} Name ProjectlistsMail"
"""The tag: one constant named property, as each new name uses up a resource of the mailbox (§7.4)."""
ATTEMPTS = 4
LONGEST_WAIT = 300.0
"""Seconds; a service that asks for more is not waited for."""
MINUTE = 60.0
_ROOT = "https://graph.microsoft.com/v1.0"
_IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}  # on every request, or the id changes when the mail is sent (§7.3)
_NO_MAILBOX = {"MailboxNotEnabledForRESTAPI", "ErrorInvalidUser", "ResourceNotFound", "Request_ResourceNotFound"}
_METHODS = {
    "GET": HttpMethod.Get,
    "POST": HttpMethod.Post,
    "PATCH": HttpMethod.Patch,
    "DELETE": HttpMethod.Delete,
}

_MESSAGE_CLASS = "String 0x1a"
_UNDELIVERED = "REPORT.IPM.Note.NDR"

DraftState = Literal["draft", "sent", "gone"]


@dataclass(frozen=True)
class Submission:
    """What became of one `send`.

    `accepted`: the mail is on its way. `refused`: certainly not sent, `error` says why. `throttled`: certainly not
    sent, the same draft may be sent after `error.retry_after` seconds. `unknown`: look at the draft later.
    """

    outcome: Literal["accepted", "refused", "throttled", "unknown"]
    error: FarEndError | None = None


class Mailbox:
    """The mailbox that sends. `settings` names it and its pace; `forget` drops a token that was refused."""

    def __init__(
        self,
        client: GraphClient,
        settings: Mail,
        *,
        forget: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self._client = client
        self._forget = forget
        self._clock = clock
        self._sleep = sleep
        self._sent: deque[float] = deque()
        self._path = f"/users/{quote(settings.mailbox, safe='@.')}"

    def create_draft(self, message: Message, envelope: Envelope, key: str) -> str:
        """Put a draft with the tag `key` into the mailbox; its immutable id.

        When the answer is lost the draft is looked up, so that one is left.

        Raises:
            Refused: the mail itself is not accepted, such as a malformed address.
            AccessRefused, SignInRefused, Unreachable: the mailbox takes nothing at all.
            FarEndError: it did not work; nothing was sent.
        """
        body = encoded(message, envelope, key=key, mailbox=self.settings.mailbox)
        draft = self._drafted(body, key)
        tag = {"singleValueExtendedProperties": [{"id": PROPERTY, "value": key}]}
        self._asked("PATCH", f"/messages/{draft}", json.dumps(tag).encode(), {"Content-Type": "application/json"})
        return draft

    def wait_for_turn(self) -> None:
        """Wait until one more mail may be sent: at most `per_minute` in any minute, the first ones at once (§7.6)."""
        now = self._clock()
        while self._sent and now - self._sent[0] >= MINUTE:
            self._sent.popleft()
        if len(self._sent) >= self.settings.per_minute:
            self._sleep(MINUTE - (now - self._sent.popleft()))
        self._sent.append(self._clock())

    def send(self, draft: str) -> Submission:
        """Send a draft once; never repeated by itself, except after a token was refused. Wait for your turn first."""
        return self._submitted(f"/messages/{draft}/send", b"", {})

    def send_at_once(self, message: Message, envelope: Envelope, key: str) -> Submission:
        """Send without a draft, for an app that has no other right than Mail.Send (§8, "Fallback").

        Never repeated by itself; an outcome that is not known stays so, as nothing can be looked up.

        Raises:
            Refused: an address is malformed; nothing was sent.
        """
        body = encoded(message, envelope, key=key, mailbox=self.settings.mailbox)
        return self._submitted("/sendMail", body, {"Content-Type": "text/plain"})

    def reports(self, since: datetime) -> tuple[Report, ...]:
        """The reports since an aware instant about mails of this program that did not arrive."""
        wanted = f"receivedDateTime ge {_instant(since)} and {_property_is(_MESSAGE_CLASS, _UNDELIVERED)}"
        found = self._listed("/mailFolders/inbox/messages", wanted, "internetMessageHeaders,body")
        reports = (report_of(message, self.settings.mailbox) for message in found)
        return tuple(report for report in reports if report is not None)

    def drafts_before(self, moment: datetime) -> dict[str, str]:
        """Drafts of this program that were made before an aware instant: their ids by mail key."""
        found = self._listed(
            "/mailFolders/drafts/messages", f"createdDateTime lt {_instant(moment)}", "internetMessageId"
        )
        keys = {str(entry["id"]): key_in(str(entry.get("internetMessageId") or "")) for entry in found}
        return {key: draft for draft, key in keys.items() if key}

    def _submitted(self, path: str, body: bytes, headers: Mapping[str, str]) -> Submission:
        try:
            self._once("POST", path, body, headers)
        except Throttled as error:
            # Only 429 is a promise that nothing was done; a 503 may come from behind the point of acceptance (§7.7).
            return Submission("throttled" if error.status == 429 else "unknown", error)
        except (Unanswered, Missing) as error:
            # What is no draft any more was sent by somebody, or thrown away: neither is a refusal (§15.1).
            return Submission("unknown", error)
        except FarEndError as error:
            return Submission("refused", error)
        return Submission("accepted")

    def state(self, draft: str, key: str) -> DraftState:
        """Whether a mail still waits as a draft (also while it is queued), has left, or is nowhere to be found."""
        try:
            found = self._asked("GET", f"/messages/{draft}?$select=isDraft,parentFolderId")
        except (Missing, Refused):  # a malformed id is a lost draft too (§7.7)
            return "sent" if self.find(key, "sentitems") else "gone"
        return "draft" if found.get("isDraft") else "sent"

    def find(self, key: str, folder: Literal["drafts", "sentitems"]) -> tuple[str, ...]:
        """The ids of the mails with this tag in a folder, by tag or by Message-ID."""
        tagged = _property_is(PROPERTY, key)
        found = self._filtered(f"/mailFolders/{folder}/messages", tagged)
        named = f"internetMessageId eq '{message_id(key, self.settings.mailbox)}'"
        return found or self._filtered(f"/mailFolders/{folder}/messages", named)

    def delete(self, draft: str) -> None:
        """Throw a draft away; one that is gone already is fine."""
        try:
            self._asked("DELETE", f"/messages/{draft}")
        except Missing:
            return

    def _drafted(self, body: bytes, key: str) -> str:
        named = f"internetMessageId eq '{message_id(key, self.settings.mailbox)}'"
        for attempt in range(ATTEMPTS):
            try:
                return str(self._asked("POST", "/messages", body, {"Content-Type": "text/plain"})["id"])
            except Unanswered:
                found = self._filtered("/mailFolders/drafts/messages", named)
                if found:
                    return found[-1]  # newest first: the oldest is the one to keep (§8)
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _filtered(self, path: str, text: str) -> tuple[str, ...]:
        found = self._asked("GET", f"{path}?$filter={quote(text, safe='')}&$select=id")
        return tuple(str(entry["id"]) for entry in found.get("value", ()))

    def _listed(self, path: str, text: str, select: str) -> list[Mapping[str, Any]]:
        """Every message that a filter finds, to the last page."""
        found: list[Mapping[str, Any]] = []
        link = f"{path}?$filter={quote(text, safe='')}&$select=id,{select}&$top=50"
        while link:
            page = self._asked("GET", link)
            found += [entry for entry in page.get("value", ()) if isinstance(entry, Mapping)]
            following = str(page.get("@odata.nextLink") or "")
            link = following.partition("/users/")[2].partition("/")[2]
            link = f"/{link}" if link else ""
        return found

    def _asked(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        """A request that is repeated after a refusal for pace, and, unless it is a POST, after a lost answer."""
        for attempt in range(ATTEMPTS):
            try:
                return self._once(method, path, body, headers or {})
            except Throttled as error:
                failure: FarEndError = error
                if method == "POST" and error.status != 429:
                    raise Unanswered(str(error), detail=error.detail, status=error.status) from error
            except (Unanswered, Unreachable) as error:
                failure = error
                if method == "POST" and isinstance(error, Unanswered):
                    raise
            waited = max(getattr(failure, "retry_after", 0.0), 0.25 * 2**attempt)
            if attempt == ATTEMPTS - 1 or waited > LONGEST_WAIT:
                raise failure
            self._sleep(waited)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            return self._exchange(method, path, body, headers)
        except AccessRefused as error:
            if error.status != 401:
                raise
        # A refused token means that nothing was done: the same request with a new token is no repetition.
        self._forget()
        return self._exchange(method, path, body, headers)

    def _exchange(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Mapping[str, Any]:
        options = RequestOptions(f"{_ROOT}{self._path}{path}")
        options.method = _METHODS[method]
        if body is not None:
            options.data = body
        options.headers = {"Accept": "application/json", **_IMMUTABLE, **headers}
        try:
            response = self._client.pending_request().execute_request_direct(options)
        except ClientRequestException as error:
            raise self._refusal(error.response) from error
        except requests.RequestException as error:
            if never_sent(error):
                raise Unreachable(
                    _("No connection to graph.microsoft.com. Check network.proxy in tenant.yaml."),
                    detail=type(error).__name__,
                ) from error
            raise Unanswered(
                _("The connection to the mailbox was lost; whether the last step was done is not known."),
                detail=type(error).__name__,
            ) from error
        found = body_of(response.content, response.headers.get("Content-Type", ""))
        return found if isinstance(found, Mapping) else {}

    def _refusal(self, response: requests.Response) -> FarEndError:
        body = body_of(response.content, response.headers.get("Content-Type", ""))
        code = words(body).code
        mailbox = self.settings.mailbox
        status, detail = response.status_code, str(words(body))
        if status == 403:
            return AccessRefused(
                _(
                    "The mailbox {mailbox} may not be used. An Exchange administrator can give this app the roles "
                    "'Application Mail.Send' and 'Application Mail.ReadWrite' on it; it can take two hours to work."
                ).format(mailbox=mailbox),
                detail=detail,
                status=status,
            )
        if code in _NO_MAILBOX:
            return AccessRefused(
                _("There is no mailbox {mailbox}, or it has no licence. Check mail.mailbox in tenant.yaml.").format(
                    mailbox=mailbox
                ),
                detail=detail,
                status=status,
            )
        if status >= 500 and status not in {503, 507}:
            return Unanswered(_("The mailbox gave an error."), detail=detail, status=status)
        return refusal(status, response.headers, body, mailbox)


def _property_is(name: str, value: str) -> str:
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq '{value}')"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
