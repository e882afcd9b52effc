"""Every list of the larger profiles on a site, in both languages; then nothing is left to change (guide.md §3)."""

from __future__ import annotations

from projectlists.definitions.model import Definitions
from projectlists.provisioning.job import Wish, plan_site, provision
from tests.far_end import FarEnd


def test_a_whole_profile_in_english(far_end: FarEnd, definitions: Definitions) -> None:
    result = provision(far_end.open(), definitions, Wish("programme", definitions.profiles["programme"].optional, "en"))
    assert (result.ok, result.error) == (True, None)
    made = [change for change in result.plan.changes if (change.verb, change.kind) == ("create", "list")]
    assert len(made) == 17  # with the optional lists, the settings and the log of the tool itself
    assert plan_site(far_end.open(), definitions).changes == ()


def test_every_list_and_all_around_it_in_few_requests(far_end: FarEnd, definitions: Definitions) -> None:
    # A batch of up to 100 operations is one request; sign-in is not counted (contract.md §3).
    every = tuple(key for key, definition in definitions.lists.items() if not definition.system)
    assert len(every) == 15
    site = far_end.open()
    channel = far_end.tenant.tabs(far_end.ready["team"], far_end.ready["channel"])
    result = provision(site, definitions, Wish("project", every), Wish(), channel)
    assert (result.ok, result.error) == (True, None)
    kinds = {change.kind for change in result.plan.work}
    assert kinds == {"list", "field", "view", "permission", "navigation", "tab", "row"}
    assert far_end.tenant.traffic.requests <= 15

    site = far_end.open()
    channel = far_end.tenant.tabs(far_end.ready["team"], far_end.ready["channel"])
    result = provision(site, definitions, Wish(), Wish(), channel)
    assert (result.ok, result.plan.changes) == (True, ())
    assert far_end.tenant.traffic.requests <= 3


def test_lists_added_later_bring_the_lookups_that_waited(far_end: FarEnd, definitions: Definitions) -> None:
    # guide.md §2.0.14
    assert provision(far_end.open(), definitions, Wish("starter")).ok
    result = provision(far_end.open(), definitions, Wish(None, ("Milestones",)))
    assert (result.ok, result.error) == (True, None)
    lookups = {(change.list, change.name) for change in result.plan.changes if change.kind == "field"}
    assert {("Actions", "RelatedMilestone"), ("CommunicationCalendar", "RelatedMilestone")} <= lookups
    assert plan_site(far_end.open(), definitions).changes == ()
