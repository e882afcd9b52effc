"""CSOM requests, as clients send them to ProcessQuery."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.conftest import Sandbox

NAMESPACE = "http://schemas.microsoft.com/sharepoint/clientquery/2009"
CURRENT = '<StaticProperty Id="3" TypeId="{3747adcd-a3c3-41b9-bfab-4a64dd2f1e0a}" Name="Current" />'
WEB = f'<Property Id="5" ParentId="3" Name="Web" />{CURRENT}'
QUERY = '<Query Id="{0}" ObjectPathId="{1}"><Query SelectAllProperties="{2}"><Properties /></Query></Query>'


def document(actions: str, paths: str) -> bytes:
    """A whole request."""
    inner = f"<Actions>{actions}</Actions><ObjectPaths>{paths}</ObjectPaths>"
    return f'<Request xmlns="{NAMESPACE}">{inner}</Request>'.encode()


def parameter(value: str, kind: str = "String") -> str:
    """The one parameter of a method."""
    return f'<Parameters><Parameter Type="{kind}">{value}</Parameter></Parameters>'


def setting(number: int, path: int, name: str, value: str, kind: str = "String") -> str:
    """An action that sets a property."""
    inner = f'<Parameter Type="{kind}">{value}</Parameter>'
    return f'<SetProperty Id="{number}" ObjectPathId="{path}" Name="{name}">{inner}</SetProperty>'


def post(sandbox: Sandbox, body: bytes, *, at: str = "", token: str = "") -> requests.Response:
    """Send a request to a site, by default the first one."""
    site = at or sandbox.site
    headers = {"Content-Type": "text/xml", "Accept": "application/json, text/plain, */*"}
    return sandbox.post(
        f"{site}/_vti_bin/client.svc/ProcessQuery",
        data=body,
        headers=headers,
        token=token or sandbox.token(site.partition("/sites")[0]),
    )


def query(sandbox: Sandbox, actions: str, paths: str, **options: str) -> tuple[dict[str, Any], dict[int, Any]]:
    """The head of an answer, and the results by the number of their action."""
    answer = post(sandbox, document(actions, paths), **options)
    assert answer.status_code == 200, answer.text
    head, *rest = answer.json()
    return head, dict(zip(rest[::2], rest[1::2], strict=True))
