"""Small words of mails: one line, 60 characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projectlists.language import plain
from projectlists.mail.wording import shortened, subject


@given(st.text())
def test_plain_is_one_line_and_stable(words: str) -> None:
    assert plain(words).splitlines() in ([], [plain(words)])
    assert plain(plain(words)) == plain(words)


@given(st.text(max_size=80), st.text(max_size=80))
def test_subjects_are_one_line_of_60_characters_at_most(project: str, rest: str) -> None:
    made = subject(project, rest)
    assert len(made) <= 60
    assert made.splitlines() in ([], [made])


def test_a_long_project_name_gives_way_in_the_subject() -> None:
    assert subject("Herinrichting van het Marktplein en omliggende straten", "12 acties te laat, 3 deze week") == (
        "Herinrichting van het…: 12 acties te laat, 3 deze week"
    )
    assert shortened("Een heel lang woord", 12) == "Een heel…"
