"""Questions to Graph over the client's transport: repeated where that does no harm, refusals in the caller's words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import requests
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.http.http_method import HttpMethod
from office365.runtime.http.request_options import RequestOptions

from projectlists.errors import AccessRefused, FarEndError, Throttled, Unanswered
from projectlists.farend.channel import LONGEST_WAIT, never_sent
from projectlists.farend.refusals import body_of
from projectlists.language import _

if TYPE_CHECKING:
    from office365.graph_client import GraphClient

ROOT = "https://graph.microsoft.com/v1.0"
ATTEMPTS = 4
Refused = Callable[[int, Mapping[str, str], object], FarEndError]
"""The error for a status, headers and body."""


class GraphCalls:
    """One subject at Graph. `lost` is the sentence for a lost connection; `forget` drops a token that was refused."""

    def __init__(
        self,
        client: GraphClient,
        *,
        refused: Refused,
        lost: str,
        forget: Callable[[], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._refused = refused
        self._lost = lost
        self._forget = forget
        self._sleep = sleep

    def asked(
        self, method: HttpMethod, url: str, body: Mapping[str, Any] | None = None, *, harmless: bool = False
    ) -> Mapping[str, Any]:
        """One question and its answer. What has a body changes something: it is repeated only when nothing was done,
        which a 429 says and a 503 does not, or when doing it twice is `harmless`.

        Raises:
            FarEndError: as `refused` makes it, or Unanswered.
        """
        renewed = False
        for attempt in range(ATTEMPTS):
            last = attempt == ATTEMPTS - 1
            try:
                return self._exchange(method, url, body)
            except AccessRefused as error:
                if error.status != 401 or renewed or last:
                    raise
                renewed = True
                self._forget()
            except (Throttled, Unanswered) as error:
                wait = max(getattr(error, "retry_after", 0.0), 0.25 * 2**attempt)
                nothing_done = isinstance(error, Throttled) and error.status != 503
                if not (harmless or body is None or nothing_done) or last or wait > LONGEST_WAIT:
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
            raise self._refused(error.response.status_code, error.response.headers, said) from error
        except requests.RequestException as error:
            sentence = (
                _("No connection to graph.microsoft.com. Check network.proxy in tenant.yaml.")
                if never_sent(error)
                else self._lost
            )
            raise Unanswered(sentence, detail=type(error).__name__) from error
        found = body_of(response.content, response.headers.get("Content-Type", ""))
        return found if isinstance(found, Mapping) else {}
