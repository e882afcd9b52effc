"""The JSON schema beside the lists says what the models say, and every definition file names it."""

import json

from projectlists.definitions import schema
from projectlists.definitions.loading import definition_files, shipped_folder

LISTS = shipped_folder("lists")


def test_the_file_is_what_the_models_say() -> None:
    # Write it anew with: python -c "from projectlists.definitions import schema; print(schema.as_text(), end='')"
    assert (LISTS / "schema.json").read_text("utf-8") == schema.as_text()


def test_every_definition_file_names_the_schema() -> None:
    for path in definition_files(LISTS):
        assert path.read_text("utf-8").startswith("# yaml-language-server: $schema=schema.json\n"), path.name


def test_the_schema_knows_each_kind_of_file_and_no_other_key() -> None:
    found = json.loads(schema.as_text())
    kinds = found["$defs"]
    assert found["if"] == {"required": ["profiles"]}
    assert found["then"] == {"$ref": "#/$defs/Profiles"}
    assert found["else"]["else"]["else"]["else"] == {"$ref": "#/$defs/ListDefinition"}
    for kind in ("ListDefinition", "ListField", "View", "ReminderRule", "StatusRule", "Profile", "Test"):
        assert kinds[kind]["additionalProperties"] is False
    assert set(kinds["ListDefinition"]["required"]) == {"key", "letter", "title", "description", "fields", "views"}
    assert "as" in kinds["Recipient"]["properties"], "the word of the file, not that of the program"
