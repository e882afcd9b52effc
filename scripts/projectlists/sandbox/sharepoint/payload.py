"""What answers are made of, before a format is chosen: entities, values with parts, collections, links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """An entity: of a collection, expanded in another one, or the result of a method. `uri` starts after `_api/`."""

    properties: Mapping[str, Any]
    type_name: str
    uri: str
    etag: str | None = None


@dataclass(frozen=True)
class Complex:
    """A value with parts but without identity, such as `SP.FieldUrlValue`."""

    properties: Mapping[str, Any]
    type_name: str


@dataclass(frozen=True)
class Collection:
    """A collection of values whose type must be told: complex values, or none at all. `item_type` as in `Edm.Int32`."""

    values: Sequence[Any]
    item_type: str


@dataclass(frozen=True)
class Deferred:
    """A navigation property that was not expanded; only the verbose format and Atom show it."""

    uri: str
