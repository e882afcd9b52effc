"""Words in a cell to choice keys, in both languages and as people really write them (guide.md §2.0.12). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from projectlists.definitions.model import ListDefinition, ListField
from projectlists.importing.words import normal, stem


def _words(text: str) -> frozenset[str]:
    return frozenset(normal(word) for word in text.split(","))


_START = _words("open,nieuw,te doen,ntb,todo,to do,new,nog niet gestart,not started")
_BUSY = _words("lopend,loopt,bezig,in behandeling,onderhanden,in uitvoering,wip,gestart,in progress,ongoing,started")
_WAITING = _words("wacht,wacht op,wachten,on hold,aangehouden,geparkeerd,waiting,parked")
_CLOSED = _words(
    "gereed,klaar,afgerond,gedaan,af,ja,x,v,✓,✔,done,closed,100 %,100%,afgehandeld,voltooid,completed,yes,dicht"
)
_CANCELLED = _words("vervallen,nvt,geannuleerd,cancelled,canceled,niet van toepassing,na")
_NOT_YET = _words("nee,no")
_NEAREST: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (_BUSY, ("in_progress", "drafting", "managed", "active", "requested", "preparing", "draft", "answered")),
    (_WAITING, ("waiting", "on_hold", "paused", "dormant")),
    (_CANCELLED, ("cancelled", "withdrawn", "not_needed", "dropped", "obsolete", "ended")),
)
_SIGNS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (_words("hoog,high,h,urgent,spoed"), ("high",)),
    (_words("midden,middel,gemiddeld,medium,normaal,m"), ("normal",)),
    (_words("laag,low,l"), ("low",)),
    (_words("+,++,groen,green,voor,op schema"), ("positive", "green")),
    (_words("+/-,±,0,oranje,geel,amber,yellow,orange"), ("neutral", "amber")),
    (_words("-,--,rood,red,tegen"), ("negative", "red")),
)
_YES = _words("ja,j,yes,y,x,v,✓,✔,waar,true,1,intern,internal")
_NO = _words("nee,n,no,onwaar,false,0,-,extern,external")
_BETWEEN = re.compile(r"\s*[;,/+\n]\s*")
_AND = re.compile(r"\s+(?:en|and)\s+", re.IGNORECASE)


def truth_of(text: str) -> bool | None:
    """Yes or no; None when it says neither."""
    word = normal(text)
    return True if word in _YES else False if word in _NO else None


def choice_of(definition: ListDefinition, field: ListField, text: str) -> str | None:
    """The key of one choice; None when nobody knows the word."""
    word = normal(text)
    for spelled in (_labels, _stems):
        for choice in field.choices:
            if spelled(word) & spelled(choice.nl, choice.en, choice.key):
                return choice.key
    keys = [choice.key for choice in field.choices]
    if definition.status is not None and definition.status.field == field.name:
        return _state(definition, field, keys, word)
    return _first(_SIGNS, word, keys)


def _labels(*texts: str) -> set[str]:
    """Labels, also without what stands in brackets behind them: `Groen (op koers)` is called `groen`."""
    return {normal(part) for text in texts for part in (text, text.partition("(")[0])}


def _stems(*texts: str) -> set[str]:
    return {stem(label) for label in _labels(*texts)}


def _state(definition: ListDefinition, field: ListField, keys: list[str], word: str) -> str | None:
    """A word for how far something is, as a state of this list: the nearest there is."""
    if word in _START or word in _NOT_YET:
        return str(field.default) if field.default else None
    if word in _CLOSED and definition.status:
        return definition.status.closing[0]
    return _first(_NEAREST, word, keys)


def _first(table: Iterable[tuple[frozenset[str], tuple[str, ...]]], word: str, keys: list[str]) -> str | None:
    return next((key for words, candidates in table if word in words for key in candidates if key in keys), None)


def choices_of(definition: ListDefinition, field: ListField, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of the choices in a cell, each once, and the words nobody knows."""
    known: dict[str, None] = {}
    unknown: list[str] = []
    for part in _parts(definition, field, text):
        key = choice_of(definition, field, part)
        if key is None:
            unknown.append(part)
        else:
            known[key] = None
    return tuple(known), tuple(unknown)


def _parts(definition: ListDefinition, field: ListField, text: str) -> Iterator[str]:
    """The words of a cell one by one. A label that holds a separator itself is not taken apart."""
    if choice_of(definition, field, text) is not None:
        yield text.strip()
        return
    for part in filter(None, _BETWEEN.split(text.strip())):
        if choice_of(definition, field, part) is not None:
            yield part
        else:
            yield from filter(None, _AND.split(part))
