"""What every mail owes its reader: two equal parts, plain HTML, hostile titles that stay text (guide.md §5.4)."""

from __future__ import annotations

import re
from datetime import date

import pytest

from projectlists.language import Language
from projectlists.mail.messages import EscalatedEntry, Messages
from projectlists.mail.rows import Project
from tests.mail.written import ACTIONS, SITE, TODAY, Outline, entry, item, kinds, one_line


@pytest.mark.parametrize("language", ["nl", "en"])
def test_html_and_text_say_the_same_in_the_same_order(messages: Messages, language: Language) -> None:
    # guide.md §5.4 rule 3
    for kind, mail in kinds(messages, language).items():
        outline = Outline(mail.html)
        seen, position = one_line(outline.words), 0
        said = [one_line(line.strip().removeprefix("- ").removesuffix(":")) for line in mail.text.splitlines()]
        for words in filter(None, said):
            if words.startswith("https://"):
                assert words in outline.links, (kind, words)
                continue
            # In numbers the text says with each what the table says once, at its head.
            table = re.fullmatch(r"(.+): \D+ (\d+), \D+ (\d+), \D+ (\d+)", words)
            for part in table.groups() if table else (words,):
                assert part in seen[position:], (kind, words)
                position = seen.index(part, position)
        assert {link for link in outline.links if link.startswith("https://")} <= set(said), kind


@pytest.mark.parametrize("language", ["nl", "en"])
def test_html_is_accessible_and_fetches_nothing(messages: Messages, language: Language) -> None:
    # guide.md §5.4 rules 2, 4, 8, 10, 13
    for kind, mail in kinds(messages, language).items():
        outline = Outline(mail.html)
        assert f'<html lang="{language}">' in mail.html
        assert outline.tags.count("h1") == 1
        assert outline.tags.count("title") == 1
        assert not {"img", "link", "script", "iframe", "style", "font"} & set(outline.tags)
        assert not [name for name, _value in outline.attributes if name in {"src", "background", "bgcolor", "color"}]
        assert "color:" not in mail.html.replace("color-scheme", "")
        assert "url(" not in mail.html
        pairs = {(one_line(words), link) for link, found in outline.links.items() for words in found}
        # One text for one place, so that each link can be read alone (rule 5).
        assert len({words for words, _link in pairs}) == len(pairs), kind
        assert mail.html.count("min-height:24px") == sum(len(found) for found in outline.links.values())
        # A data table says what its cells mean (guide.md §5.4 rule 4).
        assert outline.tags.count("table") == outline.tags.count("caption")
        scopes = [value for name, value in outline.attributes if name == "scope"]
        assert len(scopes) == outline.tags.count("th")
        # One help address in every mail, in one place (rule 12).
        assert mail.text.count("support@gemeente.example") == 1, kind
        assert len(mail.subject) <= 60


def test_titles_in_another_language_are_marked(messages: Messages) -> None:
    # WCAG 3.1.2: the site is Dutch, the mail English
    html = messages.digest([entry(1, "Bel de aannemer", TODAY)], today=TODAY, language="en").html
    assert html.count('<span lang="nl">Bel de aannemer</span>') == 2


HOSTILE = "<script>alert(1)</script>&\"'\r\nBcc: x@y.example\u202etxt.exe\u2066\x00\u2028{{ 7 * 7 }}"


def test_a_hostile_title_stays_text(messages: Messages) -> None:
    project = Project(HOSTILE, SITE, "support@gemeente.example", SITE)
    shown = "<script>alert(1)</script>&\"' Bcc: x@y.exampletxt.exe {{ 7 * 7 }}"
    for mail in (
        messages.digest([entry(1, HOSTILE, TODAY, project=project)], today=TODAY, language="nl", first_name=HOSTILE),
        messages.escalation(
            [
                EscalatedEntry(
                    project, ACTIONS, item(1, HOSTILE, ProgressNote=HOSTILE), date(2026, 11, 24), TODAY, HOSTILE
                )
            ],
            today=TODAY,
            language="nl",
            role="project_manager",
        ),
    ):
        assert f"- {shown} (A-1)\n" in mail.text
        assert "script" not in Outline(mail.html).tags
        assert shown in one_line(Outline(mail.html).words)
        for part in (mail.subject, mail.text, mail.html):
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\u2028]", part)
        assert "\n" not in mail.subject
        assert len(mail.subject) <= 60
