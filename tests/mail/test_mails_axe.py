"""Every kind of mail through axe-core (WCAG 2.2 A and AA, best practices): 800 pixels in light, 320 in dark.

Needs Chromium, and axe-core by `npm install axe-core` in the checkout or a file named by AXE_CORE; skipped without.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from projectlists.language import Language
from projectlists.mail.messages import Messages
from tests.mail.written import kinds
from tests.sandbox.page_audit import CHROMIUM, audit, axe_core

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here"),
    pytest.mark.skipif(axe_core() is None, reason="axe-core is not installed (npm install axe-core, or AXE_CORE)"),
]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", ["digest", "several", "approval", "signal", "overview", "message", "escalation"])
@pytest.mark.parametrize(("width", "dark"), [(800, False), (320, True)])
def test_a_mail_breaks_no_rule(
    messages: Messages, tmp_path: Path, *, language: Language, kind: str, width: int, dark: bool
) -> None:
    found = audit(kinds(messages, language)[kind].html, "", tmp_path, width=width, dark=dark)
    # A mail has no landmarks of a page around it. Without a background of its own (guide.md §5.4 rule 6) axe takes the
    # canvas for white in dark mode too, and sees light links on it.
    aside = {"region", "landmark-one-main"} | ({"color-contrast"} if dark else set())
    broken = [one for one in found["violations"] if one["id"] not in aside]
    assert broken == []
    assert found["passes"] > 10
    assert (found["dark"], found["wide"]) == (dark, 0)
