"""The tabs of one Teams channel, through Graph: website tabs, which Graph can configure (identity-mail-teams.md §10.3).

Reading is repeated where that is safe; writing is not, as a tab that was made twice stands there twice: what became of
it is seen on reading back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from office365.runtime.http.http_method import HttpMethod

from projectlists.errors import AccessRefused, FarEndError, Missing, Throttled, Unanswered
from projectlists.farend.graphcalls import ROOT, GraphCalls
from projectlists.farend.refusals import refusal, words
from projectlists.language import _
from projectlists.structure.tabs import Tab

if TYPE_CHECKING:
    from office365.graph_client import GraphClient

WEBSITE = "com.microsoft.teamspace.tab.web"
MOST_IN_A_BATCH = 20
"""identity-mail-teams.md §9.2."""
_APP = f"{ROOT}/appCatalogs/teamsApps/{WEBSITE}"


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
        lost = _("The connection to Teams was lost. Run the same command again: it first looks at what is there.")
        self._graph = GraphCalls(client, refused=self._refusal, lost=lost, forget=forget, sleep=sleep)
        self._path = f"/teams/{quote(team, safe='')}/channels/{quote(channel, safe='')}/tabs"

    def read(self) -> tuple[Tab, ...]:
        """The website tabs of the channel, in its order.

        Raises:
            AccessRefused: the app lacks the right; Missing: no such team or channel; other FarEndErrors.
        """
        found: list[Tab] = []
        link = f"{ROOT}{self._path}?$expand=teamsApp"
        while link:
            page = self._graph.asked(HttpMethod.Get, link)
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
                answer = self._graph.asked(HttpMethod.Post, f"{ROOT}/$batch", {"requests": parts})
            except (Unanswered, Throttled) as error:  # what was done is seen on reading back
                failures.append(error)
                continue
            failures += [
                self._refusal(int(one.get("status") or 0), one.get("headers") or {}, one.get("body"))
                for one in answer.get("responses", ())
                if int(one.get("status") or 0) >= 400
            ]
        return failures

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
