"""The one way in: from a request to the service of its host, through faults, the budget and the log.

Operations of a batch come back through it too (`Tenant.handle`), so that rules, throttling and the log see each one.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from projectlists.sandbox import failures
from projectlists.sandbox.budget import UNITS_PER_OPERATION, Budget
from projectlists.sandbox.faults import Action, Faults
from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.requestlog import Entry, RequestLog, struck_out
from projectlists.sandbox.tenant import Service, Tenant

_CUT: Final = Response(0, reset=True)
_log = logging.getLogger(__name__)


@dataclass
class _Batch:
    """The request with a batch that a thread is working on."""

    cut: bool = False


class Gateway:
    """Routes by host. Sets itself as the tenant's way back for operations of batches."""

    def __init__(self, tenant: Tenant, services: Mapping[str, Service], log: RequestLog, faults: Faults) -> None:
        self._tenant = tenant
        self._services = services
        self._log = log
        self._faults = faults
        self._batches = itertools.count(1)
        self._under_way = threading.local()
        self._budget: Budget | None = None
        tenant.handle = self._inner
        tenant.new_batch_number = lambda: next(self._batches)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that exist; nothing else may be reached."""
        return frozenset(self._services)

    def handle(self, request: Request) -> Response:
        """Answer a request from outside; an answer with `reset` cuts the connection."""
        request = replace(request, host=request.host.lower())
        batch = self._under_way.batch = _Batch()
        try:
            return self._logged(request, batch)
        finally:
            self._under_way.batch = None

    def refused_tunnel(self, host: str) -> None:
        """Note an attempt to reach a host that does not exist here."""
        self._log.add(Entry(self._log.arrive(), host, "CONNECT", "", 403, 0.0, 0, None, self._now()))

    def restart(self) -> None:
        """Count batches from 1 again and give the whole budget back."""
        self._batches = itertools.count(1)
        self._budget = None

    def _inner(self, request: Request) -> Response:
        return self._logged(request, None)

    def _logged(self, request: Request, outer: _Batch | None) -> Response:
        number, arrived, started = self._log.arrive(), self._now(), time.perf_counter()
        answer = self._answer(request)
        batch = getattr(self._under_way, "batch", None)
        if outer is None and answer.reset and batch is not None:
            batch.cut = True
        if outer is not None and outer.cut:
            # A cut on an operation is a cut of the connection that carries its batch.
            answer = _CUT
        entry = Entry(
            number=number,
            host=request.host,
            method=request.effective_method,
            path=struck_out(request.target),
            status=0 if answer.reset else answer.status,
            ms=round((time.perf_counter() - started) * 1000, 2),
            bytes=len(answer.body),
            batch=request.batch,
            time=arrived,
        )
        self._log.add(entry)
        return answer

    def _answer(self, request: Request) -> Response:
        action = self._faults.take(request)
        if action is None:
            return self._charged(request)
        if action.kind == "delay":
            time.sleep(action.milliseconds / 1000)
            return self._charged(request)
        if action.late:
            self._charged(request)
        return self._failed(request, action)

    def _failed(self, request: Request, action: Action) -> Response:
        if action.kind == "reset":
            return _CUT
        if action.kind == "token-expired":
            return failures.expired_token(request, self._tenant)
        return failures.failure(request, action.status, self._tenant)

    def _charged(self, request: Request) -> Response:
        budget = self._current_budget()
        if budget is None or request.host not in {self._tenant.sharepoint_host, self._tenant.admin_host}:
            return self._served(request)
        carries_batch = request.plain_path.lower().endswith("/_api/$batch")
        charge = budget.charge(0 if carries_batch else UNITS_PER_OPERATION)
        if charge.refused:
            return Response.of_text("429 TOO MANY REQUESTS", 429).with_headers(*charge.headers)
        return self._served(request).with_headers(*charge.headers)

    def _current_budget(self) -> Budget | None:
        """The budget in force; a limit that was set anew starts a new one."""
        units = self._tenant.resource_units_per_minute
        budget = self._budget
        if units is None or budget is None or budget.units_per_minute != units:
            budget = self._budget = Budget(units) if units else None
        return budget

    def _served(self, request: Request) -> Response:
        service = self._services.get(request.host)
        if service is None:
            message = {"error": {"code": "MisdirectedRequest", "message": f"There is no host {request.host} here."}}
            return Response.of_json(message, 421)
        try:
            return service(request)
        except Exception:
            _log.exception("%s %s: defect in the sandbox", request.effective_method, request.host)
            return failures.defect(request)

    def _now(self) -> str:
        return self._tenant.clock.now().isoformat(timespec="milliseconds")
