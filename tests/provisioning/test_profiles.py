"""Every list of the larger profiles on a site, in both languages; then nothing is left to change (guide.md §3)."""

from __future__ import annotations

import pytest

from projectlists.definitions.model import Definitions, ProfileKey
from projectlists.language import Language
from projectlists.provisioning.job import Wish, plan_site, provision
from tests.far_end import FarEnd


@pytest.mark.parametrize(
    ("profile", "language", "count"),
    [
        # With the optional lists and the log of the tool itself.
        ("project", "nl", 15),
        ("programme", "en", 16),
    ],
)
def test_a_whole_profile(
    far_end: FarEnd, definitions: Definitions, profile: ProfileKey, language: Language, count: int
) -> None:
    wish = Wish(profile, definitions.profiles[profile].optional, language)
    result = provision(far_end.open(), definitions, wish)
    assert (result.ok, result.error) == (True, None)
    made = [change for change in result.plan.changes if (change.verb, change.kind) == ("create", "list")]
    assert len(made) == count
    assert plan_site(far_end.open(), definitions).changes == ()


def test_lists_added_later_bring_the_lookups_that_waited(far_end: FarEnd, definitions: Definitions) -> None:
    # guide.md §2.0.14
    assert provision(far_end.open(), definitions, Wish("starter")).ok
    result = provision(far_end.open(), definitions, Wish(None, ("Milestones",)))
    assert (result.ok, result.error) == (True, None)
    lookups = {(change.list, change.name) for change in result.plan.changes if change.kind == "field"}
    assert {("Actions", "RelatedMilestone"), ("CommunicationCalendar", "RelatedMilestone")} <= lookups
    assert plan_site(far_end.open(), definitions).changes == ()
