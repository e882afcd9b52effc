"""JOB one site: read, compare, show, guard, apply, read back.

Every apply ends with a second plan that is empty, or names what did not stick. Running it again resumes
(architecture.md decision 4): an answer that was lost, or a refusal of work that was done all the same, is healed by
reading back and one more round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from projectlists.definitions.model import Definitions
from projectlists.errors import (
    AccessRefused,
    FarEndError,
    NotConfirmed,
    PlanChanged,
    PlanRefused,
    ProjectListsError,
)
from projectlists.farend.sharepoint import SharePointSite
from projectlists.farend.tabs import ChannelTabs
from projectlists.language import _
from projectlists.provisioning.applying import carry_out
from projectlists.provisioning.looking import AS_REMEMBERED, Wish, look
from projectlists.provisioning.undoing import Undo, undo_of
from projectlists.structure.plan import MOST_COLUMNS_TOUCHED, Plan

__all__ = ["Alike", "SiteResult", "Wish", "plan_site", "planned", "provision"]

ROUNDS = 2
"""How often a plan is carried out before what is left is called what did not stick."""


@dataclass(frozen=True)
class SiteResult:
    """One site's line in a result. `failure` is the error itself, whose text is `error`."""

    site: str
    ok: bool
    plan: Plan = field(default_factory=Plan)
    applied: int = 0
    failure: ProjectListsError | None = None

    @property
    def error(self) -> str | None:
        """What went wrong, in one sentence."""
        return None if self.failure is None else str(self.failure)

    def as_json(self) -> dict[str, Any]:
        """As in a JSON result (contract.md §3)."""
        return {
            "site": self.site,
            "ok": self.ok,
            "error": self.error,
            "fingerprint": self.plan.fingerprint,
            "changes": [change.as_json() for change in self.plan.changes],
            "applied": self.applied,
        }


class Alike:
    """Plans of many sites, of which each is kept once: most sites of a fleet need the same one."""

    def __init__(self) -> None:
        self._plans: dict[Plan, Plan] = {}

    def kept(self, result: SiteResult) -> SiteResult:
        """The result with the plan that an earlier site had, where that is the same."""
        return replace(result, plan=self._plans.setdefault(result.plan, result.plan))


def plan_site(
    site: SharePointSite,
    definitions: Definitions,
    wish: Wish = AS_REMEMBERED,
    fallback: Wish = AS_REMEMBERED,
    channel: ChannelTabs | None = None,
) -> Plan:
    """What `provision` would change; writes nothing. One request, more only where a site speaks both languages.

    A wish that is not stated comes from the site's own settings, then from `fallback` (the site table), then, for the
    language, from the site itself.

    Raises:
        UsageError: there is no profile to go by, or an unknown list is asked for.
        FarEndError: the site cannot be read.
    """
    return look(site, definitions, wish, fallback, channel).plan


def planned(
    site: SharePointSite,
    definitions: Definitions,
    wish: Wish = AS_REMEMBERED,
    fallback: Wish = AS_REMEMBERED,
    channel: ChannelTabs | None = None,
) -> SiteResult:
    """`plan_site` as a line in a result: an error is a line too."""
    try:
        plan = plan_site(site, definitions, wish, fallback, channel)
    except ProjectListsError as error:
        return SiteResult(site.url, ok=False, failure=error)
    return SiteResult(site.url, ok=not plan.refusals, plan=plan, failure=_refused(plan))


def provision(
    site: SharePointSite,
    definitions: Definitions,
    wish: Wish = AS_REMEMBERED,
    fallback: Wish = AS_REMEMBERED,
    channel: ChannelTabs | None = None,
    *,
    confirm: Callable[[Plan], bool] | None = None,
    fingerprint: str | None = None,
    force: bool = False,
    keep: Callable[[Undo], None] | None = None,
) -> SiteResult:
    """Make a site as declared. Never raises an expected error: it stands in the result.

    `channel` gets a tab for each list, where the site has one; without the right to it the lists are made all the same.
    `confirm` is asked once, when there is something to do; None stands for yes. `fingerprint` is the plan that was
    approved earlier: any other plan is not carried out. `force` lets a plan through that changes more than
    20 existing columns. `keep` gets the values of rows that are going to be rewritten, before anything is written.
    """
    plan = Plan()
    applied = 0
    try:
        target = look(site, definitions, wish, fallback, channel)
        plan = target.plan
        _guard(plan, confirm, fingerprint, force=force)
        for _round in range(ROUNDS):
            if not target.plan.work:
                break
            if target.rewrites and keep is not None:
                keep(undo_of(site.url, target.rewrites, target.survey.shape))
            failures = carry_out(site, target, channel)
            target = look(site, definitions, wish, fallback, channel)
            if not target.plan.work:
                break
        applied = len(set(plan.work) - set(target.plan.work))
        if target.plan.work:
            raise _did_not_stick(target.plan, failures)
    except ProjectListsError as error:
        return SiteResult(site.url, ok=False, plan=plan, applied=applied, failure=error)
    return SiteResult(site.url, ok=not plan.refusals, plan=plan, applied=applied, failure=_refused(plan))


def _guard(plan: Plan, confirm: Callable[[Plan], bool] | None, fingerprint: str | None, *, force: bool) -> None:
    if fingerprint is not None and fingerprint != plan.fingerprint:
        raise PlanChanged(
            _(
                "Plan {approved} is out of date: the site or the definitions have changed. Look at the new plan, "
                "{present}, first."
            ).format(approved=fingerprint, present=plan.fingerprint)
        )
    if not plan.work:
        return
    if plan.too_large and not force:
        raise PlanRefused(
            _(
                "The plan changes {count} existing columns, more than {most}. If that is what you want, add --force."
            ).format(count=plan.columns_touched, most=MOST_COLUMNS_TOUCHED)
        )
    if confirm is not None and not confirm(plan):
        raise NotConfirmed(_("Nothing was changed."))


def _did_not_stick(plan: Plan, failures: Sequence[FarEndError]) -> ProjectListsError:
    left = [
        f"{change.list}/{change.name}" + (f" ({change.attribute})" if change.attribute else "") for change in plan.work
    ]
    shown = ", ".join(left[:10])
    if failures and all(change.kind == "tab" for change in plan.work):
        return PlanRefused(str(failures[-1]))
    if plan.only_around and any(isinstance(error, AccessRefused) for error in failures):
        return AccessRefused(
            _(
                "The lists are as they should be, but this app may not do the rest: {changes}. An administrator can "
                "give it the role fullcontrol on this site; then run again."
            ).format(changes=_around(plan))
        )
    reason = next((str(error) for error in failures), "")
    sentence = _("SharePoint did not keep {count} of the changes: {changes}. {reason}")
    return PlanRefused(sentence.format(count=len(left), changes=shown, reason=reason).strip())


def _around(plan: Plan) -> str:
    """What is left around the lists, in words: permissions (Stakeholders, BudgetLines); links (Actions)."""
    words = {"permission": _("permissions"), "navigation": _("links on the site"), "tab": _("tabs")}
    lists = {kind: list(dict.fromkeys(change.list for change in plan.work if change.kind == kind)) for kind in words}
    return "; ".join(f"{words[kind]} ({', '.join(keys)})" for kind, keys in lists.items() if keys)


def _refused(plan: Plan) -> ProjectListsError | None:
    if not plan.refusals:
        return None
    return PlanRefused(" ".join(dict.fromkeys(change.reason for change in plan.refusals)))
