"""What an app may do on single sites: grants under Sites.Selected (identity-mail-teams.md §2.2, §9.3)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from office365.runtime.http.http_method import HttpMethod

from projectlists.errors import AccessRefused, FarEndError
from projectlists.farend.graphcalls import ROOT, GraphCalls
from projectlists.farend.refusals import refusal, words
from projectlists.language import _

if TYPE_CHECKING:
    from office365.graph_client import GraphClient

Granted = Literal["granted", "already", "refused"]
ROLE = "write"
"""Enough for rows; lists, columns and views want `manage` (§2.2)."""
_WRITING = frozenset({"write", "manage", "owner", "fullcontrol"})


class SiteGrants:
    """Gives apps the right to write on single sites. The caller needs Sites.FullControl.All of Graph."""

    def __init__(
        self, client: GraphClient, *, forget: Callable[[], None], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        lost = _("The connection to Graph was lost. Run the same command again: it first looks at what is there.")
        self._graph = GraphCalls(client, refused=self._refusal, lost=lost, forget=forget, sleep=sleep)

    def give(self, site_id: str, app: str) -> Granted:
        """Let an app write on a site. `site_id` is as Graph has it: host, site collection and web, with commas.

        Giving it twice does no harm: a site has one grant for each app.

        Raises:
            FarEndError: any answer other than that the caller may not grant.
        """
        address = f"{ROOT}/sites/{quote(site_id, safe=',.-')}/permissions"
        try:
            for entry in self._graph.asked(HttpMethod.Get, address).get("value", ()):
                if app.lower() in _apps(entry) and self._writes(address, entry):
                    return "already"
            identity = {"application": {"id": app, "displayName": app}}
            body = {"roles": [ROLE], "grantedToIdentities": [identity]}
            self._graph.asked(HttpMethod.Post, address, body, harmless=True)
        except AccessRefused:
            return "refused"
        return "granted"

    def _writes(self, address: str, entry: Mapping[str, Any]) -> bool:
        """Whether a grant is enough; the list of grants may leave their roles out (§2.2)."""
        roles = entry.get("roles")
        if not roles:
            roles = self._graph.asked(HttpMethod.Get, f"{address}/{quote(str(entry.get('id')), safe='')}").get("roles")
        return not _WRITING.isdisjoint(roles or ())

    @staticmethod
    def _refusal(status: int, headers: Mapping[str, str], body: object) -> FarEndError:
        if status == 403:
            return AccessRefused(_("This app may not give rights on sites."), detail=str(words(body)), status=status)
        return refusal(status, headers, body, _("The rights on the site"))


def _apps(entry: Mapping[str, Any]) -> Iterable[str]:
    given = [*(entry.get("grantedToIdentitiesV2") or ()), *(entry.get("grantedToIdentities") or ())]
    return {str((one.get("application") or {}).get("id", "")).lower() for one in given}
