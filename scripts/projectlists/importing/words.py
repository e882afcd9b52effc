"""Words made comparable: headings, choices and names as people write them (guide.md §2.0.12). Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DROPPED = re.compile(r"[.:?*()]")


@lru_cache(maxsize=20_000)  # the same few labels are compared with every cell
def normal(text: str) -> str:
    """Lower case, without accents and the signs `. : ? * ( )`, one space between words."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(_DROPPED.sub("", plain.replace("’", "'")).split())


def stem(text: str) -> str:
    """A normal text without Dutch and English plurals: `acties` → `actie`, `opmerkingen` → `opmerking`."""
    return " ".join(_singular(word) for word in text.split())


def _singular(word: str) -> str:
    for ending in ("'s", "en", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def holds(text: str, words: str) -> bool:
    """Whether the words stand in the text as whole words beside each other."""
    return f" {words} " in f" {re.sub(r'[/,;_-]+', ' ', text)} "
