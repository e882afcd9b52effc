"""A plan carried out in a constant number of batches, whatever the number of lists (architecture.md decision 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from projectlists.errors import AccessRefused, FarEndError, Unanswered
from projectlists.farend.batch import Answer, Operation
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tabs import ChannelTabs, Step
from projectlists.provisioning import migrating
from projectlists.provisioning.building import Building
from projectlists.provisioning.linking import navigation_operations, tab_steps
from projectlists.provisioning.looking import Target


def carry_out(site: SharePointSite, target: Target, channel: ChannelTabs | None) -> list[FarEndError]:
    """Carry out a plan. Errors of single operations are returned: reading back decides what they were worth."""
    survey = target.survey
    building = Building(
        target.plan, target.wanted, survey.shape, target.settings, site.path, target.chosen, survey.permissions
    )
    links = navigation_operations(target.plan, target.destinations, survey.links)
    failures: list[FarEndError] = []
    first, groups = building.lists_and_plain_columns(), building.groups()
    answers = _run(site, first, failures, groups)
    ids = {key: shape.id for key, shape in survey.shape.lists.items()} | _new_ids(first, answers)
    made = next((answer.entity.get("Id") for answer in answers[len(first) :]), 0)
    _run(site, building.dependent_columns(ids), failures, building.own_permissions(int(made or 0)))
    columns = migrating.columns_of(target.plan, target.wanted)
    if columns:
        migrating.write(site, target.rewrites, failures)
        _run(site, migrating.finish(site, columns, target.wanted, survey.shape), failures)
    third, rows = building.views_and_texts(), building.rows(survey.about.zone)
    operations = [*third, *chain.from_iterable(rows.values())]
    answers = _run(site, operations, failures, links)[len(third) : len(operations)]
    _run(site, building.settings_row(_not_filled(rows, answers)), failures)
    steps = tab_steps(target.plan, target.destinations, target.tabs, site.url)
    if channel is not None and steps:
        failures += _made(channel, steps)
    return failures


def _not_filled(rows: Mapping[str, Sequence[Operation]], answers: Sequence[Answer]) -> frozenset[str]:
    """The lists of which a row was refused, or not answered for."""
    of_row = [key for key, operations in rows.items() for _operation in operations]
    if len(answers) < len(of_row):
        return frozenset(of_row)
    return frozenset(key for key, answer in zip(of_row, answers, strict=True) if answer.error is not None)


def _run(
    site: SharePointSite,
    operations: Sequence[Operation],
    failures: list[FarEndError],
    around: Sequence[Operation] = (),
) -> list[Answer]:
    """Carry out operations; those `around` the lists need a right of their own and may be refused."""
    try:
        answers = site.run([*operations, *around])
    except Unanswered as error:  # what was done is seen on reading back
        failures.append(error)
        return []
    for number, answer in enumerate(answers):
        if isinstance(answer.error, AccessRefused) and number < len(operations):
            raise answer.error
        if answer.error is not None:
            failures.append(answer.error)
    return answers


def _new_ids(operations: Sequence[Operation], answers: Sequence[Answer]) -> dict[str, str]:
    return {
        str((operation.body or {}).get("Title")): str(answer.entity.get("Id"))
        for operation, answer in zip(operations, answers, strict=False)
        if operation.path == "web/lists" and answer.entity.get("Id")
    }


def _made(channel: ChannelTabs, steps: Sequence[Step]) -> list[FarEndError]:
    """Make and change tabs; a channel that refuses them as a whole stops only the tabs."""
    try:
        return channel.run(steps)
    except FarEndError as error:
        return [error]
