"""Adaptive Cards on the pages: drawn as far as known, never as markup of their own."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projectlists.sandbox.pages import channel


def test_a_card_is_drawn_in_order_with_its_actions_last() -> None:
    blocks = channel.card(
        {
            "type": "AdaptiveCard",
            "body": [
                {"type": "TextBlock", "size": "Large", "text": "Vandaag"},
                {"type": "TextBlock", "isSubtle": True, "text": "**3** acties"},
                {"type": "FactSet", "facts": [{"title": "Te laat", "value": "3"}]},
                {"type": "ColumnSet", "columns": [{"items": [{"type": "TextBlock", "text": "L"}]}, {"items": []}]},
                {"type": "Table", "rows": [{"cells": [{"items": [{"type": "TextBlock", "text": "A-1"}]}]}]},
                {"type": "Container", "style": "attention", "items": [{"type": "Image", "altText": "Kaart"}]},
                {"type": "Input.Text", "id": "x"},
                {"type": "TextBlock", "isVisible": False, "text": "weg"},
            ],
            "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": "https://a.example"}],
        }
    )
    kinds = ["heading", "text", "facts", "columns", "table", "box", "unknown", "action"]
    assert [block.kind for block in blocks] == kinds
    assert blocks[1].html == "<p><strong>3</strong> acties</p>\n"
    assert blocks[1].emphasis == "subtle"
    assert [block.kind for block in blocks[3].blocks] == ["box", "box"]
    assert blocks[4].rows[0][0].blocks[0].html == "<p>A-1</p>\n"
    assert (blocks[5].emphasis, blocks[5].blocks[0].text) == ("attention", "Kaart")
    assert blocks[6].text == "Input.Text"
    assert (blocks[7].text, blocks[7].href) == ("Open", "https://a.example")


def test_markup_and_scripts_in_a_card_stay_text() -> None:
    text = "<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://a.example/p.png)"
    runs = [{"type": "TextRun", "text": "<b>vet</b>"}, "<i>"]
    first, second, action = channel.card(
        {
            "body": [{"type": "TextBlock", "text": text}, {"type": "RichTextBlock", "inlines": runs}],
            "actions": [{"type": "Action.OpenUrl", "title": "x", "url": "javascript:alert(1)"}],
        }
    )
    assert "<script" not in first.html
    assert 'href="javascript' not in first.html
    assert "<img" not in first.html
    assert second.html == "&lt;b&gt;vet&lt;/b&gt;&lt;i&gt;"
    assert action.href == ""


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5) | st.sampled_from(sorted(channel._DRAWN)),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["type", "text", "items", "columns", "rows", "cells", "facts", "inlines", "actions", "url"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_any_card_is_drawn(body: Any) -> None:
    assert isinstance(channel.card({"body": body, "actions": body}), tuple)


def test_a_card_within_a_card_without_end_is_cut() -> None:
    body: dict[str, Any] = {"type": "TextBlock", "text": "diep"}
    for _ in range(200):
        body = {"type": "Container", "items": [body]}
    (block,) = channel.card({"body": [body]})
    depth = 0
    while block.blocks:
        (block,) = block.blocks
        depth += 1
    assert (block.kind, depth) == ("unknown", 12)
