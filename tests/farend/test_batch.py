"""Batches: what goes out, and what is made of every form of answer (sharepoint-rest.md §7)."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.errors import Conflict, Duplicate, Missing, Throttled, Unanswered
from projectlists.farend.batch import LIGHT, Answer, Operation, address, compose, literal, parse

WEB = "https://contoso.sharepoint.com/sites/x"
GET = Operation("GET", "web")
POST = Operation("POST", "web/lists", {"Title": "A"})


def part(status: str, headers: str = "", body: str = "") -> str:
    return (
        "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"HTTP/1.1 {status}\r\n{headers}\r\n{body}\r\n"
    )


def flat(*parts: str) -> tuple[str, bytes]:
    body = "".join(f"--batchresponse_1\r\n{one}" for one in parts) + "--batchresponse_1--\r\n"
    return "multipart/mixed; boundary=batchresponse_1", body.encode()


def test_order_stays_and_neighbouring_writes_share_a_changeset() -> None:
    # §9.2 bug 5: the client puts writes first; here a read after a write sees what was written.
    operations = [GET, POST, Operation("MERGE", "web", {"Title": "B"}, etag='"1"'), Operation("GET", "site"), POST]
    content_type, body = compose(WEB, operations)
    text = body.decode()
    assert re.findall(r"^(GET|POST|MERGE) \S+/_api/(\S+) HTTP/1.1", text, re.MULTILINE) == [
        ("GET", "web"),
        ("POST", "web/lists"),
        ("MERGE", "web"),
        ("GET", "site"),
        ("POST", "web/lists"),
    ]
    assert len(re.findall(r"boundary=\"changeset_", text)) == 2
    boundary = re.search(r'boundary="(.+)"', content_type)
    assert boundary
    assert text.startswith(f"--{boundary.group(1)}\r\n")
    assert text.endswith(f"--{boundary.group(1)}--\r\n")
    assert "\n" not in text.replace("\r\n", "")


def test_bodies_are_light_ascii_json_and_changes_carry_an_etag() -> None:
    _type, body = compose(WEB, [Operation("POST", "web/lists", {"Title": "één"}), Operation("DELETE", "web/lists")])
    text = body.decode("ascii")
    assert f"Content-Type: {LIGHT}\r\n" in text
    assert '{"Title":"\\u00e9\\u00e9n"}' in text
    assert "__metadata" not in text
    assert "If-Match: *\r\n" in text  # §1.7: always send one
    assert 'If-Match: "g,2"\r\n' in compose(WEB, [Operation("MERGE", "web", {}, etag='"g,2"')])[1].decode()


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (Operation("GET", f"web/GetList({literal('/sites/x/Lists/A')})"), "web/GetList('/sites/x/Lists/A')"),
        # §1.1: the client's own encodings of titles and logins
        (
            Operation("GET", f"GetByTitle({literal(chr(39).join(['My L', ' & co']))})"),
            "GetByTitle('My%20L''%20%26%20co')",
        ),
        (Operation("GET", f"GetByTitle({literal('50% a/b?c#d')})"), "GetByTitle('50%25%20a/b%3Fc%23d')"),
        (
            Operation("POST", f"web/EnsureUser({literal('i:0#.f|membership|a@b.c')})"),
            "web/EnsureUser('i:0%23.f%7Cmembership%7Ca@b.c')",
        ),
        # §9.2 bug 8: & # + % in a filter cut it off or change it
        (
            Operation("GET", "items", query={"$filter": "Title eq 'a&b#c+d 50%'", "$top": "5"}),
            "items?$filter=Title%20eq%20'a%26b%23c%2Bd%2050%25'&$top=5",
        ),
    ],
)
def test_addresses_are_encoded_whole(operation: Operation, expected: str) -> None:
    assert address(WEB, operation) == f"{WEB}/_api/{expected}"


def test_a_link_from_the_service_goes_as_it_is() -> None:
    link = f"{WEB}/_api/web/lists?%24skiptoken=Paged%3dTRUE%26p_ID%3d100"
    assert address(WEB, Operation("GET", link)) == link


@given(st.text(max_size=40))
def test_any_text_survives_in_a_literal_and_an_option(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    url = address(WEB, Operation("GET", f"x({literal(text)})", query={"$filter": text}))
    assert re.fullmatch(r"[\x21-\x7e]*", url)
    path, _mark, option = url.partition("?$filter=")
    assert unquote(path).endswith(f"x({literal(text)})")
    assert unquote(option) == text
    assert "&" not in option
    assert "+" not in option


def test_flat_answers() -> None:
    created = part(
        "201 Created",
        'CONTENT-TYPE: application/json;odata=verbose;charset=utf-8\r\nETAG: "g,1"\r\n',
        '{"d":{"Id":7,"Title":"één"}}',
    )
    answers = parse(WEB, *flat(created, part("204 No Content")), [POST, POST])
    assert (answers[0].status, answers[0].etag, answers[0].entity["Title"]) == (201, '"g,1"', "één")
    assert (answers[1].status, answers[1].body, answers[1].error) == (204, None, None)


def test_nested_answers_are_read_too() -> None:
    # §9.2 bug 4: the client drops the answers of a nested changeset without a word.
    parts = "".join(f"--changesetresponse_1\r\n{part(status)}" for status in ("201 Created", "204 No Content"))
    inner = f"{parts}--changesetresponse_1--\r\n"
    nested = f"Content-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n{inner}"
    answers = parse(WEB, *flat(nested, part("200 OK")), [POST, POST, GET])
    assert [answer.status for answer in answers] == [201, 204, 200]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_missing_or_surplus_answer_is_noticed(count: int) -> None:
    with pytest.raises(Unanswered):
        parse(WEB, *flat(*[part("200 OK")] * count), [GET, GET])


@pytest.mark.parametrize("content", [b"", b"<html>busy</html>", b"--batchresponse_1--\r\n"])
def test_an_answer_that_is_no_batch_is_noticed(content: bytes) -> None:
    with pytest.raises(Unanswered):
        parse(WEB, "multipart/mixed; boundary=batchresponse_1", content, [GET])
    with pytest.raises(Unanswered):
        parse(WEB, "text/html", content, [GET])


@pytest.mark.parametrize("key", ["error", "odata.error"])
def test_errors_under_either_key(key: str) -> None:
    # §1.2: which key a part has depends on the outer request.
    code = "-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException"
    body = json.dumps({key: {"code": code, "message": {"lang": "nl-NL", "value": "dubbel"}}})
    (answer,) = parse(WEB, *flat(part("500 Internal Server Error", "CONTENT-TYPE: application/json\r\n", body)), [POST])
    assert isinstance(answer.error, Duplicate)
    assert str(answer.error).startswith("Making list A on site x: ")
    assert "dubbel" in str(answer.error)
    with pytest.raises(Duplicate):
        answer.checked()


def test_a_throttled_part_says_how_long() -> None:
    (answer,) = parse(WEB, *flat(part("429 Too Many Requests", "Retry-After: 7\r\n", "429 TOO MANY REQUESTS")), [POST])
    assert isinstance(answer.error, Throttled)
    assert answer.error.retry_after == 7


def test_conflict_and_absence_are_told_apart() -> None:
    answers = parse(WEB, *flat(part("412 Precondition Failed"), part("404 Not Found")), [POST, GET])
    assert isinstance(answers[0].error, Conflict)
    assert isinstance(answers[1].error, Missing)


@pytest.mark.parametrize(
    ("body", "next_link"),
    [
        ({"value": [{"Id": 1}], "odata.nextLink": "https://n"}, "https://n"),
        ({"value": [{"Id": 1}], "@odata.nextLink": "https://n"}, "https://n"),
        ({"d": {"results": [{"Id": 1}], "__next": "https://n"}}, "https://n"),
        ({"value": [{"Id": 1}]}, None),
    ],
)
def test_pages_in_every_format(body: dict[str, object], next_link: str | None) -> None:
    answer = Answer(200, {}, body)
    assert answer.entries == ({"Id": 1},)
    assert answer.next_link == next_link


@given(st.binary(max_size=300))
def test_garbage_is_never_more_than_unanswered(content: bytes) -> None:
    try:
        answers = parse(WEB, "multipart/mixed; boundary=b", b"--b\r\n" + content + b"\r\n--b--\r\n", [GET])
    except Unanswered:
        return
    assert len(answers) == 1


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), min_size=1, max_size=5))
def test_what_was_put_in_json_comes_out(texts: list[str]) -> None:
    parts = [
        part("200 OK", "CONTENT-TYPE: application/json\r\n", json.dumps({"T": text}, ensure_ascii=False))
        for text in texts
    ]
    answers = parse(WEB, *flat(*parts), [GET] * len(texts))
    assert [answer.entity["T"] for answer in answers] == texts
