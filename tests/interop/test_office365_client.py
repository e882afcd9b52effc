"""office365-rest-python-client, unmodified and with its own sign-in, for SharePoint lists and Graph mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msal
import pytest
from office365.graph_client import GraphClient
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.exceptions import DuplicatedObjectException
from office365.runtime.paths.service_operation import ServiceOperationPath
from office365.sharepoint.attachments.creation_information import AttachmentCreationInformation
from office365.sharepoint.changes.query import ChangeQuery
from office365.sharepoint.client_context import ClientContext
from office365.sharepoint.fields.user_value import FieldUserValue
from office365.sharepoint.listitems.caml.query import CamlQuery
from office365.sharepoint.listitems.listitem import ListItem
from office365.sharepoint.lists.creation_information import ListCreationInformation
from office365.sharepoint.lists.templates.type import ListTemplateType
from office365.sharepoint.webs.creation_information import WebCreationInformation

from tests.interop.led import environment_of
from tests.sandbox.conftest import Sandbox

NOOR = "noor.lindeveld@gemeente.example"


@pytest.fixture(autouse=True)
def led(sandbox: Sandbox) -> Iterator[None]:
    with environment_of(sandbox):
        yield


@pytest.fixture
def site(sandbox: Sandbox) -> ClientContext:
    ready = sandbox.ready
    return ClientContext(sandbox.site).with_client_certificate(
        ready["tenant_id"], ready["client_id"], ready["thumbprint"], cert_path=ready["certificate"]
    )


@pytest.fixture
def actions(site: ClientContext, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A list of the test's own with a few columns."""
    wanted = ListCreationInformation(Title=request.node.name, BaseTemplate=ListTemplateType.GenericList)
    made = site.web.lists.add(wanted)
    site.execute_query()
    made.fields.add_number("Aantal")
    site.execute_query()
    made.fields.add_choice_field("Stand", ["Open", "Klaar"])
    site.execute_query()
    made.fields.add_user_field("Eigenaar")
    site.execute_query()
    made.fields.add_datetime("Deadline")
    site.execute_query()
    yield made
    site._queries.clear()
    made.delete_object().execute_query()


def test_site(site: ClientContext, sandbox: Sandbox) -> None:
    web = site.web.get().select(["Title", "Url"]).expand(["RegionalSettings/TimeZone"]).execute_query()
    assert (web.url, web.title) == (sandbox.site, "Demo")
    web.set_property("Description", "Gezet door de client").update().execute_query()
    assert site.web.get().execute_query().properties["Description"] == "Gezet door de client"
    # sharepoint-rest.md §1.4: contextInfo goes before the first request of every context.
    paths = [entry["path"] for entry in sandbox.requests() if "sharepoint" in entry["host"]]
    assert paths[0].endswith("/_api/contextInfo")


def test_lists_and_columns(actions: Any, site: ClientContext) -> None:
    found = site.web.lists.get_by_title(actions.title).get().execute_query()
    assert found.id == actions.id
    types = {each.internal_name: each.type_as_string for each in actions.fields.get().execute_query()}
    assert {name: types[name] for name in ("Aantal", "Stand", "Eigenaar")} == {
        "Aantal": "Number",
        "Stand": "Choice",
        "Eigenaar": "User",
    }
    field = actions.fields.get_by_internal_name_or_title("Stand").get().execute_query()
    field.set_property("Choices", ["Open", "Klaar", "Vervallen"]).update().execute_query()
    changed = actions.fields.get_by_internal_name_or_title("Stand").get().execute_query()
    assert list(changed.properties["Choices"].values()) == ["Open", "Klaar", "Vervallen"]
    again = site.web.lists.add(ListCreationInformation(Title=actions.title, BaseTemplate=100))
    with pytest.raises(DuplicatedObjectException):
        again.execute_query()


def test_views(actions: Any) -> None:
    query = "<Where><Eq><FieldRef Name='Stand'/><Value Type='Choice'>Open</Value></Eq></Where>"
    actions.views.create("Openstaand", fields=["LinkTitle", "Stand"], row_limit=50, Query=query).execute_query()
    view = actions.views.get_by_title("Openstaand").get().execute_query()
    assert (view.properties["RowLimit"], view.properties["ViewQuery"]) == (50, query)
    view.view_fields.add_view_field("Aantal").execute_query()
    view.set_property("CustomFormatter", "{}").update().execute_query()
    view.delete_object().execute_query()
    assert [each.title for each in actions.views.get().execute_query()] == ["Alle items"]


def test_items(actions: Any, site: ClientContext) -> None:
    noor = site.web.ensure_user(NOOR).execute_query()
    item = actions.add_item({"Title": "Eén & 'twee'", "Aantal": 2, "Eigenaar": FieldUserValue(noor.id)}).execute_query()
    item.set_property("Aantal", 3).update().execute_query()
    found = (
        actions.items.select(["Title", "Aantal", "Eigenaar/EMail"])
        .expand(["Eigenaar"])
        .filter("Aantal eq 3")
        .get()
        .execute_query()
    )
    (row,) = found
    assert row.properties["Title"] == "Eén & 'twee'"
    assert row.properties["Eigenaar"]["EMail"] == NOOR
    assert [each.properties["VersionLabel"] for each in item.versions.get().execute_query()] == ["2.0", "1.0"]
    results = item.validate_update_list_item({"Aantal": "3,5", "Deadline": "x"}).execute_query()
    assert results is not None
    entry = item.recycle().execute_query()
    assert entry is not None
    with pytest.raises(ClientRequestException) as refused:
        actions.get_item_by_id(1).get().execute_query()
    assert (refused.value.response.status_code, str(refused.value.hresult)) == (404, "-2130575338")


def test_an_item_changed_by_another(actions: Any, site: ClientContext) -> None:
    item = actions.add_item({"Title": "Een"}).execute_query()
    item.set_property("Title", "Twee").update()
    site.before_execute(lambda request: request.set_header("IF-MATCH", '"00000000-0000-0000-0000-000000000000,1"'))
    with pytest.raises(ClientRequestException) as refused:
        site.execute_query()
    site._queries.clear()
    assert refused.value.response.status_code == 412


def test_batches(actions: Any, site: ClientContext, sandbox: Sandbox) -> None:
    actions.get().execute_query()
    before = {entry["batch"] for entry in sandbox.requests()}
    actions.items.queue_records([{"Title": f"Rij {number}", "Aantal": number} for number in range(1, 31)])
    site.execute_batch()
    name = actions.list_item_entity_type_full_name
    for number in (1, 2):
        # sharepoint-rest.md §7.5: the recipe for many changes in one batch.
        item = ListItem(site, ServiceOperationPath("getItemById", [number], actions.resource_path), parent_list=actions)
        item._entity_type_name = name
        item.set_property("Title", f"Anders {number}")
        item.update()
    actions.get_item_by_id(99).delete_object()
    actions.get_item_by_id(3).delete_object()
    with site.collect_batch_failures() as failures:
        site.execute_batch()
    assert [failure.response.status_code for _, failure in failures] == [404]
    titles = [row.properties["Title"] for row in actions.items.get_all(page_size=7).execute_query()]
    assert titles == ["Anders 1", "Anders 2", *(f"Rij {number}" for number in range(4, 31))]
    made = {entry["batch"] for entry in sandbox.requests()} - before
    assert len(made) == 2


def test_caml_and_changes(actions: Any) -> None:
    for number in (1, 2, 3):
        actions.add_item({"Title": f"Rij {number}", "Aantal": number}).execute_query()
    query = CamlQuery()
    query.ViewXml = (
        "<View><Query><Where><Geq><FieldRef Name='Aantal'/><Value Type='Number'>2</Value></Geq></Where></Query></View>"
    )
    assert [row.properties["Title"] for row in actions.get_items(query).execute_query()] == ["Rij 2", "Rij 3"]
    changes = actions.get_changes(ChangeQuery(Item=True)).execute_query()
    assert [change.properties["ItemId"] for change in changes] == [1, 2, 3]


def test_permissions(actions: Any, site: ClientContext) -> None:
    noor = site.web.ensure_user(NOOR).execute_query()
    actions.break_role_inheritance(False, True).execute_query()
    actions.role_assignments.add_role_assignment(noor.id, 1073741826).execute_query()
    held = actions.role_assignments.get().expand(["Member", "RoleDefinitionBindings"]).execute_query()
    assert noor.id in [each.properties["PrincipalId"] for each in held]
    actions.reset_role_inheritance().execute_query()


def test_attachments(actions: Any) -> None:
    item = actions.add_item({"Title": "Met bijlage"}).execute_query()
    item.attachment_files.add(AttachmentCreationInformation("a b.txt", b"inhoud")).execute_query()
    assert [each.file_name for each in item.attachment_files.get().execute_query()] == ["a b.txt"]


def test_groups(site: ClientContext) -> None:
    noor = site.web.ensure_user(NOOR).execute_query()
    site.web.site_groups.add("Ploeg", "d").execute_query()
    group = site.web.site_groups.get_by_name("Ploeg")
    group.users.add_user(f"i:0#.f|membership|{NOOR}").execute_query()
    group.set_user_as_owner(noor.id).execute_query()
    assert [one.title for one in group.users.get().execute_query()] == ["Noor Lindeveld"]
    group.users.remove_by_id(noor.id).execute_query()
    site.web.site_groups.remove_by_login_name("Ploeg").execute_query()
    assert "Ploeg" not in [one.title for one in site.web.site_groups.get().execute_query()]
    assert site.site.owner.get().execute_query().login_name.startswith("i:0#.f|membership|")


def test_sub_sites(site: ClientContext) -> None:
    wanted = WebCreationInformation(Title="Deel", Url="deel", Language=1043, WebTemplate="STS")
    made = site.web.webs.add(wanted).execute_query()
    assert made.properties["ServerRelativeUrl"] == "/sites/demo/deel"
    assert [one.title for one in site.web.webs.get().execute_query()] == ["Deel"]
    site.clone(f"{site.base_url}/deel").web.delete_object().execute_query()
    assert len(site.web.webs.get().execute_query()) == 0


def test_files(site: ClientContext, tmp_path: Path) -> None:
    library = site.web.get_folder_by_server_relative_url("Shared Documents")
    assert library.upload_file("a.txt", b"inhoud").execute_query().name == "a.txt"
    large = tmp_path / "groot.bin"
    large.write_bytes(b"x" * 2_500_000)
    sent = library.files.create_upload_session(str(large), 1_000_000).execute_query()
    assert (sent.name, sent.length) == ("groot.bin", 2_500_000)
    assert site.web.ensure_folder_path("Shared Documents/Een/Twee").execute_query().name == "Twee"
    file = site.web.get_file_by_server_relative_url("/sites/demo/Shared Documents/a.txt")
    file.copyto("Shared Documents/Een", True, "b.txt").execute_query()
    copy = site.web.get_file_by_server_relative_url("/sites/demo/Shared Documents/Een/b.txt")
    copy.moveto("Shared Documents/Een/Twee", 1).execute_query()
    with (tmp_path / "terug.txt").open("wb") as target:
        site.web.get_file_by_server_relative_url("/sites/demo/Shared Documents/Een/Twee/b.txt").download(
            target
        ).execute_query()
    assert (tmp_path / "terug.txt").read_bytes() == b"inhoud"
    file.recycle().execute_query()
    assert "a.txt" in [one.properties["LeafName"] for one in site.web.recycle_bin.get().execute_query()]


def graph_of(sandbox: Sandbox) -> GraphClient:
    app = msal.ConfidentialClientApplication(
        sandbox.ready["client_id"],
        authority=f"https://login.microsoftonline.com/{sandbox.ready['tenant_id']}",
        client_credential={
            "private_key": Path(sandbox.ready["certificate"]).read_text(),
            "thumbprint": sandbox.ready["thumbprint"],
        },
    )
    return GraphClient(token_callback=lambda: app.acquire_token_for_client(["https://graph.microsoft.com/.default"]))


def test_mail(sandbox: Sandbox) -> None:
    client = graph_of(sandbox)
    mailbox = client.users[sandbox.ready["mailbox"]]
    mailbox.send_mail(subject="Direct", body="Dag", to_recipients=[NOOR], save_to_sent_items=True).execute_query()
    draft = mailbox.messages.add(subject="Via een concept", body="Dag", to_recipients=[NOOR]).execute_query()
    draft.send().execute_query()
    assert [mail["subject"] for mail in sandbox.mail()] == ["Direct", "Via een concept"]
    assert all(mail["to"] == [NOOR] for mail in sandbox.mail())
    people = client.users.get().select(["userPrincipalName"]).execute_query()
    assert NOOR in [person.properties["userPrincipalName"] for person in people]
