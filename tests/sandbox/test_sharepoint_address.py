from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.sandbox.sharepoint import address
from projectlists.sandbox.sharepoint.model import Segment, ServiceError
from tests.sandbox.sharepoint_calls import status_of


def read(rest: str, **options: str) -> tuple[Segment, ...]:
    return address.segments(rest, {f"@{name}": value for name, value in options.items()})


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        # sharepoint-rest.md §1.1: encodings seen from clients; the slash stays raw inside the quotes.
        ("GetByTitle('My%20''L''%20%26%20co')", "My 'L' & co"),
        ("GetByTitle('50%25%20a/b%3Fc%23d')", "50% a/b?c#d"),
        ("GetByTitle('A%C3%B1o%20%C3%B1')", "Año ñ"),
        ("GetByTitle(%27Own%27%27s%27)", "Own's"),
        ("EnsureUser('i:0%23.f%7Cmembership%7Ca@b.c')", "i:0#.f|membership|a@b.c"),
        ("lists(guid'0f3b…')", "0f3b…"),
        ("GetByTitle('a,b (c)')", "a,b (c)"),
        ("GetByTitle('')", ""),
    ],
)
def test_a_quoted_literal_is_read_as_the_service_reads_it(sent: str, meant: str) -> None:
    (segment,) = read(sent)
    assert segment.arguments == (meant,)


def test_segments_split_on_slashes_outside_quotes() -> None:
    found = read("Web/lists/GetList('/sites/x/Lists/My%20List')/Fields")
    assert [segment.key for segment in found] == ["web", "lists", "getlist", "fields"]
    assert found[2].arguments == ("/sites/x/Lists/My List",)


def test_arguments_come_by_name_by_place_and_quoted() -> None:
    # sharepoint-rest.md §1.1: all these forms occur in real clients.
    (named,) = read("AddRoleAssignment(principalId=5,roleDefId=1073741826)")
    (quoted,) = read("addroleassignment(principalid='11',roledefid='1073741827')")
    (placed,) = read("BreakRoleInheritance(true, false)")
    assert named.named == {"principalId": 5, "roleDefId": 1073741826}
    assert address.argument(quoted, "principalId") == "11"
    assert placed.arguments == (True, False)


def test_an_alias_stands_for_a_literal_or_an_object() -> None:
    (plain,) = read("GetList(@v)", v="'/sites/x/Lists/y'")
    (named,) = read("GetListUsingPath(DecodedUrl=@a1)", a1="'/sites/x/Lists/y'")
    (whole,) = read("GetListUsingPath(@v)", v='{"DecodedUrl": "/sites/x/Lists/it\'s"}')
    assert plain.arguments == ("/sites/x/Lists/y",)
    assert named.named == {"DecodedUrl": "/sites/x/Lists/y"}
    assert whole.arguments == ({"DecodedUrl": "/sites/x/Lists/it's"},)


def test_an_alias_is_looked_up_each_time() -> None:
    for sent in ("GetList(@v)", "GetList(%40v)"):
        for title in ("y", "z"):
            (segment,) = read(sent, v=f"'/sites/x/Lists/{title}'")
            assert segment.arguments == (f"/sites/x/Lists/{title}",)


def test_empty_parentheses_make_a_call_without_arguments() -> None:
    # sharepoint-rest.md §1.1: legal on a parameterless method.
    (segment,) = read("AddValidateUpdateItemUsingPath()")
    assert segment.called
    assert segment.arguments == ()


@pytest.mark.parametrize("broken", ["GetByTitle('open", "GetByTitle('x'", "GetList(@v)", "a)"])
def test_what_cannot_be_read_is_a_400(broken: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        read(broken)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("path", "web", "rest"),
    [
        ("/sites/demo/_api/Web", "/sites/demo", "/Web"),
        ("/_api/contextinfo", "", "/contextinfo"),
        ("/sites/a%20b/_vti_bin/client.svc/Web", "/sites/a b", "/Web"),
        ("/sites/demo/_API/web", "/sites/demo", "/web"),
    ],
)
def test_the_site_is_what_stands_before_the_service(path: str, web: str, rest: str) -> None:
    assert address.locate(path) == (web, rest)


def test_a_page_is_not_the_service() -> None:
    assert address.locate("/sites/demo/Lists/Actions/AllItems.aspx") is None


@given(st.text())
def test_any_text_survives_as_a_quoted_literal(text: str) -> None:
    literal = quote("'" + text.replace("'", "''") + "'", safe="/'", errors="surrogatepass")
    first, second = read(f"GetByTitle({literal})/items")
    assert second.key == "items"
    assert first.arguments == (text,)


@given(st.text(alphabet="ab'(),=/@%2 \"", max_size=40))
def test_any_path_is_read_or_refused(text: str) -> None:
    assert status_of(lambda: read(text)) in {200, 400}
