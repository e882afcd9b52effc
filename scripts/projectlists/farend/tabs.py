"""The tabs of one Teams channel, through Graph: website tabs, which Graph can configure (identity-mail-teams.md §10.3).

Reading is repeated where that is safe; writing is not, as a tab that was made twice stands there twice: what became of
it is seen on reading back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests
from office365.graph_client import GraphClient
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.http.http_method import HttpMethod
from office365.runtime.http.request_options import RequestOptions

from projectlists.errors import AccessRefused, FarEndError, Missing, Throttled, Unanswered
from projectlists.farend.channel import LONGEST_WAIT, never_sent
from projectlists.farend.refusals import body_of, refusal, words
from projectlists.language import _
from projectlists.structure.tabs import Tab

WEBSITE = "com.microsoft.teamspace.tab.web"
ATTEMPTS = 4
MOST_IN_A_BATCH = 20
"""identity-mail-teams.md §9.2."""
_ROOT = "https://graph.microsoft.com/v1.0"
_APP = f"{_ROOT}/appCatalogs/teamsApps/{WEBSITE}"


@dataclass(frozen=True)
class Step:
    """One thing to do with a tab: make one when `id` is empty, else give it another title."""

    title: str
    url: str = ""
    id: str = ""

    def request(self, path: str) -> dict[str, Any]:
        """As part of a `$batch`; `path` is that of the tabs."""
        headers = {"Content-Type": "application/json"}
        if self.id:
            return {
                "method": "PATCH",
                "url": f"{path}/{self.id}",
                "headers": headers,
                "body": {"displayName": self.title},
            }
        configuration = {"entityId": None, "contentUrl": self.url, "websiteUrl": self.url, "removeUrl": None}
        body = {"displayName": self.title, "teamsApp@odata.bind": _APP, "configuration": configuration}
        return {"method": "POST", "url": path, "headers": headers, "body": body}


class ChannelTabs:
    """One channel's tabs. `forget` drops a token that was refused."""

    def __init__(
        self,
        client: GraphClient,
        team: str,
        channel: str,
        *,
        forget: Callable[[], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._forget = forget
        self._sleep = sleep
        self._path = f"/teams/{quote(team, safe='')}/channels/{quote(channel, safe='')}/tabs"

    def read(self) -> tuple[Tab, ...]:
        """The website tabs of the channel, in its order.

        Raises:
            AccessRefused: the app lacks the right; Missing: no such team or channel; other FarEndErrors.
        """
        found: list[Tab] = []
        link = f"{_ROOT}{self._path}?$expand=teamsApp"
        while link:
            page = self._asked(HttpMethod.Get, link)
            found += _tabs(page.get("value", ()))
            link = str(page.get("@odata.nextLink") or "")
        return tuple(found)

    def run(self, steps: Sequence[Step]) -> list[FarEndError]:
        """Make and change tabs, 20 in a request; the errors of those that failed."""
        failures: list[FarEndError] = []
        for start in range(0, len(steps), MOST_IN_A_BATCH):
            some = steps[start : start + MOST_IN_A_BATCH]
            parts = [{"id": str(number), **step.request(self._path)} for number, step in enumerate(some)]
            try:
                answer = self._asked(HttpMethod.Post, f"{_ROOT}/$batch", {"requests": parts})
            except Unanswered as error:  # what was done is seen on reading back
                failures.append(error)
                continue
            failures += [
                self._refusal(int(one.get("status") or 0), one.get("headers") or {}, one.get("body"))
                for one in answer.get("responses", ())
                if int(one.get("status") or 0) >= 400
            ]
        return failures

    def _asked(self, method: HttpMethod, url: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        renewed = False
        for attempt in range(ATTEMPTS):
            try:
                return self._exchange(method, url, body)
            except AccessRefused as error:
                if error.status != 401 or renewed:
                    raise
                renewed = True
                self._forget()
            except (Throttled, Unanswered) as error:
                wait = max(getattr(error, "retry_after", 0.0), 0.25 * 2**attempt)
                again = isinstance(error, Throttled) or body is None
                if not again or attempt == ATTEMPTS - 1 or wait > LONGEST_WAIT:
                    raise
                self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _exchange(self, method: HttpMethod, url: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        options = RequestOptions(url)
        options.method = method
        options.headers = {"Accept": "application/json"}
        if body is not None:
            options.data = json.dumps(body).encode()
            options.headers["Content-Type"] = "application/json"
        try:
            response = self._client.pending_request().execute_request_direct(options)
        except ClientRequestException as error:
            said = body_of(error.response.content, error.response.headers.get("Content-Type", ""))
            raise self._refusal(error.response.status_code, error.response.headers, said) from error
        except requests.RequestException as error:
            sentence = (
                _("No connection to graph.microsoft.com. Check network.proxy in tenant.yaml.")
                if never_sent(error)
                else _("The connection to Teams was lost. Run the same command again: it first looks at what is there.")
            )
            raise Unanswered(sentence, detail=type(error).__name__) from error
        found = body_of(response.content, response.headers.get("Content-Type", ""))
        return found if isinstance(found, Mapping) else {}

    def _refusal(self, status: int, headers: Mapping[str, str], body: object) -> FarEndError:
        detail = str(words(body))
        if status == 403:
            sentence = _(
                "The tabs in Teams were left out: this app lacks the right TeamsTab.ReadWrite.All. An administrator "
                "can grant it; then run again."
            )
            return AccessRefused(sentence, detail=detail, status=status)
        if status == 404:
            sentence = _(
                "The tabs in Teams were left out: there is no such team or channel. Check team and channel in "
                "sites.csv, then run again."
            )
            return Missing(sentence, detail=detail, status=status)
        return refusal(status, headers, body, _("The tabs in Teams"))


def _tabs(entries: Iterable[Mapping[str, Any]]) -> Iterable[Tab]:
    for entry in entries:
        app, configuration = entry.get("teamsApp"), entry.get("configuration")
        if isinstance(app, Mapping) and app.get("id") == WEBSITE and isinstance(configuration, Mapping):
            yield Tab(
                str(entry.get("id") or ""),
                str(entry.get("displayName") or ""),
                str(configuration.get("contentUrl") or ""),
            )
