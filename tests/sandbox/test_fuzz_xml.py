"""Any XML where SharePoint takes some: an answer, whatever it says; nothing in it is expanded or fetched."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.sandbox.csom_calls import WEB, document
from tests.sandbox.fuzzing import LIST, SHAREPOINT, Bench, usual

tags = st.sampled_from(
    [
        "View",
        "Query",
        "Where",
        "And",
        "Or",
        "Eq",
        "Neq",
        "In",
        "Values",
        "Value",
        "FieldRef",
        "OrderBy",
        "GroupBy",
        "RowLimit",
        "ViewFields",
        "IsNull",
        "DateRangesOverlap",
        "Today",
        "UserID",
        "Month",
        "Contains",
        "Membership",
        "Joins",
        "x",
        "Field",
        "CHOICES",
        "CHOICE",
        "Default",
        "Formula",
        "FieldRefs",
        "Validation",
        "DefaultFormula",
        "Aggregations",
    ]
)
attributes = st.dictionaries(
    st.sampled_from(
        [
            "Name",
            "Type",
            "ID",
            "Scope",
            "LookupId",
            "Ascending",
            "OffsetDays",
            "IncludeTimeValue",
            "DisplayName",
            "Format",
            "Required",
            "Indexed",
            "Min",
            "Max",
            "Decimals",
            "List",
            "ShowField",
            "Mult",
            "ResultType",
            "EnforceUniqueValues",
        ]
    ),
    st.sampled_from(
        [
            "Title",
            "Status",
            "DueDate",
            "Owner",
            "Helpers",
            "Percent",
            "Link",
            "Nope",
            "TRUE",
            "FALSE",
            "1",
            "-1",
            "x",
            "",
            "Text",
            "Number",
            "DateTime",
            "Choice",
            "Lookup",
            "LookupMulti",
            "User",
            "Calculated",
            "URL",
            "Note",
            "Boolean",
            "RecursiveAll",
            "9" * 40,
            "{0}",
            "DateOnly",
            "UserInfo",
            "Self",
        ]
    ),
    max_size=4,
)
texts = st.sampled_from(
    ["", "a", "2026-01-01", "5", "=[Percent]*2", "=IF(", "[today]", "99999999999", "nan", "&amp;", "&#233;"]
)


def written(tag: str, named: dict[str, str], inner: str) -> str:
    pairs = "".join(f' {name}="{value}"' for name, value in named.items())
    return f"<{tag}{pairs}>{inner}</{tag}>"


trees = st.recursive(
    texts | st.builds(written, tags, attributes, texts),
    lambda inner: st.builds(written, tags, attributes, st.lists(inner, max_size=3).map("".join)),
    max_leaves=10,
)


def _ten(at: int) -> str:
    return 10 * f"&{chr(97 + at)};"


ENTITIES = "".join(f'<!ENTITY {chr(98 + at)} "{_ten(at)}">' for at in range(8))
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + ENTITIES + "]>{}"
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{}'
DEEP = "<And>" * 3000 + "</And>" * 3000


@usual
@given(xml=trees | st.text(max_size=30))
@example(xml=BOMB.format("<View><Query><Where>&i;</Where></Query></View>"))
@example(xml=OUTSIDE.format("<View><Query><Where>&a;</Where></Query></View>"))
@example(xml=f"<View><Query><Where>{DEEP}</Where></Query></View>")
@example(xml="<View><Query><Where>" + "<Or>" * 200 + "<IsNull><FieldRef Name='Title'/></IsNull>" * 201 + "</Or>" * 200)
def test_any_caml(bench: Bench, xml: str) -> None:
    for method, parameter in (("GetItems", "query"), ("RenderListDataAsStream", "parameters")):
        body = json.dumps({parameter: {"ViewXml": xml}}).encode()
        bench.send("POST", f"{LIST}/{method}", body)
    bench.send("POST", f"{LIST}/DefaultView/SetViewXml", json.dumps({"viewXml": xml}).encode())
    assert bench.send("GET", f"{LIST}/DefaultView").status == 200


@usual
@given(
    xml=st.builds(written, st.just("Field"), attributes, trees) | trees | st.text(max_size=30),
    options=st.integers(0, 64),
)
@example(xml=BOMB.format("<Field Type='Text' Name='A' DisplayName='&i;'/>"), options=8)
@example(xml=OUTSIDE.format("<Field Type='Text' Name='A' DisplayName='&a;'/>"), options=8)
@example(xml="<Field>" * 3000 + "</Field>" * 3000, options=8)
def test_any_field_schema(bench: Bench, xml: str, options: int) -> None:
    body = json.dumps({"parameters": {"SchemaXml": xml, "Options": options}}).encode()
    answer = bench.send("POST", f"{LIST}/fields/CreateFieldAsXml", body)
    # Whatever was made, the list still reads.
    assert bench.send("GET", f"{LIST}/items").status == 200
    assert bench.send("GET", f"{LIST}/fields").status == 200
    if answer.status < 300:
        path = f"{LIST}/fields(guid'{json.loads(answer.body)['Id']}')"
        bench.send("DELETE", path)


@pytest.mark.parametrize("xml", [BOMB, OUTSIDE])
def test_entities_are_refused(bench: Bench, xml: str) -> None:
    field = xml.format("<Field Type='Text' Name='A' DisplayName='&a;'/>")
    body = json.dumps({"parameters": {"SchemaXml": field, "Options": 8}}).encode()
    assert bench.send("POST", f"{LIST}/fields/CreateFieldAsXml", body).status >= 400
    view = xml.format("<View><Query><Where><Eq><FieldRef Name='&a;'/></Eq></Where></Query></View>")
    assert bench.send("POST", f"{LIST}/GetItems", json.dumps({"query": {"ViewXml": view}}).encode()).status >= 400
    request = xml.format("<Request><Actions/><ObjectPaths>&a;</ObjectPaths></Request>").encode()
    path = "/sites/demo/_vti_bin/client.svc/ProcessQuery"
    answer = bench.ask(SHAREPOINT, "POST", path, "", {"Content-Type": "text/xml"}, request)
    assert b"root:" not in answer.body
    assert answer.status >= 400 or b"ErrorInfo" in answer.body


@usual
@given(body=trees.map(lambda xml: f"<Request>{xml}</Request>") | st.text(max_size=40))
def test_any_csom(bench: Bench, body: str) -> None:
    path = "/sites/demo/_vti_bin/client.svc/ProcessQuery"
    bench.ask(SHAREPOINT, "POST", path, "", {"Content-Type": "text/xml"}, body.encode("utf-8", "replace"))


kinds = st.sampled_from(
    ["String", "Null", "Boolean", "Int32", "Int64", "Double", "DateTime", "Guid", "Number", "x", ""]
)
given_values = texts | st.text(st.characters(categories=("L", "N", "P", "Z")), max_size=12).map(escape)
parameters = st.lists(
    st.builds('<Parameter Type="{}">{}</Parameter>'.format, kinds, given_values)
    | st.sampled_from(
        ['<Parameter ObjectPathId="5" />', "<Parameter />", '<Parameter Type="Array"><Object/></Parameter>']
    ),
    max_size=3,
).map("".join)


@usual
@given(
    method=st.sampled_from(["SetFieldValue", "Update", "DeleteObject", "x"]),
    bag=st.sampled_from(["AllProperties", "Properties", "Lists", "x"]),
    name=given_values,
    rest=parameters,
    holder=st.sampled_from(["5", "21", "3", "99", "", "-1"]),
)
@example(
    method="SetFieldValue", bag="AllProperties", name="k", rest='<Parameter Type="Int64">9e99</Parameter>', holder="5"
)
def test_any_property_bag(bench: Bench, method: str, bag: str, name: str, *, rest: str, holder: str) -> None:
    given_ = f'<Parameters><Parameter Type="String">{name}</Parameter>{rest}</Parameters>'
    actions = (
        f'<Method Name="{method}" Id="20" ObjectPathId="21">{given_}</Method>'
        f'<Method Name="Update" Id="22" ObjectPathId="{holder}" />'
    )
    path = "/sites/demo/_vti_bin/client.svc/ProcessQuery"
    body = document(actions, f'<Property Id="21" ParentId="5" Name="{bag}" />{WEB}')
    bench.ask(SHAREPOINT, "POST", path, "", {"Content-Type": "text/xml"}, body)
    # Whatever is in the bag now, it reads.
    assert bench.send("GET", "web/AllProperties").status == 200
    bench.repair()
