from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring

from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import LIGHT, VERBOSE, Site, failure

LIST = "web/lists/getbytitle('Documents')"


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def test_verbose_wraps_in_d_with_metadata_and_deferred_links(site: Site) -> None:
    answer = site.call("GET", LIST, form=VERBOSE)
    found = answer.json()["d"]
    # sharepoint-rest.md §10.3: the content type is exactly this.
    assert answer.headers["Content-Type"] == "application/json;odata=verbose;charset=utf-8"
    assert found["__metadata"]["type"] == "SP.List"
    assert found["__metadata"]["uri"].endswith(f"/sites/demo/_api/Web/Lists(guid'{found['Id']}')")
    assert found["__metadata"]["etag"] == answer.headers["ETag"]
    assert found["Fields"] == {"__deferred": {"uri": found["__metadata"]["uri"] + "/Fields"}}


def test_nometadata_is_bare(site: Site) -> None:
    found = site.get(LIST)
    assert found["Title"] == "Documents"
    assert not [name for name in found if "odata" in name or name in {"Fields", "__metadata"}]


@pytest.mark.parametrize("accept", ["application/json", "application/json;odata=minimalmetadata"])
def test_plain_json_is_minimal_metadata(site: Site, accept: str) -> None:
    # sharepoint-rest.md §1.2.
    found = site.get(LIST, form=accept)
    assert found["odata.type"] == "SP.List"
    assert found["odata.id"].startswith("https://")
    assert found["odata.editLink"] == f"Web/Lists(guid'{found['Id']}')"
    assert found["odata.etag"]


def test_version_4_has_its_own_annotations_and_error_key(site: Site) -> None:
    # sharepoint-rest.md §1.2: the pager of one client sends exactly these two headers.
    headers = {"form": "application/json;odata.metadata=none", "odata_version": "4.0"}
    assert site.get("web/lists", **headers).keys() == {"value"}
    assert failure(site.call("GET", "web/lists/getbytitle('x')", **headers), "error")[0] == 404
    minimal = site.get(LIST, form="application/json;odata.metadata=minimal", odata_version="4.0")
    assert minimal["@odata.type"] == "#SP.List"


@pytest.mark.parametrize(
    ("form", "key"), [(VERBOSE, "error"), (LIGHT, "odata.error"), ("application/json", "odata.error")]
)
def test_the_error_key_follows_the_format(site: Site, form: str, key: str) -> None:
    status, code, text = failure(site.call("GET", "web/lists/getbytitle('Nope')", form=form), key)
    # sharepoint-rest.md §1.8, first row.
    assert (status, code) == (404, "-1, System.ArgumentException")
    assert text == f"List 'Nope' does not exist at site with URL '{site.sandbox.site}'."


ATOM = {
    "a": "http://www.w3.org/2005/Atom",
    "d": "http://schemas.microsoft.com/ado/2007/08/dataservices",
    "m": "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata",
}
M = f"{{{ATOM['m']}}}"


@pytest.mark.parametrize("accept", ["application/atom+xml", "*/*", "text/html"])
def test_an_entity_in_atom(site: Site, accept: str) -> None:
    # sharepoint-rest.md §1.2: no wish is Atom.
    answer = site.call("GET", LIST, form=accept)
    assert answer.headers["Content-Type"] == "application/atom+xml;type=entry;charset=utf-8"
    entry = fromstring(answer.content)
    assert entry.tag == f"{{{ATOM['a']}}}entry"
    assert entry.get(f"{M}etag") == answer.headers["ETag"]
    assert entry.find("a:category", ATOM).get("term") == "SP.List"
    properties = entry.find("a:content/m:properties", ATOM)
    assert properties.findtext("d:Title", namespaces=ATOM) == "Documents"
    hidden, template, nothing, created = (
        properties.find(f"d:{name}", ATOM) for name in ("Hidden", "BaseTemplate", "DocumentTemplateUrl", "Created")
    )
    assert (hidden.text, hidden.get(f"{M}type")) == ("false", "Edm.Boolean")
    assert (template.text, template.get(f"{M}type")) == ("101", "Edm.Int32")
    assert (nothing.text, nothing.get(f"{M}null")) == (None, "true")
    assert created.get(f"{M}type") == "Edm.DateTime"
    links = {link.get("title"): link.get("href") for link in entry.findall("a:link", ATOM)}
    assert links["Fields"].endswith("/Fields")


def test_a_feed_in_atom_with_its_next_page(site: Site) -> None:
    site.make_list()
    for title in ("a & <b>", "c", "d"):
        site.post("web/lists/getbytitle('Actions')/items", {"Title": title})
    answer = site.call("GET", "web/lists/getbytitle('Actions')/items?$top=2&$expand=AttachmentFiles", form="*/*")
    assert answer.headers["Content-Type"] == "application/atom+xml;type=feed;charset=utf-8"
    page = fromstring(answer.content)
    titles = [one.text for one in page.findall("a:entry/a:content/m:properties/d:Title", ATOM)]
    assert titles == ["a & <b>", "c"]
    (following,) = [link.get("href") for link in page.findall("a:link", ATOM) if link.get("rel") == "next"]
    rest = fromstring(site.sandbox.get(following, headers={"Accept": "*/*"}).content)
    assert [one.text for one in rest.findall("a:entry/a:content/m:properties/d:Title", ATOM)] == ["d"]


def test_values_in_atom(site: Site) -> None:
    title = fromstring(site.call("GET", "web/Title", form="*/*").content)
    assert (title.tag, title.text) == (f"{{{ATOM['d']}}}Title", "Demo")
    digest = fromstring(site.call("POST", "contextinfo", form="*/*").content)
    assert digest.tag == f"{{{ATOM['d']}}}GetContextWebInformation"
    assert digest.findtext("d:FormDigestTimeoutSeconds", namespaces=ATOM) == "1800"
    versions = digest.find("d:SupportedSchemaVersions", ATOM)
    assert versions.get(f"{M}type") == "Collection(Edm.String)"
    assert [one.text for one in versions] == ["14.0.0.0", "15.0.0.0"]


def test_an_error_in_atom(site: Site) -> None:
    # sharepoint-rest.md §1.2: `<m:error><m:code/><m:message/></m:error>`.
    answer = site.call("GET", "web/lists/getbytitle('Nope')", form="*/*")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/xml;charset=utf-8")
    error = fromstring(answer.content)
    assert error.tag == f"{M}error"
    assert error.findtext("m:code", namespaces=ATOM) == "-1, System.ArgumentException"
    assert error.findtext("m:message", namespaces=ATOM).startswith("List 'Nope' does not exist at site with URL")


def test_collections_in_both_formats(site: Site) -> None:
    verbose = site.get("web/lists?$select=Title&$orderby=Title%20desc&$top=1", form=VERBOSE)
    assert [one["Title"] for one in verbose["d"]["results"]] == ["Site Pages"]
    light = site.get("web/lists?%24select=Title&%24skip=1")
    assert light == {"value": [{"Title": "Site Pages"}]}


def test_method_results_are_named_in_verbose_only(site: Site) -> None:
    verbose = site.post("contextInfo", form=VERBOSE)["d"]["GetContextWebInformation"]
    light = site.post("contextinfo")
    # sharepoint-rest.md §1.4.
    assert verbose["SupportedSchemaVersions"]["results"] == ["14.0.0.0", "15.0.0.0"]
    assert light["FormDigestTimeoutSeconds"] == verbose["FormDigestTimeoutSeconds"] == 1800
    assert light["FormDigestValue"].startswith("0x")
    assert light["FormDigestValue"].endswith(" -0000")


def test_select_and_expand(site: Site) -> None:
    found = site.get(f"{LIST}?$select=Title,RootFolder/ServerRelativeUrl&$expand=RootFolder")
    assert found == {"Title": "Documents", "RootFolder": {"ServerRelativeUrl": "/sites/demo/Shared Documents"}}
    # A property that is only shown when named (sharepoint-rest.md §3.2).
    assert site.get(f"{LIST}?$select=HasUniqueRoleAssignments") == {"HasUniqueRoleAssignments": False}
    assert "HasUniqueRoleAssignments" not in site.get(LIST)


@pytest.mark.parametrize("query", ["$select=Nope", "$expand=Nope", "$filter=Nope%20eq%201", "$orderby=Nope"])
def test_an_unknown_name_in_a_query_is_refused(site: Site, query: str) -> None:
    status, code, text = failure(site.call("GET", f"web/lists?{query}"))
    assert (status, code) == (400, "-1, Microsoft.SharePoint.SPException")
    assert text == "The field or property 'Nope' does not exist."


def test_a_misspelled_option_does_not_pass_silently(site: Site) -> None:
    # sharepoint-rest.md §9.2 bug 7, §10.6.
    status, _, text = failure(site.call("GET", "web/lists?$order_by=Title"))
    assert status == 400
    assert "$order_by" in text


def test_one_property_is_a_resource(site: Site) -> None:
    assert site.get(f"{LIST}/ItemCount") == {"value": 0}
    assert site.get(f"{LIST}/itemcount", form=VERBOSE) == {"d": {"ItemCount": 0}}
