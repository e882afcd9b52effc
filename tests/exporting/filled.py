"""A site with the sample project in it, made once for the tests that only read."""

from __future__ import annotations

from datetime import date

from projectlists import sample
from projectlists.definitions.loading import shipped_folder
from projectlists.definitions.model import Definitions, ListDefinition, ProfileKey
from projectlists.farend import wire
from projectlists.farend.sharepoint import SharePointSite
from projectlists.language import Language
from projectlists.provisioning.job import Wish, provision
from projectlists.rules.calendar import WorkingCalendar
from tests.far_end import FarEnd

TODAY = date(2026, 3, 26)  # three days before the clocks go forward


def filled(
    far_end: FarEnd,
    definitions: Definitions,
    *,
    profile: ProfileKey = "project",
    lists: tuple[str, ...] = (),
    language: Language = "nl",
) -> SharePointSite:
    """The site, provisioned and with every row of the sample that fits; the documents as small files."""
    site = built(far_end, definitions, profile=profile, lists=lists, language=language)
    project = sample.load(shipped_folder("config") / "sample-project.yaml")
    chosen = [found for found in definitions.chosen(profile, lists) if not found.system]
    names = {user["upn"] for user in far_end.ready["users"]}
    people = {key: upn if upn in names else min(names) for key, upn in project.people.items()}
    fitting = sample.SampleProject(project.name, project.key, people, project.lists, project.no_shift)
    rows = sample.fill(fitting, site, chosen, language=language, reference_day=TODAY, calendar=WorkingCalendar())
    for definition in chosen:
        if definition.kind == "library":
            _upload(fitting, site, definition, language, {key: at for of in rows.values() for key, at in of.items()})
    return site


def _upload(
    project: sample.SampleProject,
    site: SharePointSite,
    definition: ListDefinition,
    language: Language,
    known: dict[str, int],
) -> None:
    people = site.people(sorted(set(project.people.values())))
    rows = project.rows(definition, TODAY, WorkingCalendar())
    for raw in project.lists[definition.key]:
        site.upload(definition.key, str(raw["file"]), b"Lindervoort")
    numbers = {item.file: item.id for item in site.stream(definition)}
    changes = []
    for raw, row in zip(project.lists[definition.key], rows, strict=True):
        body = wire.values_for(definition, language, site.about().zone, row.resolved(people, known))
        changes.append(site.change(definition.key, numbers[str(raw["file"])], body, "*", library=True))
    for answer in site.run(changes):
        answer.checked()


def built(
    far_end: FarEnd,
    definitions: Definitions,
    *,
    profile: ProfileKey = "starter",
    lists: tuple[str, ...] = (),
    language: Language = "nl",
) -> SharePointSite:
    """The site, provisioned and empty."""
    site = far_end.open()
    result = provision(site, definitions, Wish(profile, lists, language))
    assert result.ok
    return site
