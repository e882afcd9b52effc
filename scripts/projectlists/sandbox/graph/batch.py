"""`$batch`: up to 20 requests in one JSON envelope (identity-mail-teams.md §9.2)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from projectlists.sandbox.graph import errors
from projectlists.sandbox.graph.call import Call
from projectlists.sandbox.http import Headers, Request, Response

LIMIT = 20


@dataclass(frozen=True)
class _Step:
    id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    depends_on: tuple[str, ...]


def handle(call: Call) -> Response:
    """Run the requests of a batch; each goes back through the front like a request of its own.

    A request whose dependency failed is answered 424. Answers come in another order than the requests, because the
    service promises none. A reset of one request cuts the connection of the whole batch.
    """
    call.takes("POST")
    steps = _steps(call.body())
    number = call.tenant.new_batch_number()
    answers: dict[str, dict[str, Any]] = {}
    for step in steps:
        if any(answers[one]["status"] >= 400 for one in step.depends_on):
            answers[step.id] = _failed_dependency(step)
            continue
        response = call.tenant.handle(_inner(call.request, step, number))
        if response.reset:
            return response
        answers[step.id] = _answer(step, response)
    return Response.of_json({"responses": list(reversed(answers.values()))}, content_type="application/json")


def _steps(body: Any) -> list[_Step]:
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        raise errors.bad_request("Invalid batch payload format.")
    if len(requests) > LIMIT:
        raise errors.bad_request(f"Number of batch request steps exceeds the maximum value of {LIMIT}.")
    steps: list[_Step] = []
    for given in requests:
        step = _step(given)
        known = {one.id for one in steps}
        if step.id in known:
            raise errors.bad_request(f"Request id : {step.id} is not unique.")
        if not known.issuperset(step.depends_on):
            raise errors.bad_request(f"Request id : {step.id} depends on a request that does not come before it.")
        steps.append(step)
    return steps


def _step(given: Any) -> _Step:
    if not isinstance(given, dict):
        raise errors.bad_request("Invalid batch payload format.")
    headers, depends_on = given.get("headers") or {}, given.get("dependsOn") or []
    texts = (given.get("id"), given.get("method"), given.get("url"))
    if not all(isinstance(text, str) and text for text in texts):
        raise errors.bad_request("Every batch request step needs an id, a method and a url.")
    if not isinstance(headers, dict) or not isinstance(depends_on, list):
        raise errors.bad_request("Invalid batch payload format.")
    step = _Step(
        id=given["id"],
        method=given["method"].upper(),
        url=given["url"],
        headers={str(name): str(value) for name, value in headers.items()},
        body=given.get("body"),
        depends_on=tuple(str(one) for one in depends_on),
    )
    if step.body is not None and not Headers(step.headers.items()).get("Content-Type"):
        raise errors.bad_request(f"Write request id : {step.id} does not contain Content-Type header or body.")
    if step.url.lower().lstrip("/").startswith("$batch") or "://" in step.url:
        raise errors.bad_request(
            f"Request id : {step.id} has a url that is not relative to the version of the service."
        )
    return step


def _inner(outer: Request, step: _Step, number: int) -> Request:
    """The request a step stands for; without a token of its own it has the outer one's."""
    headers = Headers(step.headers.items())
    if "Authorization" not in headers:
        headers = Headers([*headers.pairs, ("Authorization", outer.headers.get("Authorization"))])
    path, _, query = step.url.partition("?")
    return outer.inner(
        method=step.method,
        path=f"/v1.0/{path.lstrip('/')}",
        query=query,
        headers=headers,
        body=_body(step, headers),
        batch=number,
    )


def _body(step: _Step, headers: Headers) -> bytes:
    if step.body is None:
        return b""
    is_json = "json" in headers.get("Content-Type").lower()
    # What is not JSON travels as base64, which is also how a mailbox takes MIME.
    return json.dumps(step.body).encode() if is_json else str(step.body).encode()


def _answer(step: _Step, response: Response) -> dict[str, Any]:
    headers = Headers(response.headers)
    answer: dict[str, Any] = {"id": step.id, "status": response.status, "headers": dict(response.headers)}
    if response.body:
        is_json = "json" in headers.get("Content-Type").lower()
        answer["body"] = json.loads(response.body) if is_json else base64.b64encode(response.body).decode()
    return answer


def _failed_dependency(step: _Step) -> dict[str, Any]:
    error = {"code": "FailedDependency", "message": "The request depends on a request that failed."}
    return {"id": step.id, "status": 424, "headers": {"Content-Type": "application/json"}, "body": {"error": error}}
