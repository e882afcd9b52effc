"""Entra's refusals and their remedies (identity-mail-teams.md §5)."""

from __future__ import annotations

import pytest

from projectlists.farend.entra import refusal


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (7000215, "secret is wrong"),
        (7000222, "expired"),
        (700027, "Upload its public half"),
        (700016, "app-1"),
        (90002, "contoso"),
        (65001, "consent"),
        (53003, "Conditional Access"),
        (700024, "clock"),
    ],
)
def test_each_code_has_its_remedy(code: int, part: str) -> None:
    error = refusal({"error": "invalid_client", "error_codes": [code], "correlation_id": "c-1"}, "app-1", "contoso")
    assert part in str(error)
    assert error.detail == f"AADSTS{code}; correlation_id c-1"


def test_an_unknown_code_still_says_what_to_do_and_names_nobody() -> None:
    answer = {"error": "odd", "error_codes": [1], "error_description": "AADSTS1: anne@gemeente.example did it"}
    error = refusal(answer, "app-1", "contoso")
    assert "odd" in str(error)
    assert "anne" not in str(error) + error.detail


def test_no_codes_at_all() -> None:
    assert refusal({"error": "odd"}, "a", "b").detail == "odd"
