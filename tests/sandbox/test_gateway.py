"""Routing, the request log, faults inside batches, the budget of resource units."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from projectlists.sandbox import requestlog
from projectlists.sandbox.budget import Budget
from projectlists.sandbox.clock import Clock
from projectlists.sandbox.faults import Faults, parse
from projectlists.sandbox.gateway import Gateway
from projectlists.sandbox.http import Headers, Request, Response
from projectlists.sandbox.requestlog import RequestLog, struck_out
from projectlists.sandbox.store import Store
from projectlists.sandbox.tenant import Tenant

SHAREPOINT, GRAPH = "lindervoort.sharepoint.com", "graph.microsoft.com"
BATCH = Request("POST", SHAREPOINT, "/sites/demo/_api/$batch")


class Bench:
    """A gateway with a service that carries out a batch of two, and answers anything else with 200."""

    def __init__(self, folder: Path, units: int | None = None) -> None:
        self.tenant = Tenant("lindervoort", "t-1", folder, Store(folder / "x.sqlite"), Clock())
        self.tenant.resource_units_per_minute = units
        self.folder, self.faults, self.log = folder, Faults(), RequestLog(folder)
        self.done: list[str] = []
        services = {SHAREPOINT: self.serve, GRAPH: self.serve}
        self.gateway = Gateway(self.tenant, services, self.log, self.faults)

    def serve(self, request: Request) -> Response:
        if request.path == "/fail":
            raise RuntimeError("broken")
        if not request.path.endswith("$batch"):
            self.done.append(request.path)
            return Response.of_text("fine")
        number, statuses = self.tenant.new_batch_number(), []
        for method, path in (("GET", "/one"), ("MERGE", "/two")):
            inner = request.inner(method=method, path=path, query="", headers=Headers(), body=b"", batch=number)
            statuses.append(self.tenant.handle(inner).status)
        return Response.of_text(" ".join(map(str, statuses)))

    def rule(self, **rule: object) -> None:
        self.faults.add(parse([rule]))

    def close(self) -> None:
        self.log.close()
        self.tenant.store.close()


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(units: int | None = None) -> Bench:
        made.append(Bench(tmp_path, units))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def test_unknown_host(bench: Bench) -> None:
    assert bench.gateway.handle(Request("GET", "localhost", "/")).status == 421


def test_hosts_have_no_case(bench: Bench) -> None:
    assert bench.gateway.handle(Request("GET", "Graph.Microsoft.com", "/v1.0/users")).status == 200


def test_log_in_order_of_arrival_with_batch_numbers(bench: Bench) -> None:
    for _ in range(2):
        bench.gateway.handle(BATCH)
    entries = requestlog.read(bench.folder)
    seen = [(entry["number"], entry["method"], entry["path"], entry["batch"]) for entry in entries]
    assert seen == [
        (1, "POST", "/sites/demo/_api/$batch", None),
        (2, "GET", "/one", 1),
        (3, "MERGE", "/two", 1),
        (4, "POST", "/sites/demo/_api/$batch", None),
        (5, "GET", "/one", 2),
        (6, "MERGE", "/two", 2),
    ]
    # "200 200" is the answer of the batch, "fine" of an operation.
    assert [entry["bytes"] for entry in entries[:3]] == [7, 4, 4]


def test_log_holds_the_effective_method_and_no_secrets(bench: Bench) -> None:
    tunnelled = Request("POST", SHAREPOINT, "/x", "sig=a%2Fb&code=c&x=sig", Headers([("X-HTTP-Method", "merge")]))
    bench.gateway.handle(tunnelled)
    (entry,) = requestlog.read(bench.folder)
    assert set(entry) == {"number", "host", "method", "path", "status", "ms", "bytes", "batch", "time"}
    assert (entry["method"], entry["path"]) == ("MERGE", "/x?sig=...&code=...&x=sig")


def test_log_can_be_emptied(bench: Bench) -> None:
    bench.gateway.handle(Request("GET", GRAPH, "/a"))
    bench.log.clear()
    assert requestlog.read(bench.folder) == []
    bench.gateway.handle(Request("GET", GRAPH, "/b"))
    assert [entry["path"] for entry in requestlog.read(bench.folder)] == ["/b"]


@pytest.mark.parametrize(
    ("target", "shown"),
    [("/x?SIG=abc", "/x?SIG=..."), ("/x?a=1&access_token=q", "/x?a=1&access_token=..."), ("/sig=x", "/sig=x")],
)
def test_struck_out(target: str, shown: str) -> None:
    assert struck_out(target) == shown


def test_a_fault_on_an_operation(bench: Bench) -> None:
    bench.rule(method="MERGE", path="two", do="status:503")
    assert bench.gateway.handle(BATCH).body == b"200 503"
    assert bench.done == ["/one"]


def test_a_fault_after_an_operation(bench: Bench) -> None:
    bench.rule(path="two", do="status:409-after")
    assert bench.gateway.handle(BATCH).body == b"200 409"
    assert bench.done == ["/one", "/two"]


def test_a_reset_on_an_operation_cuts_the_connection_of_its_batch(bench: Bench) -> None:
    bench.rule(path="one", do="reset-after")
    assert bench.gateway.handle(BATCH).reset
    assert bench.done[0] == "/one"
    assert [entry["status"] for entry in requestlog.read(bench.folder)][:2] == [0, 0]
    assert not bench.gateway.handle(BATCH).reset


def test_a_defect_is_the_sandboxs_own(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = bench.gateway.handle(Request("GET", GRAPH, "/fail"))
    assert (answer.status, b"SandboxDefect" in answer.body) == (500, True)
    assert "defect in the sandbox" in caplog.text


def test_operations_of_a_batch_are_charged_one_by_one(make_bench: Callable[..., Bench]) -> None:
    # sharepoint-rest.md §1.6; 2 units each, so 3 units pay for one.
    bench = make_bench(units=3)
    assert bench.gateway.handle(BATCH).body == b"200 429"
    answer = bench.gateway.handle(Request("GET", SHAREPOINT, "/x"))
    headers = dict(answer.headers)
    assert (answer.status, headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == (429, "3", "0")
    assert 1 <= int(headers["Retry-After"]) <= 60
    assert headers["RateLimit-Reset"] == headers["Retry-After"]
    # Graph has a budget of its own.
    assert bench.gateway.handle(Request("GET", GRAPH, "/x")).status == 200


def test_no_budget_without_a_limit(bench: Bench) -> None:
    answers = [bench.gateway.handle(Request("GET", SHAREPOINT, "/x")) for _ in range(700)]
    assert {answer.status for answer in answers} == {200}
    assert answers[-1].headers == answers[0].headers


def test_budget_warns_from_80_percent_and_starts_anew_each_minute() -> None:
    now = 1000.0
    budget = Budget(10, lambda: now)
    # 2, 4, 6 of 10 units: silent. 8 is 80 %.
    assert [budget.charge(2).headers for _ in range(3)] == [(), (), ()]
    now = 1010.5
    assert dict(budget.charge(2).headers) == {
        "RateLimit-Limit": "10",
        "RateLimit-Remaining": "2",
        "RateLimit-Reset": "50",
    }
    assert not budget.charge(2).refused
    refused = budget.charge(2)
    assert refused.refused
    assert dict(refused.headers)["Retry-After"] == "50"
    # A batch itself costs nothing, but does not get in when nothing is left.
    assert budget.charge(0).refused
    now = 1060.0
    assert budget.charge(2) == Budget(10, lambda: now).charge(2)
