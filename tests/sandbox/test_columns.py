"""What a list's columns are called is kept between requests, and never longer than the columns stay as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from projectlists.sandbox.sharepoint import fieldxml
from projectlists.sandbox.sharepoint.schema import Schema
from tests.sandbox.list_site import Directory, ListSite

RATING = (
    '<Field ID="{aaaaaaaa-0000-0000-0000-0000000000aa}" Type="Number" Name="Rating" DisplayName="Cijfer" '
    'Indexed="TRUE" />'
)
BOSS = (
    '<Field ID="{aaaaaaaa-0000-0000-0000-0000000000bb}" Type="User" Name="Boss" DisplayName="Baas" List="UserInfo" />'
)


class _GoneWrongError(Exception):
    pass


@pytest.fixture
def site(tmp_path: Path) -> ListSite:
    found = ListSite(tmp_path)
    found.add_list("Actions")
    return found


@pytest.fixture
def schema(site: ListSite) -> Schema:
    return Schema(site.tenant, Directory())


def test_a_column_goes_by_every_name(site: ListSite, schema: Schema) -> None:
    for xml in (RATING, BOSS):
        schema.save_field(fieldxml.read(site.list_id, xml))
    columns = schema.columns(site.list_id)
    rating, boss = columns.fields[-2:]
    assert columns.by_name["rating"] is columns.by_title["cijfer"] is columns.entities["Rating"] is rating
    assert columns.plain["Rating"] is columns.by_id["aaaaaaaa-0000-0000-0000-0000000000aa"] is rating
    assert columns.indexed == (rating.id,)
    # sharepoint-rest.md §6.4: people show their ids under two keys, and no value of their own.
    assert columns.pointers["BossId"] is columns.pointers["BossStringId"] is columns.entities["Boss"] is boss
    assert "Boss" not in columns.plain
    assert columns.plain["Id"] is columns.plain["ID"]


def test_they_are_kept_until_a_column_changes(site: ListSite, schema: Schema) -> None:
    before = schema.columns(site.list_id)
    assert schema.columns(site.list_id) is before
    schema.save_field(fieldxml.read(site.list_id, RATING))
    made = schema.columns(site.list_id).by_name["rating"]
    schema.save_field(replace(made, xml=RATING.replace("Cijfer", "Score")))
    assert schema.columns(site.list_id).by_name["rating"].title == "Score"
    assert "cijfer" not in schema.columns(site.list_id).by_title
    schema.delete_field(made)
    assert "rating" not in schema.columns(site.list_id).by_name


def test_what_is_rolled_back_is_forgotten(site: ListSite, schema: Schema) -> None:
    def gone_wrong() -> None:
        with schema.store.transaction():
            schema.save_field(fieldxml.read(site.list_id, RATING))
            assert "rating" in schema.columns(site.list_id).by_name
            raise _GoneWrongError

    with pytest.raises(_GoneWrongError):
        gone_wrong()
    assert "rating" not in schema.columns(site.list_id).by_name


def test_the_next_operation_knows_a_column_made_by_the_one_before(site: ListSite) -> None:
    items = f"web/lists(guid'{site.list_id}')/items"
    assert site.error("GET", items, query="$filter=Rating eq 1")[0] == 400
    body = {"parameters": {"SchemaXml": RATING, "Options": 8}}
    site.json("POST", f"web/lists(guid'{site.list_id}')/fields/createfieldasxml", body)
    assert site.json("GET", items, query="$filter=Rating eq 1")["value"] == []
