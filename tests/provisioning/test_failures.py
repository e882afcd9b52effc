"""What goes wrong: healed in the same run where it can be, else one clear sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projectlists.config.model import Network
from projectlists.definitions.model import Definitions
from projectlists.errors import AccessRefused, Missing, Unreachable, UsageError
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, plan_site, planned, provision
from tests.far_end import FarEnd
from tests.provisioning.provisioned import STARTER, actions


@pytest.mark.parametrize(
    "rule",
    [
        # "Conflict, but made" (contract.md §4): the column is there.
        {"method": "POST", "path": "createfieldasxml", "after": 7, "do": "status:409-after"},
        {"method": "POST", "path": "createfieldasxml", "after": 3, "times": 5, "do": "status:409"},
        {"method": "POST", "path": "/web/lists$", "after": 1, "do": "status:409-after"},
        {"method": "POST", "path": "createfieldasxml", "after": 20, "do": "status:504-after"},
        {"method": "POST", "path": "createfieldasxml", "after": 20, "do": "reset-before"},
        {"method": "POST", "path": "createfieldasxml", "after": 20, "do": "reset-after"},
        {"method": "POST", "path": r"ReminderLog'\)/fields/createfieldasxml", "do": "reset-before"},
        {"method": "POST", "path": "views/add", "after": 5, "do": "reset-after"},
        {"method": "POST", "path": "views/add", "after": 5, "do": "status:500"},
        {"method": "POST", "path": r"/items$", "do": "status:504-after"},
        {"method": "POST", "path": r"\$batch", "after": 1, "do": "reset-after"},
    ],
)
def test_half_done_work_is_healed_in_the_same_run(
    far_end: FarEnd, definitions: Definitions, rule: dict[str, Any]
) -> None:
    far_end.faults({"host": "lindervoort.sharepoint.com", **rule})
    result = provision(far_end.open(), definitions, STARTER)
    assert (result.ok, result.error) == (True, None)
    assert plan_site(far_end.open(), definitions).changes == ()
    names = [entry["InternalName"] for entry in far_end.open().run([Operation("GET", actions("fields"))])[0].entries]
    assert len(names) == len(set(names))
    assert not [name for name in names if name.startswith("ActionOwner") and name != "ActionOwner"]


def test_throttling_is_waited_out(far_end: FarEnd, definitions: Definitions) -> None:
    far_end.faults(
        {"method": "POST", "path": "createfieldasxml", "after": 4, "times": 2, "do": "status:429"},
        {"method": "POST", "path": r"\$batch", "after": 1, "do": "status:503"},
    )
    result = provision(far_end.open(), definitions, STARTER)
    assert result.ok
    assert far_end.tenant.traffic.throttled == 3
    assert far_end.tenant.traffic.retried >= 2


def test_what_does_not_stick_is_named(far_end: FarEnd, definitions: Definitions) -> None:
    far_end.faults({"method": "POST", "path": r"Lists/TeamRoles'\)/views/add", "times": 1000, "do": "status:500"})
    result = provision(far_end.open(), definitions, STARTER)
    assert not result.ok
    assert "TeamRoles/" in str(result.error)
    assert result.applied > 80
    far_end.control("DELETE", "faults")
    assert provision(far_end.open(), definitions).ok  # running it again resumes


def test_without_a_profile_there_is_nothing_to_go_by(far_end: FarEnd, definitions: Definitions) -> None:
    result = planned(far_end.open(), definitions)
    assert isinstance(result.failure, UsageError)
    assert "--profile" in str(result.error)


def test_an_unknown_list_is_a_usage_error(far_end: FarEnd, definitions: Definitions) -> None:
    result = planned(far_end.open(), definitions, Wish("starter", lists=("Nothing",)))
    assert isinstance(result.failure, UsageError)


def test_failures_are_one_clear_sentence(far_end: FarEnd, definitions: Definitions) -> None:
    unknown = planned(far_end.open(f"{far_end.ready['sharepoint']}/sites/nergens"), definitions, STARTER)
    assert isinstance(unknown.failure, Missing)
    assert "/sites/nergens" in str(unknown.error)

    far_end.faults({"host": "lindervoort.sharepoint.com", "path": r"\$batch", "do": "status:403"})
    forbidden = planned(far_end.open(), definitions, STARTER)
    assert isinstance(forbidden.failure, AccessRefused)
    assert far_end.url in str(forbidden.error)

    network = Network(proxy="http://127.0.0.1:9", ca_bundle=Path(far_end.ready["ca"]))
    config = far_end.config.model_copy(update={"network": network})
    unreachable = planned(far_end.open(config=config), definitions, STARTER)
    assert isinstance(unreachable.failure, Unreachable)
    assert "http://127.0.0.1:9" in str(unreachable.error)
    for result in (unknown, forbidden, unreachable):
        assert "\n" not in str(result.error)
        assert result.as_json()["ok"] is False


def test_a_list_that_cannot_be_read_is_an_error_and_not_missing(built: FarEnd, definitions: Definitions) -> None:
    built.faults({"method": "GET", "path": r"Lists/Actions'\)/fields", "times": 9, "do": "status:423"})
    result = planned(built.open(), definitions)
    assert not result.ok
    assert result.plan.changes == ()
