"""Levers for tests and people at `{web}/_sandbox/` (contract §4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from projectlists.sandbox import apprights, limits, requestlog
from projectlists.sandbox.directory import Directory
from projectlists.sandbox.entra.refusals import RefusalError, Refusals
from projectlists.sandbox.entra.signin import Decision, SignIn
from projectlists.sandbox.faults import Faults, RuleError, parse
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.pages import devicecode
from projectlists.sandbox.pages.devicecode import Outcome
from projectlists.sandbox.requestlog import RequestLog
from projectlists.sandbox.settings import Settings
from projectlists.sandbox.sharepoint import fileholds
from projectlists.sandbox.tenant import Service, Tenant
from projectlists.sandbox.workloads import Workloads

PREFIX: Final = "/_sandbox/"
# Anything else in the Host header is a web page elsewhere that had its name point here.
_OWN_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})

Listing = Callable[[], list[dict[str, Any]]]
Handler = Callable[[Request], Response]


@dataclass(frozen=True)
class Controls:
    """The parts that the controls move; `listings` are further lists to show, such as `mail` and `teams`."""

    tenant: Tenant
    directory: Directory
    settings: Settings
    log: RequestLog
    faults: Faults
    refusals: Refusals
    workloads: Workloads
    reset: Callable[[], None]
    overview: Callable[[], Mapping[str, Any]]
    listings: Mapping[str, Listing]


def make(controls: Controls, pages: Service) -> Service:
    """Make the web service: the controls under their prefix, the people's pages everywhere else."""
    handlers = _handlers(controls)
    allowed: dict[str, list[str]] = {}
    for method, name in handlers:
        allowed.setdefault(name, []).append(method)

    def handle(request: Request) -> Response:
        if request.host not in _OWN_HOSTS:
            return _problem(421, "This address answers as 127.0.0.1 or localhost only.")
        if not request.path.startswith(PREFIX):
            return pages(request)
        name = request.plain_path.removeprefix(PREFIX).strip("/")
        if name not in allowed:
            return _problem(
                404, f"There is no control '{name}'; there are: {', '.join(sorted(filter(None, allowed)))}."
            )
        handler = handlers.get((request.method, name))
        if handler is None:
            return _problem(405, f"'{name}' takes {' and '.join(allowed[name])}.").with_headers(
                ("Allow", ", ".join(allowed[name]))
            )
        return handler(request)

    return handle


def _handlers(controls: Controls) -> dict[tuple[str, str], Handler]:
    tenant, faults = controls.tenant, controls.faults

    def requests(_request: Request) -> Response:
        return Response.of_json(requestlog.read(tenant.folder))

    def forget_requests(_request: Request) -> Response:
        controls.log.clear()
        return Response(204)

    def reset(_request: Request) -> Response:
        controls.reset()
        return Response(204)

    def clock(_request: Request) -> Response:
        return Response.of_json({"now": tenant.clock.now().isoformat()})

    def set_clock(request: Request) -> Response:
        try:
            moment = datetime.fromisoformat(request.json()["now"])
        except (ValueError, KeyError, TypeError):
            return _problem(400, 'The clock takes {"now": "2026-11-30T09:00:00+01:00"}; without an offset it is UTC.')
        tenant.clock.set(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        controls.settings.set("clock_offset_seconds", repr(tenant.clock.offset_seconds))
        return clock(request)

    def show_faults(_request: Request) -> Response:
        return Response.of_json(faults.overview())

    def add_faults(request: Request) -> Response:
        try:
            rules = parse(request.json())
        except RuleError as error:
            return _problem(400, str(error))
        except ValueError:
            return _problem(400, "Faults are a JSON list of rules.")
        faults.add(rules)
        return show_faults(request)

    def show_limits(_request: Request) -> Response:
        return Response.of_json(limits.show(tenant))

    def set_limits(request: Request) -> Response:
        try:
            limits.change(tenant, request.json())
        except ValueError as error:
            return _problem(400, _reason(error, "Limits are a JSON object."))
        return show_limits(request)

    def show_rights(request: Request) -> Response:
        app_id = request.options.get("app_id", str(controls.overview()["client_id"]))
        return Response.of_json(apprights.show(controls.directory, app_id))

    def set_rights(request: Request) -> Response:
        try:
            client_id = str(controls.overview()["client_id"])
            app_id = apprights.change(controls.directory, tenant.clock, client_id, request.json())
        except ValueError as error:
            return _problem(400, _reason(error, "Rights are a JSON object."))
        return Response.of_json(apprights.show(controls.directory, app_id))

    def lift_faults(_request: Request) -> Response:
        faults.clear()
        return Response(204)

    def show_locks(_request: Request) -> Response:
        return Response.of_json(fileholds.locks(tenant.store))

    def add_lock(request: Request) -> Response:
        try:
            given = request.json()
            file, by = given["file"], given["by"]
        except (ValueError, KeyError, TypeError):
            file = by = None
        if not isinstance(file, str) or not isinstance(by, str):
            return _problem(400, 'A lock is {"file": "/sites/demo/Shared Documents/a.docx", "by": "somebody@…"}.')
        fileholds.lock(tenant.store, file, by)
        return show_locks(request)

    def lift_locks(_request: Request) -> Response:
        fileholds.unlock_all(tenant.store)
        return Response(204)

    def listing(made: Listing) -> Handler:
        return lambda _request: Response.of_json(made())

    sign_in = SignIn(tenant.store, tenant.clock)
    return {
        ("GET", ""): lambda _request: Response.of_json(controls.overview()),
        ("GET", "requests"): requests,
        ("DELETE", "requests"): forget_requests,
        ("POST", "reset"): reset,
        ("GET", "clock"): clock,
        ("POST", "clock"): set_clock,
        ("GET", "faults"): show_faults,
        ("POST", "faults"): add_faults,
        ("DELETE", "faults"): lift_faults,
        **_refusals(controls.refusals),
        ("GET", "limits"): show_limits,
        ("POST", "limits"): set_limits,
        ("GET", "locks"): show_locks,
        ("POST", "locks"): add_lock,
        ("DELETE", "locks"): lift_locks,
        ("GET", "rights"): show_rights,
        ("POST", "rights"): set_rights,
        ("GET", "devicecode"): lambda request: devicecode.page(
            tenant, controls.directory, request, sign_in.waiting_devices()
        ),
        ("POST", "devicecode"): lambda request: _decide_device(request, sign_in, tenant, controls.directory),
        **{("GET", name): answer for name, answer in controls.workloads.endpoints().items()},
        **{("GET", name): listing(made) for name, made in controls.listings.items()},
    }


def _refusals(refusals: Refusals) -> dict[tuple[str, str], Handler]:
    def show(_request: Request) -> Response:
        return Response.of_json(refusals.show())

    def add(request: Request) -> Response:
        try:
            refusals.add(request.json())
        except ValueError as error:
            return _problem(400, _reason(error, "Refusals are a JSON list of rules."))
        return show(request)

    def lift(_request: Request) -> Response:
        refusals.clear()
        return Response(204)

    return {("GET", "refusals"): show, ("POST", "refusals"): add, ("DELETE", "refusals"): lift}


def _decide_device(request: Request, sign_in: SignIn, tenant: Tenant, directory: Directory) -> Response:
    """Approve or decline a device sign-in: JSON from a test, or the form of the page.

    `user_code`, `upn` (of who signs in) and `action`: approve (default) or decline.
    """
    from_page = not request.headers.get("Content-Type").startswith("application/json")
    try:
        given = dict(parse_qsl(request.body.decode())) if from_page else request.json()
        user_code, action = str(given["user_code"]), given.get("action", "approve")
        upn = given.get("upn")
    except (ValueError, KeyError, TypeError, AttributeError):
        return _problem(400, "A device sign-in takes user_code, upn and action (approve or decline).")
    decision: Decision = "decline" if action == "decline" else "approve"
    if action != decision:
        return _problem(400, "The action is approve or decline.")
    person = directory.user(upn) if isinstance(upn, str) else None
    if decision == "approve" and (person is None or not person.enabled):
        return _problem(400, "Approving needs the upn of somebody who can sign in.")
    decided = sign_in.decide_device(user_code, decision, person.upn if person else None)
    if from_page:
        outcome: Outcome = decision if decided else "unknown"
        return devicecode.page(tenant, directory, request, sign_in.waiting_devices(), outcome)
    return Response(204) if decided else _problem(404, "No sign-in waits under that code.")


def _reason(error: ValueError, otherwise: str) -> str:
    """What is wrong in words for a person; a body that is no JSON has none of its own."""
    return str(error) if isinstance(error, limits.LimitError | apprights.RightsError | RefusalError) else otherwise


def _problem(status: int, message: str) -> Response:
    return Response.of_json({"error": message}, status)
