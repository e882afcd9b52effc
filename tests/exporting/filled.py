"""A site with the sample project in it, made once for the tests that only read."""

from __future__ import annotations

from datetime import date

from projectlists import sample
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions
from projectlists.farend.sharepoint import SharePointSite
from projectlists.provisioning.job import Wish, provision
from projectlists.rules.calendar import WorkingCalendar
from tests.far_end import FarEnd

TODAY = date(2026, 3, 26)  # three days before the clocks go forward


def filled(far_end: FarEnd, definitions: Definitions, *, profile: str = "project") -> SharePointSite:
    """The site, provisioned and with every row of the sample that fits."""
    site = built(far_end, definitions, profile=profile)
    project = sample.load(shipped_folder("config") / "sample-project.yaml")
    chosen = [found for found in definitions.chosen(profile) if not found.system]  # type: ignore[arg-type]
    names = {user["upn"] for user in far_end.ready["users"]}
    people = {key: upn if upn in names else min(names) for key, upn in project.people.items()}
    fitting = sample.SampleProject(project.name, project.key, people, project.lists, project.no_shift)
    sample.fill(fitting, site, chosen, language="nl", reference_day=TODAY, calendar=WorkingCalendar())
    return site


def built(far_end: FarEnd, definitions: Definitions, *, profile: str = "starter") -> SharePointSite:
    """The site, provisioned and empty."""
    site = far_end.open()
    result = provision(site, definitions, Wish(profile=profile, language="nl"))  # type: ignore[arg-type]
    assert result.ok
    return site
