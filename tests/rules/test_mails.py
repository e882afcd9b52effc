"""Who gets which mail on which day, for every reminder rule of guide.md §2: the stories of `mails/*.txt`.

The stories were worked out by hand from the guide, with the counting beside them. The rules and recipients are the
program's; the runs, the versions of rows and the ledger are played (see `stories`). What the service, the mailbox and
the real ledger add to that is in tests/reminding.
"""

from __future__ import annotations

import pytest

from tests.rows import shipped
from tests.rules.stories import Playing, Story, stories

STORIES = list(stories())


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_story(story: Story) -> None:
    assert Playing(story).play() == story.expected


def test_every_reminder_rule_has_a_story() -> None:
    declared = {(key, rule.id) for key, one in shipped().lists.items() for rule in one.reminders}
    assert {(story.list, story.rule) for story in STORIES} == declared
