"""Drawings for the icon names that formatting uses (`iconName`); our own lines, on a field of 24 by 24."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SHAPES: Final[Mapping[str, str]] = {
    "Warning": "M12 4 2.8 20h18.4L12 4Zm0 6v5m0 2.4v.6",
    "Clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4.5V12l3 2.5",
    "ErrorBadge": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-3.2 5.8 6.4 6.4m0-6.4-6.4 6.4",
    "CheckMark": "m4.5 12.5 5 5L19.5 7",
    "Info": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 8v6m0-9.6v.2",
    "Flag": "M6 21V4h11l-2.5 4L17 12H6",
    "Up": "M12 20V5m-6 6 6-6 6 6",
    "Down": "M12 4v15m-6-6 6 6 6-6",
    "Level": "M4 12h15m-6-6 6 6-6 6",
    "Calendar": "M4 6h16v14H4V6Zm0 4h16M8 3v4m8-4v4",
    "Contact": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
    "Pause": "M9 5v14m6-14v14",
    "Lock": "M6 11h12v9H6v-9Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3",
    "Away": "M9 5H5v14h14v-4M13 4h7v7m0-7-9 9",
    "Plus": "M12 5v14M5 12h14",
    "Minus": "M5 12h14",
    "Question": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-2.5 6.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .7-1 1.5m0 3v.2",
    "Triangle": "M12 4.5 3.5 19.5h17L12 4.5Z",
    "Square": "M5 5h14v14H5V5Z",
    "Star": "m12 4 2.4 5.2 5.6.6-4.2 3.8 1.2 5.6-5-2.9-5 2.9 1.2-5.6L4 9.8l5.6-.6L12 4Z",
}
_OTHER: Final = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z"
# Words in the icon font's names that tell what an icon shows; the first that fits counts.
_MEANINGS: Final[tuple[tuple[str, str], ...]] = (
    ("warning", "Warning"),
    ("important", "Warning"),
    ("alert", "Warning"),
    ("error", "ErrorBadge"),
    ("blocked", "ErrorBadge"),
    ("cancel", "ErrorBadge"),
    ("clock", "Clock"),
    ("recent", "Clock"),
    ("check", "CheckMark"),
    ("completed", "CheckMark"),
    ("accept", "CheckMark"),
    ("info", "Info"),
    ("flag", "Flag"),
    ("up", "Up"),
    ("down", "Down"),
    ("forward", "Level"),
    ("calendar", "Calendar"),
    ("event", "Calendar"),
    ("contact", "Contact"),
    ("people", "Contact"),
    ("pause", "Pause"),
    ("lock", "Lock"),
    ("add", "Plus"),
    ("remove", "Minus"),
    ("unknown", "Question"),
    ("help", "Question"),
    ("star", "Star"),
    ("triangle", "Triangle"),
    ("square", "Square"),
)


def drawing(name: str) -> str:
    """The path of an icon's drawing; a ring for a name that says nothing here."""
    if name in _SHAPES:
        return _SHAPES[name]
    lowered = name.lower()
    return next((_SHAPES[shape] for word, shape in _MEANINGS if word in lowered), _OTHER)
