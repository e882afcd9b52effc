"""The filter language (identity-mail-teams.md §7.4, §9.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.sandbox.graph import filters, ids, query
from projectlists.sandbox.graph.recipients import bounces, is_address
from projectlists.sandbox.graph.text import from_html

ENTITY = {
    "subject": "It's time",
    "isDraft": True,
    "size": 12,
    "categories": ["A", "B"],
    "from": {"emailAddress": {"address": "a@b.nl"}},
    "sentDateTime": "2026-11-02T07:00:00Z",
    "conversationId": "AbC",
    "empty": None,
    "none": [],
}
KNOWN = frozenset(ENTITY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("subject eq 'it''s TIME'", True),
        ("subject ne 'It''s time'", False),
        ("not (subject eq 'x')", True),
        ("isDraft", True),
        ("isDraft eq false or size gt 11", True),
        ("isDraft eq false or size gt 11 and size lt 12", False),
        ("size ge 12 and size le 12", True),
        ("size in (1,12)", True),
        ("categories/any(c:c eq 'b')", True),
        ("categories/all(c:c eq 'b')", False),
        ("categories/any()", True),
        ("none/any()", False),
        ("none/all(n:n eq 'x')", True),
        ("categories/any(c:c eq 'b' and isDraft eq true)", True),
        ("from/emailAddress/address eq 'A@B.nl'", True),
        ("contains(subject,'TIME')", True),
        ("endswith(subject,'tim')", False),
        ("startsWith(empty,'x')", False),
        ("empty eq null", True),
        ("sentDateTime eq 2026-11-02T08:00:00+01:00", True),
        ("sentDateTime lt 2026-11-02", False),
        ("subject gt 2026-11-02", False),
        # Ids keep their case.
        ("conversationId eq 'abc'", False),
        ("conversationId eq 'AbC'", True),
    ],
)
def test_meaning(text, expected):
    assert filters.compiled(text, KNOWN)(ENTITY) is expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "subject", "subject eq", "eq 'x'", "subject eq x", "subject eq 'x", "subject = 'x'", "(isDraft"),
        *("isDraft eq true and", "length(subject) eq 3", "subject EQ 'x'", "sentDateTime gt 2026-13-45"),
        *("startswith(subject,3)", "categories/any(c c eq 'A')", "not " * 4000 + "isDraft"),
    ],
)
def test_what_is_no_filter_is_refused(text):
    if text == "subject":
        # A path alone is its truth; a text is not true.
        assert filters.compiled(text, KNOWN)(ENTITY) is False
        return
    with pytest.raises(filters.FilterError):
        filters.compiled(text, KNOWN)


def test_an_unknown_property_is_named():
    with pytest.raises(filters.FilterError) as refused:
        filters.compiled("isDraft eq true and titel eq 'x'", KNOWN)
    assert refused.value.unknown == "titel"


@given(st.text())
def test_any_text_is_found_by_equality(text):
    literal = text.replace("'", "''")
    assert filters.compiled(f"subject eq '{literal}'", KNOWN)({"subject": text}) is True


@given(st.text("abc' ()/:,eqandornti'12-T:Z.", max_size=40))
def test_any_filter_is_read_or_refused(text):
    try:
        test = filters.compiled(text, KNOWN)
    except filters.FilterError:
        return
    assert test(ENTITY) in {True, False}


@pytest.mark.parametrize(
    ("text", "advanced"),
    [("endsWith(mail,'x')", True), ("mail ne 'x'", True), ("not(x)", True), ("mail eq 'x ne y'", False)],
)
def test_advanced_directory_queries(text, advanced):
    assert filters.needs_eventual_consistency(text) is advanced


def test_expansions_keep_quoted_and_nested_commas():
    text = "singleValueExtendedProperties($filter=id eq 'String {a} Name x,y;(z'),manager($select=id,mail;$levels=1)"
    assert query.expansions(text) == {
        "singleValueExtendedProperties": {"$filter": "id eq 'String {a} Name x,y;(z'"},
        "manager": {"$select": "id,mail", "$levels": "1"},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "String {66F5A359-4659-4830-9070-00047EC6AC6E} Name Tag",
            "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Tag",
        ),
        (
            "Integer {66f5a359-4659-4830-9070-00047ec6ac6e} Id 0x8012",
            "Integer {66f5a359-4659-4830-9070-00047ec6ac6e} Id 0x8012",
        ),
        ("String 0x001A", "String 0x001a"),
        ("String {66f5a359} Name Tag", None),
        ("String Name Tag", None),
        ("Tag", None),
    ],
)
def test_ids_of_extended_properties(text, expected):
    assert ids.extended_property(text) == expected


def test_addresses():
    assert is_address("a.b+c@sub.gemeente.example")
    assert not is_address("a@b")
    assert not is_address("Anne <a@b.nl>")
    assert not is_address("a@b.nl, c@d.nl")
    assert bounces("Bounce@gemeente.example")
    assert bounces("x@y.INVALID")
    assert not bounces("bouncer@gemeente.example")


def test_plain_text_of_html():
    html = "<head><style>p{}</style></head><p>Dag&nbsp;Anne,</p><ul><li>een <b>twee</b><li>drie</ul><script>x</script>"
    assert from_html(html) == "Dag Anne,\neen twee\ndrie"


@given(st.text("<>/pbrscritle&;! -x\"'", max_size=60))
def test_any_html_has_a_text(html):
    assert isinstance(from_html(html), str)
