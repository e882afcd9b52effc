"""The JSON schema of the definition files: what an editor needs to complete and check them while somebody types.

One schema serves every file of the folder; which kind a file is shows from its first keys. Made from the same models
that read the files, so that it cannot say anything else.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from projectlists.definitions.extension import Extension
from projectlists.definitions.loading import ChoiceSets, CommonColumns, Profiles
from projectlists.definitions.model import ListDefinition
from projectlists.definitions.ownprofiles import ProfileChange

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OTHER_FILES = (
    ("profiles", Profiles),
    ("choice_sets", ChoiceSets),
    ("common_fields", CommonColumns),
    ("extends", Extension),
)


def as_json_schema() -> dict[str, Any]:
    """The schema as data (JSON Schema 2020-12)."""
    kinds = [ListDefinition, ProfileChange, *(kind for _key, kind in _OTHER_FILES)]
    _names, schema = models_json_schema([(kind, "validation") for kind in kinds], by_alias=True)
    own = schema["$defs"]["Profiles"]["properties"]["profiles"]
    own["items"] = {"anyOf": [{"$ref": "#/$defs/ProfileChange"}, own["items"]]}
    choice: dict[str, Any] = {"$ref": "#/$defs/ListDefinition"}
    for key, kind in reversed(_OTHER_FILES):
        choice = {"if": {"required": [key]}, "then": {"$ref": f"#/$defs/{kind.__name__}"}, "else": choice}
    return {"$schema": DIALECT, "title": "projectlists definition file", "type": "object", **schema, **choice}


def as_text() -> str:
    """The schema as it stands in `lists/schema.json`."""
    return json.dumps(as_json_schema(), ensure_ascii=False, indent=2) + "\n"
