"""ProcessQuery over plain HTTP. The shapes are those recorded in the tests of the CLI for Microsoft 365."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projectlists.sandbox.sharepoint import csomrequest
from projectlists.sandbox.sharepoint.model import ServiceError
from tests.sandbox.conftest import Sandbox
from tests.sandbox.csom_calls import CURRENT, QUERY, WEB, document, parameter, post, query, setting
from tests.sandbox.sharepoint_calls import Site

FOREIGN = "00000000-0000-0000-0000-000000000000"


def web_identity(sandbox: Sandbox) -> str:
    _, results = query(sandbox, QUERY.format(1, 5, "false"), WEB)
    return str(results[1]["_ObjectIdentity_"])


def test_the_site_has_an_identity(sandbox: Sandbox) -> None:
    wanted = '<Query SelectAllProperties="false"><Properties><Property Name="ServerRelativeUrl" /></Properties></Query>'
    head, results = query(
        sandbox, f'<ObjectPath Id="9" ObjectPathId="5" /><Query Id="1" ObjectPathId="5">{wanted}</Query>', WEB
    )
    assert (head["SchemaVersion"], head["ErrorInfo"], results[9]) == ("15.0.0.0", None, {"IsNull": False})
    web = Site(sandbox).get("web?$select=Id")
    site = Site(sandbox).get("site?$select=Id")
    assert results[1] == {
        "_ObjectType_": "SP.Web",
        "_ObjectIdentity_": f"{head['TraceCorrelationId']}|740c6a0b-85e2-48a0-a494-e0f1759d4aa7"
        f":site:{site['Id']}:web:{web['Id']}",
        "ServerRelativeUrl": "/sites/demo",
    }


def test_values_have_forms_of_their_own(sandbox: Sandbox) -> None:
    made = Site(sandbox).make_list()
    _, results = query(
        sandbox,
        QUERY.format(1, 7, "true"),
        f'<Method Id="7" ParentId="6" Name="GetByTitle">{parameter("Actions")}</Method>'
        f'<Property Id="6" ParentId="5" Name="Lists" />{WEB}',
    )
    assert results[1]["Id"] == f"/Guid({made['Id']})/"
    year, month, day = made["Created"][:10].split("-")
    assert results[1]["Created"].startswith(f"/Date({int(year)},{int(month) - 1},{int(day)},")
    assert (results[1]["_ObjectType_"], results[1]["ItemCount"]) == ("SP.List", 0)


def test_a_refusal_stands_in_the_head(sandbox: Sandbox) -> None:
    # sharepoint-rest.md §1.8: the same code and text as over REST.
    head, results = query(
        sandbox,
        '<ObjectPath Id="1" ObjectPathId="7" />',
        f'<Method Id="7" ParentId="6" Name="GetByTitle">{parameter("Nope")}</Method>'
        f'<Property Id="6" ParentId="5" Name="Lists" />{WEB}',
    )
    assert results == {}
    assert head["ErrorInfo"] == {
        "ErrorMessage": f"List 'Nope' does not exist at site with URL '{sandbox.site}'.",
        "ErrorValue": None,
        "TraceCorrelationId": head["TraceCorrelationId"],
        "ErrorCode": -1,
        "ErrorTypeName": "System.ArgumentException",
    }


def field_identity(sandbox: Sandbox, name: str) -> str:
    _, results = query(
        sandbox,
        QUERY.format(1, 8, "false"),
        f'<Method Id="8" ParentId="7" Name="GetByInternalNameOrTitle">{parameter(name)}</Method>'
        '<Property Id="7" ParentId="6" Name="Fields" />'
        f'<Method Id="6" ParentId="5" Name="GetList">{parameter("/sites/demo/Lists/Actions")}</Method>{WEB}',
    )
    assert results[1]["_ObjectType_"] == "SP.FieldNumber"
    return str(results[1]["_ObjectIdentity_"])


def test_a_column_is_changed_by_texts(sandbox: Sandbox) -> None:
    site = Site(sandbox)
    site.make_list()
    site.make_field("Actions", '<Field Type="Number" Name="Points" DisplayName="Points"/>')
    values = {"Title": "Punten &amp; co", "Indexed": "true", "MinimumValue": "2"}
    actions = "".join(setting(number, 663, name, text) for number, (name, text) in enumerate(values.items()))
    update = f'<Method Name="UpdateAndPushChanges" Id="9" ObjectPathId="663">{parameter("false", "Boolean")}</Method>'
    identity = field_identity(sandbox, "Points")
    head, results = query(sandbox, actions + update, f'<Identity Id="663" Name="{identity}" />')
    assert (head["ErrorInfo"], results) == (None, {})
    found = site.field("Actions", "Points")
    assert (found["Title"], found["Indexed"], found["MinimumValue"]) == ("Punten & co", True, 2)
    # Nothing is written before the method that writes.
    query(sandbox, actions.replace("Punten", "Scores"), f'<Identity Id="663" Name="{identity}" />')
    assert site.field("Actions", "Points")["Title"] == "Punten & co"
    head, _ = query(sandbox, actions.replace("Title", "Titel") + update, f'<Identity Id="663" Name="{identity}" />')
    assert head["ErrorInfo"]["ErrorTypeName"] == "Microsoft.SharePoint.Client.InvalidClientQueryException"


def item_actions(identity: str, list_id: str, method: str, **values: str) -> tuple[str, str]:
    """What the CLI sends to change item 1."""
    actions = "".join(
        f'<Method Name="ParseAndSetFieldValue" Id="{number}" ObjectPathId="147"><Parameters><Parameter Type="String">'
        f'{name}</Parameter><Parameter Type="String">{text}</Parameter></Parameters></Method>'
        for number, (name, text) in enumerate(values.items(), start=1)
    )
    end = f'<Method Name="{method}" Id="99" ObjectPathId="147" />'
    return actions + end, f'<Identity Id="147" Name="{identity}:list:{list_id}:item:1,1" />'


@pytest.fixture
def row(sandbox: Sandbox) -> dict[str, Any]:
    """A list with a number, a date and a person, and one item."""
    site = Site(sandbox)
    made = site.make_list()
    site.make_field("Actions", '<Field Type="Number" Name="Points" DisplayName="Points"/>')
    site.make_field("Actions", '<Field Type="DateTime" Format="DateOnly" Name="Due" DisplayName="Due"/>')
    site.make_field("Actions", '<Field Type="User" Name="Owner" DisplayName="Owner"/>')
    site.post("web/lists/getbytitle('Actions')/items", {"Title": "One"})
    return {"list": made["Id"], "user": site.post("web/ensureuser('noor.lindeveld@gemeente.example')")["Id"]}


def shown(sandbox: Sandbox) -> dict[str, Any]:
    return dict(Site(sandbox).get("web/lists/getbytitle('Actions')/items(1)"))


def test_update_makes_a_version_and_system_update_none(sandbox: Sandbox, row: dict[str, Any]) -> None:
    identity, before = web_identity(sandbox), shown(sandbox)
    sandbox.set_clock("2027-01-05T09:00:00Z")
    # The site is Dutch: its decimals have a comma (sharepoint-rest.md §2.2).
    head, _ = query(
        sandbox,
        *item_actions(identity, row["list"], "SystemUpdate", Title="Still", Points="2,5", Owner=str(row["user"])),
    )
    assert head["ErrorInfo"] is None
    found = shown(sandbox)
    assert (found["Title"], found["Points"], found["OwnerId"]) == ("Still", 2.5, row["user"])
    for name in ("Modified", "EditorId", "OData__UIVersionString"):
        assert found[name] == before[name]
    query(sandbox, *item_actions(identity, row["list"], "Update", Title="Loud", Owner=""))
    found = shown(sandbox)
    assert (found["Title"], found["OwnerId"], found["OData__UIVersionString"]) == ("Loud", None, "2.0")
    assert found["Modified"].startswith("2027-01-05T09:00")


def test_a_refused_value_changes_nothing(sandbox: Sandbox, row: dict[str, Any]) -> None:
    # sharepoint-rest.md §6.6: an ISO moment is no date here.
    work = item_actions(web_identity(sandbox), row["list"], "Update", Title="Two", Due="2026-12-01T00:00:00Z")
    head, _ = query(sandbox, *work)
    assert (
        head["ErrorInfo"]["ErrorMessage"]
        == "You must specify a valid date within the range of 1/1/1900 and 12/31/8900."
    )
    assert head["ErrorInfo"]["ErrorCode"] == -2146232832
    assert shown(sandbox)["Title"] == "One"


def test_an_item_that_is_not_there(sandbox: Sandbox, row: dict[str, Any]) -> None:
    actions, paths = item_actions(web_identity(sandbox), row["list"], "Update", Title="x")
    head, _ = query(sandbox, actions, paths.replace(":item:1,", ":item:7,"))
    assert head["ErrorInfo"]["ErrorCode"] == -2130575338


def test_several_people(sandbox: Sandbox, row: dict[str, Any]) -> None:
    site = Site(sandbox)
    site.make_field("Actions", '<Field Type="UserMulti" Mult="TRUE" Name="Helpers" DisplayName="Helpers"/>')
    other = site.post("web/ensureuser('bram.zandhoven@gemeente.example')")["Id"]
    people = "".join(
        '<Object TypeId="{c956ab54-16bd-4c18-89d2-996f57282a6f}"><Property Name="Email" Type="Null" />'
        f'<Property Name="LookupId" Type="Int32">{one}</Property></Object>'
        for one in (row["user"], other)
    )
    value = (
        '<Method Name="SetFieldValue" Id="2" ObjectPathId="147"><Parameters><Parameter Type="String">Helpers'
        f'</Parameter><Parameter Type="Array">{people}</Parameter></Parameters></Method>'
    )
    actions, paths = item_actions(web_identity(sandbox), row["list"], "Update")
    query(sandbox, value + actions, paths)
    assert shown(sandbox)["HelpersId"] == [row["user"], other]


def test_who_may_only_read_changes_nothing(sandbox: Sandbox, row: dict[str, Any]) -> None:
    public = sandbox.control("GET", "").json()["public_client_id"]
    form = {"client_id": public, "scope": f"{sandbox.sharepoint}/AllSites.Read openid"}
    started = sandbox.session.post(sandbox.token_endpoint.replace("/token", "/devicecode"), data=form).json()
    upn = "noor.lindeveld@gemeente.example"
    sandbox.control("POST", "devicecode", json={"user_code": started["user_code"], "upn": upn})
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": public}
    answer = sandbox.session.post(sandbox.token_endpoint, data={**grant, "device_code": started["device_code"]})
    work = item_actions(web_identity(sandbox), row["list"], "Update", Title="Two")
    found = post(sandbox, document(*work), token=answer.json()["access_token"])
    refused = found.status_code == 403 or found.json()[0]["ErrorInfo"]["ErrorCode"] == -2147024891
    assert refused
    assert shown(sandbox)["Title"] == "One"


def test_how_long_versions_are_kept(sandbox: Sandbox) -> None:
    Site(sandbox).make_list()
    actions = (
        setting(1, 8, "DefaultTrimMode", "1", "Int32")
        + setting(2, 8, "DefaultExpireAfterDays", "30", "Int32")
        + '<Method Name="Update" Id="3" ObjectPathId="7" />'
    )
    paths = (
        '<Property Id="8" ParentId="7" Name="VersionPolicies" />'
        f'<Method Id="7" ParentId="5" Name="GetList">{parameter("/sites/demo/Lists/Actions")}</Method>{WEB}'
    )
    query(sandbox, actions, paths)
    path = "web/lists/getbytitle('Actions')/VersionPolicies"
    assert Site(sandbox).get(path) == {"DefaultExpireAfterDays": 30, "DefaultTrimMode": 1}
    head, _ = query(sandbox, actions.replace(">1</", ">9</"), paths)
    assert head["ErrorInfo"]["ErrorCode"] == -2147024809
    assert Site(sandbox).get(f"{path}/DefaultTrimMode")["value"] == 1


# What cannot be read, and what is not here


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"<Request", 400),
        (b"<Request/>", 400),
        (b'<!DOCTYPE r [<!ENTITY a "aaaa">]><Request xmlns="x">&a;</Request>', 400),
        (document('<ObjectPath Id="x" ObjectPathId="3" />', CURRENT), 400),
        (document('<ObjectPath Id="1" ObjectPathId="44" />', CURRENT), 400),
        (
            document(
                '<StaticMethod Id="1" Name="DeclareItemAsRecord" TypeId="{ea8e1356-5910-4e69-bc05-d0c30ed657fc}" />', ""
            ),
            501,
        ),
        (
            document(
                '<ObjectPath Id="1" ObjectPathId="9" />', f'<Property Id="9" ParentId="5" Name="Features" />{WEB}'
            ),
            501,
        ),
        (document('<Method Name="DeleteObject" Id="1" ObjectPathId="5" />', WEB), 501),
        (
            document(setting(1, 5, "Title", "x"), WEB),
            501,
        ),
    ],
)
def test_what_is_not_read(sandbox: Sandbox, body: bytes, status: int) -> None:
    assert post(sandbox, body).status_code == status


@pytest.mark.parametrize(
    "identity",
    [
        "x|740c6a0b-85e2-48a0-a494-e0f1759d4aa7:site:{other}:web:{web}",
        "x|740c6a0b-85e2-48a0-a494-e0f1759d4aa7:site:{site}:web:{other}",
        "nonsense",
    ],
)
def test_an_identity_of_another_place(sandbox: Sandbox, identity: str) -> None:
    site = Site(sandbox)
    name = identity.format(other=FOREIGN, site=site.get("site?$select=Id")["Id"], web=site.get("web?$select=Id")["Id"])
    head, _ = query(sandbox, QUERY.format(1, 5, "true"), f'<Identity Id="5" Name="{name}" />')
    assert head["ErrorInfo"]["ErrorCode"] == -2147024809


def test_paths_that_lead_to_themselves(sandbox: Sandbox) -> None:
    paths = '<Property Id="1" ParentId="2" Name="Web" /><Property Id="2" ParentId="1" Name="Web" />'
    head, _ = query(sandbox, '<ObjectPath Id="3" ObjectPathId="1" />', paths)
    assert head["ErrorInfo"]["ErrorTypeName"] == "System.ArgumentException"


def test_parameters_by_type() -> None:
    kinds = {"Int32": "5", "Double": "1.5", "Boolean": "true", "Guid": "{a}", "String": " s ", "Null": ""}
    inner = "".join(f'<Parameter Type="{kind}">{text}</Parameter>' for kind, text in kinds.items())
    body = document("", f'<Method Id="1" Name="M"><Parameters>{inner}</Parameters></Method>')
    assert csomrequest.read(body).paths["1"].parameters == (5, 1.5, True, "a", " s ", None)


def test_a_number_that_is_none() -> None:
    body = document("", f'<Method Id="1" Name="M">{parameter("five", "Int32")}</Method>')
    with pytest.raises(ServiceError) as refused:
        csomrequest.read(body)
    assert refused.value.status == 400


def test_only_post(sandbox: Sandbox) -> None:
    assert sandbox.get(f"{sandbox.site}/_vti_bin/client.svc/ProcessQuery").status_code == 405


def test_long_paths_and_deep_parameters(sandbox: Sandbox) -> None:
    chain = "".join(f'<Property Id="{n}" ParentId="{n + 1}" Name="Web" />' for n in range(5000))
    long = document('<ObjectPath Id="1" ObjectPathId="0" />', f'{chain}<Property Id="5000" ParentId="0" Name="Web" />')
    deep = "".join(f'<{tag} TypeId="x" Name="a">' for tag in ["Parameter", *["Property"] * 3000])
    shut = "</Property>" * 3000 + "</Parameter>"
    within = document("", f'<Method Id="1" Name="M"><Parameters>{deep}{shut}</Parameters></Method>')
    for body in (long, within):
        assert post(sandbox, body).status_code == 400


NUMBERS = st.sampled_from(["1", "3", "5", "6", "7", "8"])
NAMES = st.sampled_from(
    ["Web", "Lists", "Fields", "GetById", "GetByTitle", "GetList", "Update", "VersionPolicies", "x"]
)
VALUES = st.builds(
    lambda kind, text: f'<Parameter Type="{kind}">{text}</Parameter>',
    st.sampled_from(["String", "Int32", "Double", "Boolean", "Guid", "Null", "Array", "Nope"]),
    st.sampled_from(["", "Actions", "7", "nan", "1e999", "true", "'", "/sites/demo/Lists/x", "&#xA;|", "9" * 5000]),
)
PATHS = st.builds(
    lambda kind, number, parent, name, values: (
        f'<{kind} Id="{number}" ParentId="{parent}" Name="{name}"><Parameters>{"".join(values)}</Parameters></{kind}>'
    ),
    st.sampled_from(["Property", "Method", "Identity"]),
    NUMBERS,
    NUMBERS,
    NAMES,
    st.lists(VALUES, max_size=3),
)
ACTIONS = st.builds(
    lambda kind, path, name, values: (
        f'<{kind} Id="1" ObjectPathId="{path}" Name="{name}"><Parameters>{"".join(values)}</Parameters></{kind}>'
    ),
    st.sampled_from(["ObjectPath", "ObjectIdentityQuery", "Query", "Method"]),
    NUMBERS,
    NAMES,
    st.lists(VALUES, max_size=3),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(actions=st.lists(ACTIONS, min_size=1, max_size=4), paths=st.lists(PATHS, max_size=5))
def test_any_request_is_done_or_refused(sandbox: Sandbox, actions: list[str], paths: list[str]) -> None:
    before = Site(sandbox).get("web/lists?$select=Id,Title")
    answer = post(sandbox, document("".join(actions), "".join(paths) + WEB))
    assert answer.status_code in {200, 400, 501}
    assert Site(sandbox).get("web/lists?$select=Id,Title") == before


@pytest.mark.parametrize("value", ['<Parameter Type="Array"></Parameter>', '<Parameter Type="Null" />'])
def test_nobody(sandbox: Sandbox, row: dict[str, Any], value: str) -> None:
    identity = web_identity(sandbox)
    query(sandbox, *item_actions(identity, row["list"], "Update", Owner=str(row["user"])))
    clear = (
        '<Method Name="SetFieldValue" Id="2" ObjectPathId="147"><Parameters><Parameter Type="String">Owner</Parameter>'
        f"{value}</Parameters></Method>"
    )
    actions, paths = item_actions(identity, row["list"], "Update")
    head, _ = query(sandbox, clear + actions, paths)
    assert (head["ErrorInfo"], shown(sandbox)["OwnerId"]) == (None, None)
