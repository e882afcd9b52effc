"""Links beside the pages of a site: made, titled and ordered; those of people stay."""

from __future__ import annotations

from projectlists.definitions.model import Definitions
from projectlists.farend.batch import Operation
from projectlists.provisioning.job import Wish, plan_site, provision
from tests.far_end import FarEnd
from tests.provisioning.provisioned import done, short

LAUNCH = "web/navigation/quicklaunch"
# What a new site has of itself.
FIRST = ["Startpagina", "Documenten", "Pagina's"]


def nodes(far_end: FarEnd) -> dict[str, int]:
    """The numbers of the links by title, in the order in which they stand."""
    (answer,) = far_end.open().run([Operation("GET", LAUNCH)])
    return {entry["Title"]: entry["Id"] for entry in answer.checked().entries}


def test_links_in_the_order_of_the_profile(built: FarEnd, definitions: Definitions) -> None:
    # profiles.yaml: Actions, Stakeholders, CommunicationCalendar, TeamRoles; the log is hidden.
    ours = ["Actielijst", "Stakeholderoverzicht", "Communicatiekalender", "Projectteam en rollen"]
    assert list(nodes(built)) == [*FIRST, *ours]
    done(built, Operation("POST", LAUNCH, {"Title": "Nieuws", "Url": "https://nieuws.example"}))
    # The optional lists follow those of the profile, in its order; what people added stays where it is.
    assert provision(built.open(), definitions, Wish(None, ("Risks", "Decisions"))).ok
    assert list(nodes(built)) == [*FIRST, *ours, "Nieuws", "Besluitenlijst", "Risicolijst"]


def test_drift_of_links(built: FarEnd, definitions: Definitions) -> None:
    numbers = nodes(built)
    done(
        built,
        Operation("MERGE", f"web/navigation/getnodebyid({numbers['Actielijst']})", {"Title": "Acties"}),
        Operation("DELETE", f"web/navigation/getnodebyid({numbers['Communicatiekalender']})"),
        Operation("POST", f"{LAUNCH}/moveafter", {"nodeId": numbers["Projectteam en rollen"], "previousNodeId": 0}),
    )
    plan = plan_site(built.open(), definitions)
    assert [short(change) for change in plan.changes] == [
        ("create", "navigation", "CommunicationCalendar", "CommunicationCalendar", None),
        ("update", "navigation", "Actions", "Actions", "title"),
        ("update", "navigation", "TeamRoles", "TeamRoles", "position"),
    ]
    built.control("DELETE", "requests")
    assert provision(built.open(), definitions).ok
    # The new link comes last first, and needs one more move when it has a number.
    assert len(built.writes()) == 4
    assert list(nodes(built)) == [
        *FIRST,
        "Actielijst",
        "Stakeholderoverzicht",
        "Communicatiekalender",
        "Projectteam en rollen",
    ]
    assert plan_site(built.open(), definitions).changes == ()


def test_a_list_with_another_title_has_a_link_with_that_title(built: FarEnd, definitions: Definitions) -> None:
    assert provision(built.open(), definitions, Wish(language="en"), force=True).ok
    assert list(nodes(built))[3:] == [
        "Action list",
        "Stakeholder overview",
        "Communication calendar",
        "Project team and roles",
    ]
