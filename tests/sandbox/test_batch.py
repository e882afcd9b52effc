"""`$batch` as clients send it and as they read it (sharepoint-rest.md §7)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.sharepoint import batch
from projectlists.sandbox.sharepoint.model import ServiceError
from tests.sandbox.list_site import ACTIONS, HOST, LIGHT, VERBOSE, ListSite

ROOT = f"https://{HOST}/sites/demo/_api/"


@pytest.fixture
def site(tmp_path: Path) -> ListSite:
    found = ListSite(tmp_path)
    found.add_list("Actions", *ACTIONS)
    return found


def post(site: ListSite, body: str, *, accept: str = VERBOSE, boundary: str = "batch_1") -> Response:
    kind = f"multipart/mixed; boundary={boundary}"
    return site.send("POST", "$batch", body.encode(), accept=accept, Content_Type=kind)


def parts(answer: Response) -> list[tuple[int, dict[str, str], Any]]:
    """Read the answer as strictly as clients do: flat, CRLF, one body per part."""
    kind = dict(answer.headers)["Content-Type"]
    boundary = kind.removeprefix("multipart/mixed; boundary=")
    assert boundary.startswith("batchresponse_")
    text = answer.body.decode()
    assert text.startswith(f"--{boundary}\r\n")
    assert text.endswith(f"--{boundary}--\r\n")
    found = []
    for piece in text.split(f"--{boundary}")[1:-1]:
        assert "\n" not in piece.replace("\r\n", "")
        head, inner = piece.split("\r\n\r\n", 1)
        assert head == "\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary"
        status_line, _, rest = inner.partition("\r\n")
        fields, _, body = rest.partition("\r\n\r\n")
        status = re.fullmatch(r"HTTP/1.1 (\d{3}) [A-Za-z ]+", status_line)
        assert status is not None
        headers = dict(line.split(": ", 1) for line in fields.split("\r\n"))
        found.append((int(status[1]), headers, json.loads(body) if body.strip() else None))
    return found


def client_form() -> str:
    """Client 3.3.0: MIME headers first, one changeset with all writes, `Name:value`, two blank lines (§7.1)."""
    item = '{"Title": "a0 \\u00f1", "__metadata": {"type": "SP.Data.ActionsListItem"}}'
    operation = "Content-Type: application/http\nContent-Transfer-Encoding: binary\n\n"
    common = f"Content-Type:{VERBOSE}\r\nAccept:{VERBOSE}\r\nAuthorization:Bearer tok\r\nX-RequestDigest:0xABC,1\r\n"
    create = f"POST {ROOT}Web/lists/GetByTitle('Actions')/items HTTP/1.1\r\n"
    merge = (
        f"MERGE {ROOT}Web/lists/GetByTitle('Actions')/getItemById(1) HTTP/1.1\r\nX-HTTP-Method:MERGE\r\nIF-MATCH:*\r\n"
    )
    return (
        'Content-Type: multipart/mixed;\n boundary="batch_1"\n\n'
        '--batch_1\nContent-Type: multipart/mixed; boundary="changeset_3"\n\n'
        f"--changeset_3\n{operation}{create}{common}\r\n\r\n{item}\n\n"
        f"--changeset_3\n{operation}{merge}{common}\r\n\r\n{item.replace('a0', 'a1')}\n\n"
        "--changeset_3--\n\n"
        f"--batch_1\n{operation}GET {ROOT}Web/lists/GetByTitle('Actions')/getItemById(1) HTTP/1.1\r\n{common}\r\n\r\n\n"
        "--batch_1--\n"
    )


def test_the_client_s_form(site: ListSite) -> None:
    answer = post(site, client_form())
    assert answer.status == 200
    (created, headers, entity), (merged, merge_headers, nothing), (read, _, item) = parts(answer)
    assert (created, merged, read, nothing) == (201, 204, 200, None)
    assert headers["CONTENT-TYPE"] == "application/json;odata=verbose;charset=utf-8"
    assert entity["d"]["Title"] == "a0 ñ"
    assert item["d"]["Title"] == "a1 ñ"
    assert merge_headers["ETAG"] == item["d"]["__metadata"]["etag"]


def light(*operations: tuple[str, str, Any], in_changeset: bool = False) -> str:
    """The form of PnPjs and CLI: LF, `Name: value`, no token or digest in the parts (§7.1)."""
    pieces = []
    for method, path, body in operations:
        text = "" if body is None else json.dumps(body)
        pieces.append(
            "Content-Type: application/http\nContent-Transfer-Encoding: binary\n\n"
            f"{method} {ROOT}{path} HTTP/1.1\nAccept: {LIGHT}\nContent-Type: {LIGHT}\nIf-Match: *\n\n{text}\n"
        )
    if in_changeset:
        inner = "".join(f"--changeset_2\n{piece}\n" for piece in pieces)
        kind = "Content-Type: multipart/mixed; boundary=changeset_2\n\nContent-Transfer-Encoding: binary\n\n"
        return f"--batch_1\n{kind}{inner}--changeset_2--\n\n--batch_1--\n"
    return "".join(f"--batch_1\n{piece}\n" for piece in pieces) + "--batch_1--\n"


ITEMS = "web/lists/GetByTitle('Actions')/items"


@pytest.mark.parametrize("in_changeset", [False, True])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_other_clients_forms(site: ListSite, line: str, in_changeset: bool) -> None:
    body = light(("POST", ITEMS, {"Title": "é"}), ("POST", ITEMS, {"Title": "b"}), in_changeset=in_changeset)
    found = parts(post(site, body.replace("\n", line), accept=LIGHT))
    assert [(status, entity["Title"]) for status, _, entity in found] == [(201, "é"), (201, "b")]


def test_a_failing_operation_stops_nothing(site: ListSite) -> None:
    body = light(
        ("POST", ITEMS, {"Key": "k"}),
        ("POST", ITEMS, {"Key": "k"}),
        ("POST", ITEMS, {"X": 1}),
        ("GET", "web/lists/GetByTitle('Nergens')", None),
        ("DELETE", f"{ITEMS}(1)", None),
    )
    answer = post(site, body, accept=LIGHT)
    assert answer.status == 200  # §7.2: the envelope
    assert [status for status, _, _ in parts(answer)] == [201, 500, 400, 404, 204]


def test_the_error_key_follows_the_outer_request(site: ListSite) -> None:
    body = light(("GET", "web/lists/GetByTitle('Nergens')", None))
    assert list(parts(post(site, body, accept=VERBOSE))[0][2]) == ["error"]  # §1.2
    assert list(parts(post(site, body, accept=LIGHT))[0][2]) == ["odata.error"]


def test_operations_pass_the_front_with_the_batch_s_token_and_number(site: ListSite) -> None:
    seen: list[Request] = []
    serve = site.serve

    def front(request: Request) -> Response:
        seen.append(request)
        return serve(request)

    site.tenant.handle = front
    site.tenant.new_batch_number = lambda: 7
    post(site, light(("GET", "web", None), ("MERGE", f"{ITEMS}(1)", {"Title": "x"})))
    assert [(one.effective_method, one.batch) for one in seen] == [("GET", 7), ("MERGE", 7)]
    assert seen[0].headers.get("Authorization") == "Bearer app"
    assert seen[1].path == "/sites/demo/_api/web/lists/GetByTitle('Actions')/items(1)"


def test_a_cut_inside_cuts_the_whole(site: ListSite) -> None:
    handled: list[str] = []

    def front(request: Request) -> Response:
        handled.append(request.path)
        return Response(0, reset=True) if len(handled) == 2 else Response.of_json({})

    site.tenant.handle = front
    answer = post(site, light(*[("GET", "web", None)] * 3))
    assert answer.reset
    assert len(handled) == 2


def test_retry_after_stands_inside_its_part(site: ListSite) -> None:
    site.tenant.handle = lambda _request: Response.of_text("429 TOO MANY REQUESTS", 429).with_headers(
        ("Retry-After", "1")
    )
    answer = post(site, light(("GET", "web", None)))
    text = answer.body.decode()
    assert answer.status == 200
    assert "HTTP/1.1 429 Too Many Requests\r\n" in text
    assert "RETRY-AFTER: 1\r\n" in text


def test_at_most_a_hundred_operations(site: ListSite) -> None:
    assert len(parts(post(site, light(*[("GET", "web?$select=Id", None)] * 100), accept=LIGHT))) == 100
    status, _, text = refused(site, light(*[("GET", "web", None)] * 101))
    assert (status, "100" in text) == (400, True)


def refused(site: ListSite, body: str, **rest: str) -> tuple[int, str, str]:
    answer = post(site, body, accept=LIGHT, **rest)
    failure = json.loads(answer.body)["odata.error"]
    return answer.status, failure["code"], failure["message"]["value"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no boundary at all",
        "--batch_1--\n",
        "--batch_1\nContent-Type: text/plain\n\nx\n--batch_1--\n",
        "--batch_1\nContent-Type: application/http\n\nhello\n--batch_1--\n",
        "--batch_1\nContent-Type: application/http\n\nTRACE /x HTTP/1.1\n\n--batch_1--\n",
    ],
)
def test_what_is_no_batch_is_refused(site: ListSite, body: str) -> None:
    assert refused(site, body)[0] == 400


@pytest.mark.parametrize(
    "url",
    [
        f"https://{HOST}/sites/other/_api/web",
        "https://elsewhere.example/sites/demo/_api/web",
        f"{ROOT}$batch",
        "http://[",
        "/x",
    ],
)
def test_operations_stay_on_the_site(site: ListSite, url: str) -> None:
    body = light(("GET", "web", None)).replace(f"{ROOT}web", url)
    assert [status for status, _, _ in parts(post(site, body, accept=LIGHT))] == [400]


def test_relative_urls_are_taken(site: ListSite) -> None:
    body = light(("GET", "web", None)).replace(ROOT, "/sites/demo/_api/")
    assert [status for status, _, _ in parts(post(site, body, accept=LIGHT))] == [200]


def test_a_changeset_holds_no_reads(site: ListSite) -> None:
    body = light(("GET", "web", None), ("POST", ITEMS, {"Title": "a"}), in_changeset=True)
    assert [status for status, _, _ in parts(post(site, body, accept=LIGHT))] == [400, 201]


PIECES = st.sampled_from(
    [
        "--batch_1",
        "--batch_1--",
        "\n",
        "\r\n",
        "\n\n",
        "Content-Type: application/http",
        "GET /x HTTP/1.1",
        "A:b",
        "a",
        ":",
        "Content-Type: multipart/mixed; boundary=c",
        "--c",
        "--c--",
        "POST /y HTTP/1.1\n\n{}",
        "Content-Type: multipart/mixed",
    ]
)


@settings(deadline=None, max_examples=300)
@given(
    st.binary(max_size=80) | st.lists(PIECES, max_size=14).map(lambda some: "\n".join(some).encode()),
    st.text(max_size=30),
)
def test_any_body_is_read_or_refused(body: bytes, tail: str) -> None:
    statuses = set()
    for kind in ("multipart/mixed; boundary=batch_1", f"multipart/mixed;{tail}", tail):
        try:
            batch.read(kind, body)
        except ServiceError as refusal:
            statuses.add(refusal.status)
    assert statuses <= {400}
