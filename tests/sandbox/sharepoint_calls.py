"""Plain HTTP against the SharePoint of the sandbox, as clients other than ours send it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import requests

from projectlists.sandbox.sharepoint.model import ServiceError
from tests.sandbox.conftest import Sandbox

VERBOSE = "application/json;odata=verbose"
LIGHT = "application/json;odata=nometadata"


class Site:
    """The first seeded site; paths are relative to `_api/`."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def call(
        self, method: str, path: str, body: Any = None, *, form: str = LIGHT, tunnel: str | None = None, **headers: str
    ) -> requests.Response:
        """One request; `form` is both Accept and Content-Type, `tunnel` the verb in `X-HTTP-Method`."""
        sent = {
            "Accept": form,
            "Content-Type": form,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if tunnel:
            sent["X-HTTP-Method"] = tunnel
        data = None if body is None else json.dumps(body)
        return self.sandbox.api(method, path, headers=sent, data=data)

    def get(self, path: str, **options: Any) -> Any:
        """The JSON of a GET that must succeed."""
        answer = self.call("GET", path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        """The JSON of a POST that must succeed."""
        answer = self.call("POST", path, body, **options)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    def merge(self, path: str, body: Any, **options: Any) -> requests.Response:
        """A MERGE tunnelled through POST, as most clients send it."""
        return self.call("POST", path, body, tunnel="MERGE", IF_MATCH="*", **options)

    def make_list(self, title: str = "Actions") -> dict[str, Any]:
        """A new generic list."""
        return dict(self.post("web/lists", {"Title": title, "BaseTemplate": 100}))

    def make_field(self, list_title: str, xml: str, options: int = 8) -> dict[str, Any]:
        """A new column from schema XML; 8 keeps the `Name` in it."""
        path = f"web/lists/getbytitle('{list_title}')/fields/createfieldasxml"
        return dict(self.post(path, {"parameters": {"SchemaXml": xml, "Options": options}}))

    def field(self, list_title: str, name: str) -> dict[str, Any]:
        """A column as it reads now."""
        return dict(self.get(f"web/lists/getbytitle('{list_title}')/fields/getbyinternalnameortitle('{name}')"))


def status_of(work: Callable[[], object]) -> int:
    """200 when the work is done, else the status of its refusal."""
    try:
        work()
    except ServiceError as refusal:
        return refusal.status
    return 200


def failure(answer: requests.Response, key: str = "odata.error") -> tuple[int, str, str]:
    """Status, code and text of an error."""
    found = answer.json()[key]
    return answer.status_code, found["code"], found["message"]["value"]
