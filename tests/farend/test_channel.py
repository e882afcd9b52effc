"""One site's line: what is repeated, what never is, and every trap of the client (sharepoint-rest.md §9.2).

The far end is a script here: each request takes the next answer. The same ways are gone again through a real sandbox
in test_sharepoint.py and test_provision.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
import urllib3.exceptions
from requests.models import PreparedRequest

from projectlists.config.model import Network
from projectlists.errors import AccessRefused, Duplicate, Missing, Throttled, Unanswered, Unreachable
from projectlists.farend.batch import Operation
from projectlists.farend.channel import Channel, never_sent
from projectlists.farend.network import Session, Traffic
from projectlists.farend.pace import Pace

URL = "https://contoso.sharepoint.com/sites/x"
READ = Operation("GET", "web")
WRITE = Operation("POST", "web/lists", {"Title": "A"})
Step = tuple[int, dict[str, str], str] | Exception | Callable[[PreparedRequest], tuple[int, dict[str, str], str]]


class Script(Session):
    """A session that sends nothing and gives the next answer."""

    def __init__(self, *steps: Step, traffic: Traffic) -> None:
        super().__init__(Network(), traffic=traffic)
        self.steps = list(steps)
        self.sent: list[PreparedRequest] = []
        self.mount("https://", Adapter(self))


class Adapter(requests.adapters.BaseAdapter):
    def __init__(self, script: Script) -> None:
        super().__init__()
        self.script = script

    def send(self, request: PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        self.script.sent.append(request)
        step = self.script.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        status, headers, body = step(request) if callable(step) else step
        response = requests.Response()
        response.status_code = status
        response.headers.update(headers)
        response._content = body.encode()
        response.url, response.request = str(request.url), request
        return response

    def close(self) -> None:
        pass


class SignIn:
    """Tokens numbered by how often the old ones were thrown away."""

    def __init__(self) -> None:
        self.generation = 0

    def token_for(self, resource: str) -> dict[str, Any]:
        assert resource == "https://contoso.sharepoint.com"
        return {"token_type": "Bearer", "access_token": f"token-{self.generation}", "expires_in": 3300}

    def forget(self) -> None:
        self.generation += 1


class Line:
    def __init__(self, *steps: Step) -> None:
        self.traffic = Traffic()
        self.session = Script(*steps, traffic=self.traffic)
        self.sign_in = SignIn()
        self.slept: list[float] = []
        self.channel = Channel(
            URL,
            sign_in=self.sign_in,  # type: ignore[arg-type]
            session=self.session,
            pace=Pace(sleep=lambda _: None, clock=self._clock),
            traffic=self.traffic,
            network=Network(),
            sleep=self.slept.append,
        )
        self._time = 0.0

    def _clock(self) -> float:
        self._time += 100.0  # the pace limiter finds its gate open again at once
        return self._time

    @property
    def sent(self) -> list[PreparedRequest]:
        return self.session.sent


def answers(*parts: str | int) -> Step:
    """A batch answer; a number is an empty part with that status."""
    body = ""
    for one in parts:
        content = f"HTTP/1.1 {one} X\r\n\r\n" if isinstance(one, int) else one
        body += f"--batchresponse_1\r\nContent-Type: application/http\r\n\r\n{content}\r\n"
    return 200, {"Content-Type": "multipart/mixed; boundary=batchresponse_1"}, body + "--batchresponse_1--\r\n"


def lost() -> Exception:
    return requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("aborted", ConnectionResetError()))


def refused() -> Exception:
    connection: Any = None
    reason = urllib3.exceptions.NewConnectionError(connection, "refused")
    return requests.exceptions.ConnectionError(urllib3.exceptions.MaxRetryError(connection, "/", reason))


def operations(request: PreparedRequest) -> list[str]:
    return re.findall(
        r"^(?:GET|POST|MERGE|DELETE) \S+/_api/(\S+) HTTP", bytes(request.body or b"").decode(), re.MULTILINE
    )  # type: ignore[arg-type]


def test_no_digest_is_fetched_and_none_is_sent() -> None:
    # bug 24: the client asks for one before each first request, even a read
    line = Line(answers(200))
    line.channel.run([READ])
    assert [request.url for request in line.sent] == [f"{URL}/_api/$batch"]
    assert "X-RequestDigest" not in line.sent[0].headers
    assert line.sent[0].headers["Authorization"] == "Bearer token-0"


@pytest.mark.parametrize("code", ["-2130575251", "-2130575252"])
def test_a_site_that_insists_on_a_digest_gets_one(code: str) -> None:
    # bug 34: the client renews for -2130575251 only
    insists = (403, {"Content-Type": "application/json;odata=verbose"}, json.dumps({"error": {"code": f"{code}, X"}}))
    context = {"d": {"GetContextWebInformation": {"FormDigestTimeoutSeconds": 1800, "FormDigestValue": "0xAB,now"}}}
    digest = (200, {"Content-Type": "application/json;odata=verbose"}, json.dumps(context))
    line = Line(*[insists] * (2 if code.endswith("51") else 1), digest, answers(200), answers(200))
    assert line.channel.run([READ])[0].status == 200
    assert line.channel.run([READ])[0].status == 200
    assert [str(request.url).rsplit("/", 1)[1] for request in line.sent[-3:]] == ["contextInfo", "$batch", "$batch"]
    assert [request.headers["X-RequestDigest"] for request in line.sent[-2:]] == ["0xAB,now"] * 2


def test_a_token_that_ran_out_is_renewed_once() -> None:
    # §9.1: the client caches its token and a 401 does not renew it
    line = Line((401, {}, "expired"), answers(201))
    assert line.channel.run([WRITE])[0].status == 201
    assert [request.headers["Authorization"] for request in line.sent] == ["Bearer token-0", "Bearer token-1"]
    with pytest.raises(AccessRefused):
        Line((401, {}, ""), (401, {}, "")).channel.run([READ])


def test_a_part_whose_token_ran_out_is_asked_again() -> None:
    line = Line(answers(200, 401), answers(201))
    assert [answer.status for answer in line.channel.run([READ, WRITE])] == [200, 201]
    assert line.sent[1].headers["Authorization"] == "Bearer token-1"
    assert isinstance(Line(answers(401), answers(401)).channel.run([READ])[0].error, AccessRefused)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("operation", [READ, WRITE])
def test_a_throttled_request_waits_as_long_as_asked(status: int, operation: Operation) -> None:
    # bug 14: the client's own retry ignores Retry-After
    line = Line((status, {"Retry-After": "31", "RateLimit-Reset": "40"}, "busy"), answers(200))
    line.channel.run([operation])
    assert line.slept == [40]
    assert line.traffic.as_json() == {"requests": 2, "operations": 1, "throttled": 1, "retried": 1}


@pytest.mark.parametrize(("status", "added"), [(429, 3), (503, 2)])
def test_a_row_that_may_be_there_is_not_added_again(status: int, added: int) -> None:
    # A 503 comes from gateways too, behind which the work was done; 429 says that it was not (§1.6).
    row = Operation("POST", "web/lists/items", {"Title": "A"}, once=True)
    line = Line((status, {"Retry-After": "1"}, ""), answers(201, 201, 201) if status == 429 else answers(201, 201))
    *others, last = line.channel.run([READ, WRITE, row])
    assert [answer.status for answer in others] == [201, 201]
    assert len(operations(line.sent[1])) == added
    assert (last.status, isinstance(last.error, Throttled)) == ((201, False) if status == 429 else (503, True))


def test_a_token_that_runs_out_at_the_last_attempt_is_an_expected_failure() -> None:
    busy = (429, {"Retry-After": "1"}, "")
    line = Line(busy, busy, busy, busy, (401, {}, ""))
    with pytest.raises(AccessRefused):
        line.channel.run([READ])


def test_a_throttled_part_is_asked_alone() -> None:
    busy = "HTTP/1.1 429 X\r\nRetry-After: 9\r\n\r\n"
    line = Line(answers(201, busy, 200), answers(201))
    done = line.channel.run([WRITE, Operation("POST", "web/siteGroups", {}), READ])
    assert [answer.status for answer in done] == [201, 201, 200]
    assert operations(line.sent[1]) == ["web/siteGroups"]
    assert line.slept == [9]
    assert line.traffic.as_json() == {"requests": 2, "operations": 4, "throttled": 1, "retried": 1}


def test_waiting_ends() -> None:
    line = Line(*[(429, {"Retry-After": "1"}, "")] * 5)
    with pytest.raises(Throttled):
        line.channel.run([READ])
    assert len(line.sent) == 5
    far_off = Line((429, {"Retry-After": "4000"}, ""))
    with pytest.raises(Throttled):
        far_off.channel.run([READ])
    assert far_off.slept == []


@pytest.mark.parametrize("failure", [(504, {}, ""), (500, {}, ""), (502, {}, ""), lost()])
def test_reads_are_asked_again_and_writes_never(failure: Step) -> None:
    line = Line(failure, answers(200))
    assert line.channel.run([READ])[0].status == 200
    written = Line(failure)
    with pytest.raises(Unanswered):
        written.channel.run([READ, WRITE])
    assert len(written.sent) == 1


def test_parts_of_unknown_outcome_are_asked_again_only_when_they_read() -> None:
    line = Line(answers(504, 504), answers(200))
    read, write = line.channel.run([READ, WRITE])
    assert read.status == 200
    assert isinstance(write.error, Unanswered)
    assert operations(line.sent[1]) == ["web"]


def test_a_rule_that_says_no_is_not_asked_again() -> None:
    # bug 16: for the client every 500 is a passing fault, also a value that exists already
    body = json.dumps({"odata.error": {"code": "-2130575169, X", "message": {"value": "dubbel"}}})
    line = Line(answers(f"HTTP/1.1 500 X\r\nContent-Type: application/json\r\n\r\n{body}"))
    (answer,) = line.channel.run([READ])
    assert isinstance(answer.error, Duplicate)
    assert len(line.sent) == 1
    assert line.slept == []


def test_a_missing_answer_after_a_write_is_not_taken_for_success() -> None:
    # bug 4: for the client the write would look done
    with pytest.raises(Unanswered):
        Line(answers(201)).channel.run([WRITE, WRITE])
    line = Line(answers(200), answers(200, 200))
    assert len(line.channel.run([READ, READ])) == 2


def test_a_connection_that_was_never_made_did_nothing() -> None:
    with pytest.raises(Unreachable):
        Line(refused()).channel.run([WRITE])
    line = Line(refused(), refused(), refused())
    with pytest.raises(Unreachable):
        line.channel.run([READ])
    assert len(line.sent) == 3


def test_which_errors_prove_that_nothing_was_sent() -> None:
    assert never_sent(refused())
    assert not never_sent(lost())
    tunnel = OSError("Tunnel connection failed: 403 Forbidden")
    assert never_sent(requests.exceptions.ProxyError(urllib3.exceptions.ProxyError("x", tunnel)))
    # identity-mail-teams.md §13: behind a proxy a dropped connection is called a ProxyError too
    assert not never_sent(requests.exceptions.ProxyError(urllib3.exceptions.ProxyError("x", ConnectionResetError())))


def test_a_site_that_is_not_there_is_missing() -> None:
    with pytest.raises(Missing, match="sites/x"):
        Line((404, {}, "404 FILE NOT FOUND")).channel.run([READ])


def test_more_than_a_hundred_operations_are_split_in_order() -> None:
    sizes: list[int] = []

    def answer(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        sizes.append(len(operations(request)))
        return answers(*[200] * sizes[-1])  # type: ignore[return-value]

    line = Line(answer, answer, answer)
    assert len(line.channel.run([READ] * 201)) == 201
    assert sizes == [100, 100, 1]
    assert line.traffic.operations == 201


def test_large_bodies_are_split_too() -> None:
    # §7.3: the body of a batch is at most 1 MiB
    large = Operation("POST", "web/lists", {"Details": "x" * 400_000})
    line = Line(answers(201, 201), answers(201))
    assert len(line.channel.run([large] * 3)) == 3
