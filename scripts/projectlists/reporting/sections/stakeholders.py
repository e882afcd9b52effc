"""The parties around the project: rings of influence and power against interest (guide.md §1.7, §2.2).

Of a private person only that there is one is told: no name, no stance (guide.md §6.6 rules 1 and 2). Contact details,
reasons and notes never leave the list.
"""

from __future__ import annotations

from functools import partial

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item, Value
from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Picture, Section, Table
from projectlists.reporting.pictures import matrix, rings
from projectlists.reporting.project import Project

KEY = "Stakeholders"
_UNKNOWN = "unknown"


def section(project: Project, audience: Audience) -> Section:
    """The subject as a section; a sentence when the list may not be shown."""
    title = project.title_of(KEY, _("Stakeholder overview"))
    if not project.shows(KEY, audience):
        return Section("stakeholders", title, (project.absence(KEY, title, audience),))
    definition = project.lists[KEY]
    active = [item for item in project.rows(KEY) if item["StakeholderStatus"] == "active"]
    if not active:
        return Section("stakeholders", title, (_("There are no active stakeholders in the list."),))
    moving = sum(item["RingCurrent"] != item["RingDesired"] for item in active)
    sentences = [
        _("Active parties: {count}. To be moved to another ring: {moving}.").format(count=len(active), moving=moving)
    ]
    around = rings_of(definition, active)
    if len(around.parties) < len(active):
        sentences.append(
            _("Parties without a role or a ring are in the table only: {count}.").format(
                count=len(active) - len(around.parties)
            )
        )
    if any(_is_person(item) for item in active):
        sentences.append(_("Private persons are shown without their name and without a stance."))
    pictures = (
        Picture(
            "rings",
            _("Rings of influence"),
            _(
                "Four rings around the core, in four sectors by role. Parties in the ring they are in now: "
                "{count}. Arrows to the desired ring: {moving}. The table below says the same."
            ).format(count=len(around.parties), moving=sum(each.ring != each.desired for each in around.parties)),
            partial(rings.draw, around),
        ),
        Picture(
            "power",
            _("Influence and interest"),
            _(
                "A square of five by five. Influence goes up, interest goes to the right. Parties with both high "
                "influence and high interest (4 or 5): {count}. The table below says the same."
            ).format(count=sum(_level(item, "InterestLevel") > 3 < _level(item, "InfluenceLevel") for item in active)),
            partial(matrix.draw, matrix_of(definition, active)),
        ),
    )
    return Section("stakeholders", title, tuple(sentences), pictures, (_table(definition, active),), legend=True)


def rings_of(definition: ListDefinition, active: list[Item]) -> rings.Rings:
    """What the picture of the rings shows: the parties that have a ring and a role."""
    parties = tuple(
        rings.Party(str(item.id), role, str(item["RingCurrent"]), _desired(item), _stance(item))
        for item in active
        if (role := _sector(item["StakeholderRole"])) and item["RingCurrent"] in rings.RINGS
    )
    return rings.Rings(
        parties,
        tuple((key, wording.label(definition, "RingCurrent", key)) for key in rings.RINGS),
        tuple((key, wording.label(definition, "StakeholderRole", key)) for key in rings.ROLES),
        _stance_names(definition),
    )


def matrix_of(definition: ListDefinition, active: list[Item]) -> matrix.Matrix:
    """What the picture of influence and interest shows."""
    return matrix.Matrix(
        tuple(
            matrix.Standing(str(item.id), _level(item, "InterestLevel"), _level(item, "InfluenceLevel"), _stance(item))
            for item in active
        ),
        _stance_names(definition),
    )


def _table(definition: ListDefinition, active: list[Item]) -> Table:
    rows = tuple(
        (
            wording.row_number(definition, item),
            _name(definition, item),
            wording.label(definition, "StakeholderRole", item["StakeholderRole"]),
            wording.label(definition, "StakeholderStance", _stance(item)),
            wording.label(definition, "RingCurrent", item["RingCurrent"]),
            wording.label(definition, "RingDesired", item["RingDesired"])
            + ("" if item["RingCurrent"] == item["RingDesired"] else " " + _("(move)")),
            str(_level(item, "InfluenceLevel")),
            str(_level(item, "InterestLevel")),
        )
        for item in active
    )
    return Table(
        _("All active parties; the numbers are those in the pictures"),
        (
            _("Number"),
            _("Party"),
            _("Role"),
            _("Stance"),
            _("Ring now"),
            _("Desired ring"),
            _("Influence"),
            _("Interest"),
        ),
        rows,
        numeric=frozenset({6, 7}),
    )


def _stance_names(definition: ListDefinition) -> tuple[tuple[str, str], ...]:
    return tuple((key, wording.label(definition, "StakeholderStance", key)) for key in rings.STANCE_SHAPES)


def _is_person(item: Item) -> bool:
    return item["StakeholderKind"] == "individual"


def _name(definition: ListDefinition, item: Item) -> str:
    return wording.label(definition, "StakeholderKind", "individual") if _is_person(item) else wording.title(item)


def _stance(item: Item) -> str:
    return _UNKNOWN if _is_person(item) else str(item["StakeholderStance"] or _UNKNOWN)


def _desired(item: Item) -> str:
    return str(item["RingDesired"]) if item["RingDesired"] in rings.RINGS else str(item["RingCurrent"])


def _sector(roles: Value) -> str | None:
    return next((role for role in rings.ROLES if isinstance(roles, tuple) and role in roles), None)


def _level(item: Item, name: str) -> int:
    """A level from 1 to 5; the middle where nothing is filled in."""
    found = wording.amount(item, name)
    return 3 if found is None else min(max(round(found), 1), 5)
