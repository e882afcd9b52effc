"""One site's line to SharePoint: batches sent over the client, repeated only where that is safe, every answer checked.

All traps of office365-rest-python-client 3.3.0 on this way are worked round here; the numbers are those of
sharepoint-rest.md §9.2:
- bugs 1, 4, 5, 11, 17, 21: its queue and `execute_batch` are not used; batches are composed in `batch.py`.
- bugs 14, 15, 16: its retry ignores Retry-After and takes every 500 for a passing fault; `run` has a rule of its own.
- bug 18: its limiter's default threshold never fires, as the health score ends at 10 (`pace.py` sets 7).
- bug 24: it fetches a form digest even for reads, which bearer tokens do not need (§1.4): its hook is taken out.
- bug 34: it renews a digest only for -2130575251: `_digest_wanted` knows the other codes too.
- §9.1: a 401 does not renew its token: the token is asked for anew with each request, msal keeps it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.http.http_method import HttpMethod
from office365.runtime.http.request_options import RequestOptions
from office365.sharepoint.client_context import ClientContext

from projectlists.config.model import Network
from projectlists.errors import AccessRefused, FarEndError, Throttled, Unanswered
from projectlists.farend.batch import (
    LIGHT,
    MAXIMUM_BYTES,
    MAXIMUM_OPERATIONS,
    Answer,
    Operation,
    address,
    compose,
    parse,
)
from projectlists.farend.identity import SignIn
from projectlists.farend.network import CONNECT_SECONDS, Session, Traffic, unreachable
from projectlists.farend.pace import Pace
from projectlists.farend.refusals import DIGEST_CODES, body_of, refusal, words
from projectlists.language import _

Sent = TypeVar("Sent")
ATTEMPTS = 5
LONGEST_WAIT = 300.0
"""Seconds; a service that asks for more is not waited for."""


class Channel:
    """The operations of one site, in batches.

    `session` and `pace` are shared by all sites of a run, so that they keep one pace.
    """

    def __init__(
        self,
        url: str,
        *,
        sign_in: SignIn,
        session: Session,
        pace: Pace,
        traffic: Traffic,
        network: Network,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self._sign_in = sign_in
        self._traffic = traffic
        self._pace = pace
        self._network = network
        self._sleep = sleep
        parts = urlsplit(self.url)
        self._resource = f"{parts.scheme}://{parts.netloc}"
        self._granted: Mapping[str, Any] = {}
        self._context = _context(self.url, self._token, session, pace, network)
        self._with_digest = False

    def run(self, operations: Sequence[Operation]) -> list[Answer]:
        """Carry out the operations in order; one answer each, errors inside the answers.

        At most 100 operations go in one request. An operation that was throttled is repeated alone after the time the
        service asks for; a read also after a passing fault.

        Raises:
            Unreachable: no connection; nothing was done by the request that failed.
            Unanswered: the connection was lost, or answers are missing, after writes were sent: read again.
            AccessRefused, Missing, Throttled, Refused: the site refuses the request as a whole.
            SignInRefused: there is no token.
        """
        answers: list[Answer] = []
        for chunk in _chunks(operations):
            answers += self._settle(chunk)
        return answers

    def _settle(self, chunk: Sequence[Operation]) -> list[Answer]:
        answers = self._exchange(chunk)
        renewed = False
        attempt = before = 0
        while True:
            again = [
                number
                for number, (operation, answer) in enumerate(zip(chunk, answers, strict=True))
                if _passing(operation, answer) or (answer.status == 401 and not renewed)
            ]
            # Where a small budget lets some through each time, that is progress and no reason to give up.
            attempt = 1 if before and len(again) < before else attempt + 1
            before = len(again)
            if not again or attempt == ATTEMPTS:
                return answers
            if any(answers[number].status == 401 for number in again):
                self._sign_in.forget()
                renewed = True
            self._traffic.add(
                retried=len(again),
                throttled=sum(isinstance(answers[number].error, Throttled) for number in again),
            )
            if not self._waited([answers[number].error for number in again], attempt - 1):
                return answers
            for number, answer in zip(again, self._exchange([chunk[number] for number in again]), strict=True):
                answers[number] = answer

    def _exchange(self, operations: Sequence[Operation]) -> list[Answer]:
        """One request and its answers; the request is repeated where nothing can have been done by it."""
        self._traffic.add(operations=len(operations))
        content_type, body = compose(self.url, operations)

        def exchange() -> list[Answer]:
            answers: list[Answer] = []
            self._pace.admit(len(operations))
            try:
                response = self._sent(HttpMethod.Post, f"{self.url}/_api/$batch", content_type, body)
                answers = parse(self.url, response.headers.get("Content-Type", ""), response.content, operations)
            finally:
                self._pace.settle(len(operations), [(answer.status, answer.headers) for answer in answers])
            return answers

        harmless, once = all(one.reads for one in operations), any(one.once for one in operations)
        try:
            return self._repeated(exchange, harmless=harmless, once=once)
        except Throttled as error:
            if not once or error.status != 503:
                raise
            # As if each operation had been answered so: `_settle` repeats those that may be done twice.
            return [Answer(503, {}, error=error) for _operation in operations]

    def upload(self, operation: Operation, content: bytes) -> None:
        """Send a file, which a batch cannot carry; it takes the place of one with the same name.

        Sending it again does no harm, so a lost answer is no reason to stop.

        Raises:
            Errors as those of `run`, the operation's own refusals among them.
        """
        self._traffic.add(operations=1)
        url = address(self.url, operation)
        self._repeated(lambda: self._alone(HttpMethod.Post, url, "application/octet-stream", content), harmless=True)

    def call(self, operation: Operation) -> Answer:
        """Carry out one operation outside a batch, as what stands above sites asks; its answer.

        Raises:
            Errors as those of `run`, the operation's own refusals among them.
        """
        self._traffic.add(operations=1)
        url = address(self.url, operation)
        body = None if operation.body is None else json.dumps(operation.body).encode()
        method = HttpMethod.Get if operation.reads else HttpMethod.Post

        def exchange() -> Answer:
            response = self._alone(method, url, LIGHT, body)
            found = body_of(response.content, response.headers.get("Content-Type", ""))
            return Answer(response.status_code, response.headers, found)

        return self._repeated(exchange, harmless=operation.reads)

    def _repeated(self, send: Callable[[], Sent], *, harmless: bool, once: bool = False) -> Sent:
        """What one request gives; `harmless` tells that it may be sent again whatever became of it, `once` that it may
        not even after a 503.
        """
        renewed = False
        for attempt in range(ATTEMPTS):
            last = attempt == ATTEMPTS - 1
            try:
                return send()
            except ClientRequestException as error:
                failure = self._refusal(error)
                if last:
                    raise failure from error
                if isinstance(failure, AccessRefused) and failure.status == 401 and not renewed:
                    renewed = True
                    self._sign_in.forget()
                elif self._digest_wanted(error):
                    self._use_digest()
                elif not _worth_repeating(failure, harmless=harmless, once=once) or not self._waited(
                    [failure], attempt
                ):
                    raise failure from error
            except requests.RequestException as error:
                failure = self._lost(error)
                if not harmless or attempt >= 2:
                    raise failure from error
                self._waited([failure], attempt)
            except Unanswered:
                if not harmless or last:
                    raise
            self._traffic.add(retried=1)
        raise AssertionError("the last attempt returns or raises")

    def _alone(self, method: HttpMethod, url: str, content_type: str, body: bytes | None) -> requests.Response:
        self._pace.admit(1)
        heard: list[tuple[int, Mapping[str, str]]] = []
        try:
            response = self._sent(method, url, content_type, body)
            heard.append((response.status_code, response.headers))
        finally:
            self._pace.settle(1, heard)
        return response

    def _sent(self, method: HttpMethod, url: str, content_type: str, body: bytes | None) -> requests.Response:
        # A refusal is raised here; inside the client's hook it would be logged too.
        self._granted = self._sign_in.token_for(self._resource)
        options = RequestOptions(url)
        options.method = method
        options.data = body
        options.set_header("Content-Type", content_type)
        if content_type == LIGHT:
            options.set_header("Accept", LIGHT)
        response: requests.Response = self._context.pending_request().execute_request_direct(options)
        return response

    def _token(self) -> dict[str, Any]:
        # With no life left the client asks again before each request: that is the only way in which a renewed token
        # reaches it (§9.1).
        return {**self._granted, "expires_in": 0}

    def _refusal(self, error: ClientRequestException) -> FarEndError:
        response = error.response
        body = body_of(response.content, response.headers.get("Content-Type", ""))
        return refusal(response.status_code, response.headers, body, _("Site {url}").format(url=self.url))

    def _lost(self, error: requests.RequestException) -> FarEndError:
        if never_sent(error):
            return unreachable(error, urlsplit(self.url).netloc, self._network)
        return Unanswered(
            _(
                "The connection to {site} was lost. Whether the last changes were made is not known. "
                "Run the same command again: it first looks at what is there."
            ).format(site=self.url),
            detail=type(error).__name__,
        )

    def _digest_wanted(self, error: ClientRequestException) -> bool:
        response = error.response
        if self._with_digest or response.status_code != 403:
            return False
        return words(body_of(response.content, response.headers.get("Content-Type", ""))).code in DIGEST_CODES

    def _use_digest(self) -> None:
        request = self._context.pending_request()
        request.invalidate_digest()
        request.beforeExecute += request.ensure_form_digest
        self._with_digest = True

    def _waited(self, errors: Sequence[FarEndError | None], attempt: int) -> bool:
        """Sleep as long as was asked, or longer each time; False when that is too long to wait."""
        asked = max((error.retry_after for error in errors if isinstance(error, Throttled)), default=0.0)
        if asked > LONGEST_WAIT:
            return False
        self._sleep(max(asked, 0.25 * 2**attempt))
        return True


def _context(
    url: str, token: Callable[[], dict[str, Any]], session: Session, pace: Pace, network: Network
) -> ClientContext:
    context = ClientContext(url).with_access_token(token)
    context.with_transport(
        session=session,
        proxies=dict(session.proxies) or None,
        verify=str(network.ca_bundle) if network.ca_bundle else None,
        timeout=(CONNECT_SECONDS, network.timeout_seconds),
    )
    request = context.pending_request()
    request.with_rate_limiter(pace.limiter)
    request.beforeExecute -= request.ensure_form_digest
    return context


def _passing(operation: Operation, answer: Answer) -> bool:
    """Whether an answer is worth asking for again: throttled work was not done, and a read does no harm."""
    if operation.once and answer.status != 429:
        return False
    return isinstance(answer.error, Throttled) or (operation.reads and isinstance(answer.error, Unanswered))


def _worth_repeating(failure: FarEndError, *, harmless: bool, once: bool) -> bool:
    """The same for a request as a whole, as `_repeated` is told of it."""
    if isinstance(failure, Throttled):
        return failure.status != 503 or not once
    return harmless and isinstance(failure, Unanswered)


def _chunks(operations: Sequence[Operation]) -> Iterator[list[Operation]]:
    chunk: list[Operation] = []
    size = 0
    for operation in operations:
        weight = len(str(operation.body)) + len(operation.path) + 500
        if chunk and (len(chunk) == MAXIMUM_OPERATIONS or size + weight > MAXIMUM_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(operation)
        size += weight
    if chunk:
        yield chunk


def never_sent(error: BaseException) -> bool:
    """Whether a connection error came before anything was sent.

    A connection that drops behind a proxy is also called a ProxyError (identity-mail-teams.md §13), so the causes
    inside are looked at: only a connection that was never made proves that nothing was done.
    """
    seen: list[BaseException] = []
    queue: list[Any] = [error]
    while queue:
        cause = queue.pop()
        if not isinstance(cause, BaseException) or cause in seen:
            continue
        seen.append(cause)
        inner = (getattr(cause, name, None) for name in ("reason", "original_error", "__cause__", "__context__"))
        queue += [*cause.args, *inner]
    return any(
        isinstance(cause, _NOT_SENT) or (isinstance(cause, OSError) and "Tunnel connection failed" in str(cause))
        for cause in seen
    )


_NOT_SENT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.SSLError,
    requests.exceptions.ConnectTimeout,
    requests.exceptions.SSLError,
)
