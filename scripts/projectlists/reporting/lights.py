"""GROTIK: a proposal for each light from the lists, with the reason in words. People decide (guide.md §1.6, §2.11).

Time, money and risk follow rule G-S3. For organisation and information the guide gives no figures; what is counted is
in the reason. The lists hold nothing that measures quality but the outcome of a phase gate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast, get_args

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item
from projectlists.language import _
from projectlists.reporting import wording
from projectlists.reporting.outline import Audience, Colour, Light
from projectlists.reporting.project import Project
from projectlists.reporting.sections import budget, planning, progress, risks
from projectlists.rules.due import is_awake, is_open, is_overdue

Proposal = tuple[Colour | None, str]
MILD, SEVERE = 0.05, 0.10
"""Shares of the budget that the forecast may be over before the light is amber, and red."""
SLIP = 10
"""Days a phase gate may be late before the light is red."""
_EXTREME = 20


def lights(project: Project, audience: Audience) -> tuple[Light, ...]:
    """The six lights; none for a small project without progress reports, which steers by its lists (guide.md §3)."""
    if project.profile.key == "small-project" and progress.KEY not in project.lists:
        return ()
    names = aspect_names()
    makers: Mapping[str, Callable[[Project], Proposal]] = {
        "money": money,
        "risk": risk,
        "organisation": organisation,
        "time": time,
        "information": information,
        "quality": quality,
    }
    reports = progress.reported(project, audience)
    found = []
    for aspect, make in makers.items():
        colour, reason = make(project)
        said = reports[0][f"Rag{progress.ASPECTS[aspect]}"] if reports else None
        reported = cast(Colour, said) if said in get_args(Colour) else None
        found.append(Light(aspect, names[aspect], reported, colour, reason))
    return tuple(found)


def aspect_names() -> dict[str, str]:
    """The six aspects in the language in use."""
    return {
        "money": _("Money"),
        "risk": _("Risks"),
        "organisation": _("Organisation"),
        "time": _("Time"),
        "information": _("Information"),
        "quality": _("Quality"),
    }


def colour_names() -> dict[str, str]:
    """The lights in words, in the language in use."""
    return {"green": _("Green"), "amber": _("Amber"), "red": _("Red"), "grey": _("Not applicable")}


def money(project: Project) -> Proposal:
    """Amber when the forecast is 5 to 10 % over the budget, red when more."""
    if budget.KEY not in project.items:
        return None, _no_list(project, budget.KEY, _("Project budget"))
    whole = budget.totals(project)
    if whole.budget <= 0:
        return None, _("The budget holds no amounts.")
    if round(whole.forecast - whole.budget) <= 0:
        return "green", _("The forecast is within the budget.")
    reason = _("The forecast is {percent} over the budget.").format(percent=wording.percent(whole.overrun))
    share = round(whole.overrun, 3)  # as it is shown, so that light and reason agree
    return ("red" if share > SEVERE else "amber" if share >= MILD else "green"), reason


def risk(project: Project) -> Proposal:
    """Red for a score of 20 or more, or of 15 or more that nobody handles; amber for any other of 15 or more."""
    if risks.KEY not in project.items:
        return None, _no_list(project, risks.KEY, _("Risk list"))
    definition = project.lists[risks.KEY]
    threats = [item for item in risks.live_risks(project) if not risks.is_opportunity(item)]
    high = sorted((item for item in threats if risks.score(item) >= risks.HIGH), key=lambda item: -risks.score(item))
    if not high:
        return "green", _("No risk has a score of 15 or more.")
    extreme = [item for item in high if risks.score(item) >= _EXTREME]
    if extreme:
        return "red", _("Risks with a score of 20 or more: {risks}.").format(risks=_scored(definition, extreme))
    idle = [item for item in high if item["RiskStatus"] == "identified"]
    if idle:
        words = _("Risks with a score of 15 or more that are not yet handled: {risks}.")
        return "red", words.format(risks=_scored(definition, idle))
    words = _("Risks with a score of 15 or more are being handled: {risks}.")
    return "amber", words.format(risks=_scored(definition, high))


def _scored(definition: ListDefinition, items: list[Item]) -> str:
    """`R-2 (20), R-1 (16)`."""
    return ", ".join(f"{wording.row_number(definition, item)} ({risks.score(item)})" for item in items)


def organisation(project: Project) -> Proposal:
    """Red without a project manager; amber when a member is away without a deputy, or actions have no owner."""
    if "TeamRoles" not in project.items:
        return None, _no_list(project, "TeamRoles", _("Project team and roles"))
    team = [item for item in project.rows("TeamRoles") if item["TeamStatus"] != "left"]
    role = project.profile.escalation_role
    if not any(item["TeamRole"] == role and item["TeamStatus"] == "active" for item in team):
        return "red", _("Nobody in the team has the role that leads the project.")
    away = sum(item["TeamStatus"] == "paused" and item.person("DeputyUser") is None for item in team)
    nobody = 0
    if "Actions" in project.items:
        definition = project.lists["Actions"]
        nobody = sum(
            is_open(definition, item) and item.person("ActionOwner") is None and not item.text("ExternalOwner").strip()
            for item in project.rows("Actions")
        )
    if away or nobody:
        return "amber", _("Away without a deputy: {away}. Actions without an owner: {nobody}.").format(
            away=away, nobody=nobody
        )
    return "green", _("Everybody who is away has a deputy, and every action has an owner.")


def time(project: Project) -> Proposal:
    """Red when a phase gate slips by more than 10 days; amber when anything still to come slips or is overdue."""
    if planning.KEY not in project.items:
        return None, _no_list(project, planning.KEY, _("Plan and milestones"))
    definition = project.lists[planning.KEY]
    ahead = [item for item in project.rows(planning.KEY) if is_awake(definition, item) and item.day("PlanEnd")]
    late = sorted((item for item in ahead if planning.slip(item) > 0), key=lambda item: (-planning.slip(item), item.id))
    gates = [item for item in late if item["MilestoneKind"] == "phase_gate" and planning.slip(item) > SLIP]
    passed = [item for item in ahead if is_overdue(definition, item, project.as_of)]
    if gates:
        return "red", _("The phase gate {number} is {days} days later than planned.").format(
            number=wording.row_number(definition, gates[0]), days=planning.slip(gates[0])
        )
    if late:
        return "amber", _(
            "Milestones later than planned: {count}, {number} most of all (slip in days: {days})."
        ).format(count=len(late), number=wording.row_number(definition, late[0]), days=planning.slip(late[0]))
    if passed:
        return "amber", _("Milestones whose planned day has passed: {count}.").format(count=len(passed))
    return "green", _("No milestone still to come is later than planned.")


def information(project: Project) -> Proposal:
    """Amber when a communication moment is late, red when more than two are."""
    if "CommunicationCalendar" not in project.items:
        return None, _no_list(project, "CommunicationCalendar", _("Communication calendar"))
    definition = project.lists["CommunicationCalendar"]
    late = sum(is_overdue(definition, item, project.as_of) for item in project.rows("CommunicationCalendar"))
    if not late:
        return "green", _("No communication moment is late.")
    return ("red" if late > 2 else "amber"), _("Late communication moments: {count}.").format(count=late)


def quality(project: Project) -> Proposal:
    """From the last phase gate that was decided; nothing before the first."""
    gates = [
        item
        for item in project.rows(planning.KEY)
        if item["MilestoneKind"] == "phase_gate"
        and item["GateResult"] in {"go", "no_go", "conditional"}
        and planning.expected(item) <= project.as_of
    ]
    if not gates:
        return None, _("The lists hold nothing that says how the quality is. Judge this yourself.")
    definition = project.lists[planning.KEY]
    last = max(gates, key=lambda item: (planning.expected(item), item.id))
    result = str(last["GateResult"])
    colours: dict[str, Colour] = {"go": "green", "no_go": "red", "conditional": "amber"}
    return colours[result], _(
        "The last phase gate, {number}, ended in “{result}”. Judge this yourself as well."
    ).format(number=wording.row_number(definition, last), result=wording.label(definition, "GateResult", result))


def _no_list(project: Project, key: str, title: str) -> str:
    return project.absence(key, project.title_of(key, title), "team")
