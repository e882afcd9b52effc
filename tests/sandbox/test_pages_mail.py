"""Mail, cards and the request log on the pages, through a tenant with a mailbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from projectlists.sandbox.http import Request
from projectlists.sandbox.pages import devicecode
from projectlists.sandbox.requestlog import Entry, RequestLog
from projectlists.sandbox.teams.service import HOST, Workflow
from projectlists.sandbox.teams.service import make as make_workflow
from tests.sandbox.graph_tenant import MAILBOX, Graph, letter
from tests.sandbox.page_visitor import Visitor, parsed

EVIL = "<p style='color:red'>Dag</p><script>alert(1)</script><a href='javascript:alert(1)'>kwaad</a>"
ROW = "https://lindervoort.sharepoint.com/sites/demo/Lists/Acties/DispForm.aspx?ID=1"


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    made = Graph(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def workflow(graph: Graph) -> Workflow:
    team = graph.directory.add_team("Team Projecten")
    return Workflow(team.id, graph.directory.add_channel(team.id, "Algemeen").id, "secret")


@pytest.fixture
def visitor(graph: Graph) -> Visitor:
    return Visitor(graph.tenant, graph.directory)


def send(graph: Graph, to: str, **message: object) -> None:
    answer = graph.call("POST", f"{graph.base}/sendMail", {"message": letter(to, **message), "saveToSentItems": True})
    assert answer.status == 202
    graph.clock.advance(seconds=5)


def test_what_was_delivered_stands_newest_first_and_per_person(graph: Graph, visitor: Visitor) -> None:
    send(graph, "anne@gemeente.example", subject="Eerste")
    send(graph, "chris@gemeente.example", subject="Tweede")
    page = visitor.see("/mail")
    assert [one.text for one in page.main.all("h3")] == ["Tweede", "Eerste"]
    only = visitor.see("/mail?to=anne@gemeente.example")
    assert [one.text for one in only.main.all("h3")] == ["Eerste"]
    assert page.link("Eerste") == "/mail/delivered/1"
    assert page.link("Bezorgd 2") == "/mail"
    assert page.link("Verzonden items 2") == f"/mail/{MAILBOX}/sentitems"


def test_folders_show_drafts_and_what_was_sent(graph: Graph, visitor: Visitor) -> None:
    graph.draft(subject="Nog niet af")
    send(graph, "anne@gemeente.example", subject="Weg")
    drafts, sent = (visitor.see(f"/mail/{MAILBOX}/{folder}") for folder in ("drafts", "sentitems"))
    assert [one.text for one in drafts.main.all("h3")] == ["Nog niet af concept"]
    assert [one.text for one in sent.main.all("h3")] == ["Weg"]
    inside = visitor.see(drafts.link("Nog niet af"))
    assert inside.main.one("h1").text == "Nog niet af concept"
    visitor.see(f"/mail/{MAILBOX}/nope", status=404)


def test_a_letter_is_shown_in_a_frame_without_rights(graph: Graph, visitor: Visitor) -> None:
    body = {"contentType": "HTML", "content": f"{EVIL}<a href='{ROW}'>Bel Piet</a>"}
    headers = [{"name": "x-kind", "value": "<b>digest</b>"}]
    send(graph, "anne@gemeente.example", subject="<b>Let op</b>", body=body, internetMessageHeaders=headers)
    page = visitor.see("/mail/delivered/1")
    frame = page.main.one("iframe")
    # No word in `sandbox`: no scripts, no forms, no way out.
    assert frame.attributes["sandbox"] == ""
    assert frame.attributes["title"]
    assert frame.attributes["srcdoc"] == body["content"]
    assert not page.root.all("script")
    assert page.main.one("h1").text == "<b>Let op</b>"
    assert page.main.one("pre").text == "Dag kwaadBel Piet"
    assert ["x-kind", "<b>digest</b>"] in page.table("Kopregels en kenmerken")
    assert page.link("Bel Piet") == "/sites/demo/Lists/Acties/DispForm.aspx?ID=1"
    assert not [one for one in page.root.all("a") if "javascript" in one.attributes["href"]]
    policy = page.headers.get("Content-Security-Policy")
    assert "default-src 'none'; style-src 'self' 'unsafe-inline'" in policy


def test_cards_and_failed_posts_are_shown(graph: Graph, workflow: Workflow, visitor: Visitor) -> None:
    service = make_workflow(graph.tenant, workflow)
    path, _, query = workflow.url.removeprefix(f"https://{HOST}:443").partition("?")
    card = {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": "Drie acties"}]}
    card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": ROW}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    for body in ({"attachments": [attachment]}, {"text": "zonder kaart"}):
        service(Request("POST", HOST, path, query, body=json.dumps(body).encode()))
    page = visitor.see("/teams")
    article = page.main.one("article")
    assert article.one("h2").text.startswith("Team Projecten › Algemeen")
    assert "Drie acties" in article.text
    assert page.link("Open") == "/sites/demo/Lists/Acties/DispForm.aspx?ID=1"
    assert "is of type 'Null'" in page.main.one("section").text


def test_the_log_folds_batches_and_filters(graph: Graph, visitor: Visitor) -> None:
    log = RequestLog(graph.tenant.folder)
    time = "2026-11-24T07:00:00.000+00:00"
    sharepoint = "lindervoort.sharepoint.com"
    entries = (
        Entry(1, "graph.microsoft.com", "GET", "/v1.0/me?x=<b>", 200, 1.4, 10, None, time),
        Entry(2, sharepoint, "POST", "/sites/demo/_api/$batch", 200, 9.0, 2000, None, time),
        Entry(3, sharepoint, "GET", "/sites/demo/_api/web", 200, 1.0, 10, 1, time),
        Entry(4, sharepoint, "DELETE", "/sites/demo/_api/web/lists", 404, 1.0, 10, 1, time),
        Entry(5, sharepoint, "GET", "/sites/demo/_api/web", 0, 1.0, 0, None, time),
    )
    for entry in entries:
        log.add(entry)
    log.close()
    page = visitor.see("/requests?order=oldest")
    assert "3 verzoeken, 2 bewerkingen." in page.main.text
    lines = [[cell.text for cell in row.all("th", "td")] for row in page.main.one("table", class_="log").all("tr")]
    assert lines[1] == ["1", "08:00:00", "GET", "graph.microsoft.com /v1.0/me?x=<b>", "200 OK", "1", "10 B"]
    batch = page.main.one("details")
    assert batch.one("summary").text == "Batch 1: 2 bewerkingen, 1 mislukt"
    assert page.table("Batch 1")[2] == ["4", "DELETE", "/sites/demo/_api/web/lists", "404 Not Found", "1"]
    assert "verbinding verbroken" in page.main.text
    newest = visitor.see("/requests").main.one("table", class_="log").all("tr")
    assert newest[1].all("th")[0].text == "5"
    failed = visitor.see("/requests?failed=1&host=graph.microsoft.com")
    assert "Geen verzoeken." in failed.main.text
    assert failed.main.one("option", selected="").text == "graph.microsoft.com"


def test_the_log_comes_in_pages(graph: Graph, visitor: Visitor) -> None:
    log = RequestLog(graph.tenant.folder)
    for number in range(1, 61):
        log.add(Entry(number, "h", "GET", "/", 200, 1.0, 1, None, "2026-11-24T07:00:00.000+00:00"))
    log.close()
    page = visitor.see("/requests?order=oldest&page=2")
    rows = page.main.one("table", class_="log").all("tr")
    assert [row.all("th")[0].text for row in rows[1:]] == [str(number) for number in range(51, 61)]
    assert page.link("Vorige pagina") == "/requests?order=oldest&page=1"


def test_the_page_for_codes_offers_who_waits_and_who_may(graph: Graph) -> None:
    request = Request("GET", "127.0.0.1", devicecode.PATH, "lang=en")
    answer = devicecode.page(graph.tenant, graph.directory, request, ("ABC-123",), "unknown")
    root = parsed(answer.body.decode())
    assert root.one("input", name="user_code").attributes["value"] == "ABC-123"
    people = [one.attributes["value"] for one in root.one("select", name="upn").all("option")]
    assert people == ["anne@gemeente.example", "chris@gemeente.example"]
    assert root.one("div", role="status").text == "No sign-in is waiting for that code."
