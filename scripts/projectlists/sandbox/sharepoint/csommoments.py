"""Moments as CSOM writes them: `/Date(2026,10,25,17,43,26,0)/`, months counted from 0."""

from __future__ import annotations

from datetime import datetime


def told_moment(moment: datetime) -> str:
    """A moment in the form of the protocol."""
    parts = (moment.year, moment.month - 1, moment.day, moment.hour, moment.minute, moment.second)
    return f"/Date({','.join(map(str, parts))},{moment.microsecond // 1000})/"
