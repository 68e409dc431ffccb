"""Moments as they are typed: day and time at the post."""

from __future__ import annotations

import datetime as dt
from typing import Any

import flask_babel


def at_the_post(moment: Any) -> str:
    """A kept moment as it is typed. What is no moment stays."""
    if not isinstance(moment, str):
        return ""
    try:
        local: dt.datetime = flask_babel.to_user_timezone(dt.datetime.fromisoformat(moment))
    except (ValueError, OverflowError):
        return moment
    return local.strftime("%Y-%m-%d %H:%M") if len(moment) > 16 else moment
