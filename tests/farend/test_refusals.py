"""What a refusal means: the table of sharepoint-rest.md §1.8."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.errors import (
    AccessRefused,
    Conflict,
    Duplicate,
    FarEndError,
    Missing,
    Refused,
    ThresholdExceeded,
    Throttled,
    Unanswered,
)
from projectlists.farend.refusals import body_of, refusal, seconds_to_wait, words

SP = "Microsoft.SharePoint.SPException"


def error(code: str, text: str = "tekst", key: str = "error") -> dict[str, Any]:
    return {key: {"code": code, "message": {"lang": "nl-NL", "value": text}}}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, error("-1, System.ArgumentException"), Missing),
        (404, error(f"-2130575322, {SP}"), Missing),
        (500, error(f"-2130575322, {SP}"), Missing),  # statuses are less certain than codes (§11.2)
        (404, error("-2147024894, System.IO.FileNotFoundException"), Missing),
        (404, error(f"-2130575338, {SP}"), Missing),
        (400, error("-2147024809, System.ArgumentException"), Refused),  # also any bad argument, so not "missing"
        (400, error("-1, Microsoft.SharePoint.SPException", "The field or property 'State' does not exist."), Refused),
        (500, error(f"-2130575342, {SP}"), Duplicate),
        (500, error("-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException"), Duplicate),
        (500, error("-2147024860, Microsoft.SharePoint.SPQueryThrottledException"), ThresholdExceeded),
        (500, error("-2147024749, Microsoft.SharePoint.SPQueryThrottledException"), ThresholdExceeded),
        (409, error(f"-2130246326, {SP}"), Conflict),
        (500, error(f"-2130575305, {SP}"), Conflict),
        (412, error("-1, Microsoft.SharePoint.Client.ClientServiceException"), Conflict),
        (500, error(f"-2130575214, {SP}", "You cannot delete a hidden column."), Refused),
        (500, error(f"-2146232832, {SP}"), Refused),
        (400, error("-2130575163, Microsoft.SharePoint.SPListDataValidationException"), Refused),
        (423, error("-2147018894, Microsoft.SharePoint.SPFileLockException"), Refused),
        (403, error("-2147024891, System.UnauthorizedAccessException"), AccessRefused),
        (401, {"error_description": "Unsupported app only token."}, AccessRefused),
        (401, None, AccessRefused),
        (401, "429 TOO MANY REQUESTS", Throttled),  # §1.6: a historical disguise
        (429, "429 TOO MANY REQUESTS", Throttled),
        (503, "<html>busy</html>", Throttled),
        (500, None, Unanswered),
        (500, error("-1, Microsoft.SharePoint.Client.UnknownError"), Unanswered),
        (502, "Bad Gateway", Unanswered),
        (504, "", Unanswered),
        (501, None, Refused),  # nothing is done by what is not there
    ],
)
def test_the_table(status: int, body: object, expected: type[FarEndError]) -> None:
    found = refusal(status, {}, body, "https://contoso.sharepoint.com/sites/x")
    assert type(found) is expected
    assert found.status == status
    assert "sites/x" in str(found)


def test_a_refusal_says_what_was_done_and_what_the_service_says() -> None:
    found = refusal(500, {}, error(f"-2130575214, {SP}", "You cannot delete a hidden column."), "Changing column X")
    assert str(found) == (
        "Changing column X: refused. Put right what is wrong and run again. "
        "Microsoft 365 says: You cannot delete a hidden column."
    )


@pytest.mark.parametrize(("body", "code"), [(None, "501"), (error(f"-2130575214, {SP}", ""), "-2130575214")])
def test_a_refusal_without_words_gives_its_code(body: object, code: str) -> None:
    assert str(refusal(501, {}, body, "x")).endswith(f"Microsoft 365 says: no reason, only code {code}")


@pytest.mark.parametrize("key", ["error", "odata.error"])
def test_words_under_either_key(key: str) -> None:
    found = words(error(f"-2130575342, {SP}", "Bestaat al", key))
    assert (found.code, found.kind, found.text) == ("-2130575342", SP, "Bestaat al")


def test_words_of_graph_and_of_nothing() -> None:
    assert words({"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}).code == "ErrorAccessDenied"
    assert words({"error": "invalid_request", "error_description": "why"}).text == "why"
    assert str(words(None)) == ""


def test_a_secret_on_sharepoint_is_explained() -> None:
    found = refusal(401, {}, {"error_description": "Unsupported app only token."}, "x")
    assert "certificate" in str(found)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "31", "RateLimit-Reset": "40"}, 40),  # honour the larger (§1.6)
        ({"RETRY-AFTER": "120"}, 120),
        ({}, 0),
        ({"Retry-After": "soon"}, 0),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float) -> None:
    assert seconds_to_wait(headers) == seconds
    throttled = refusal(429, headers, None, "x")
    assert isinstance(throttled, Throttled)
    assert throttled.retry_after == seconds


def test_bodies_of_every_kind() -> None:
    assert body_of(b"", "application/json") is None
    assert body_of(b'{"a":1}', "text/plain") == {"a": 1}
    assert body_of(b"<html>", "application/json") == "<html>"
    assert body_of(b"\xff", "") == "\ufffd"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["error", "code", "message", "value", "odata.error"]), inner)
    ),
)


@given(st.integers(400, 599), json_values)
def test_any_body_gives_one_sentence(status: int, body: object) -> None:
    assert isinstance(refusal(status, {}, body, "there"), FarEndError)
