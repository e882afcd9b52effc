"""The one door: one sign-in, one name, one counter, and Graph beside SharePoint."""

from __future__ import annotations

import re

from office365.graph_client import GraphClient

from projectlists.farend.batch import Operation
from projectlists.farend.tenant import Tenant, user_agent
from tests.far_end import FarEnd


def test_traffic_is_named_as_the_service_wants() -> None:
    # sharepoint-rest.md §1.3: NONISV|Company|AppName/Version
    assert re.fullmatch(r"NONISV\|projectlists\|projectlists/[\w.]+", user_agent())


def test_a_site_is_one_object(far_end: FarEnd) -> None:
    tenant = Tenant(far_end.config)
    assert tenant.site(far_end.url) is tenant.site(far_end.url + "/")


def test_one_read_is_one_request_with_nothing_before_it(far_end: FarEnd) -> None:
    # bug 24: the client would POST contextinfo before a read
    site = far_end.open()
    (answer,) = site.run([Operation("GET", "web", query={"$select": "Title"})])
    assert answer.checked().entity["Title"]
    assert [entry["path"].rsplit("/", 1)[1] for entry in far_end.log()] == ["$batch", "web?$select=Title"]
    # contract.md §3; sign-in is not counted
    assert far_end.tenant.traffic.as_json() == {"requests": 1, "operations": 1, "throttled": 0, "retried": 0}


def test_both_services_are_counted_together(far_end: FarEnd) -> None:
    site = far_end.open()
    site.run([Operation("GET", "web")] * 12)
    graph = far_end.tenant.graph()
    assert isinstance(graph, GraphClient)
    user = graph.users[far_end.ready["users"][0]["upn"]].get().execute_query()
    assert user.user_principal_name == far_end.ready["users"][0]["upn"]
    # "a $batch of 12 is 1 request and 12 operations" (contract.md §3)
    assert far_end.tenant.traffic.as_json() == {"requests": 2, "operations": 13, "throttled": 0, "retried": 0}


def test_all_sites_and_graph_share_one_sign_in(far_end: FarEnd) -> None:
    first = far_end.open()
    first.about()
    far_end.tenant.site(f"{far_end.ready['sharepoint']}/sites/demo").run([Operation("GET", "web")])
    far_end.tenant.graph().users.get().top(1).execute_query()
    sign_ins = [entry["method"] for entry in far_end.log(host="login.microsoftonline.com")]
    assert sign_ins.count("POST") == 2  # one token for each service
    assert sign_ins.count("GET") == 1  # one discovery


def test_a_token_that_the_service_no_longer_takes(far_end: FarEnd) -> None:
    site = far_end.open()
    site.about()
    far_end.faults(
        {"host": "lindervoort.sharepoint.com", "path": r"\$batch", "do": "token-expired"},
        {"host": "lindervoort.sharepoint.com", "method": "POST", "path": "/web/lists$", "do": "token-expired"},
    )
    (made,) = site.run([Operation("POST", "web/lists", {"Title": "Een", "BaseTemplate": 100})])
    assert made.status == 201
    assert far_end.tenant.traffic.retried == 2
