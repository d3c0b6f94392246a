"""Keeps secrets that were typed into a form until the form is saved.

They never go back into the page, and must not have to be typed twice: they wait in the session, encrypted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors import crypto
from connectors.api.errors import ConfigError

_KEY = "connection_draft"


def remember(session: Any, place: str, typed: Mapping[str, str]) -> None:
    """Keep the typed secrets of the form at ``place``, on top of those it holds. Another form loses its own."""
    secrets = {**recall(session, place), **{key: value for key, value in typed.items() if value}}
    if secrets:
        session[_KEY] = {"place": place, "secrets": crypto.encrypt(secrets)}


def recall(session: Any, place: str) -> dict[str, str]:
    """What was typed at ``place``; nothing where the keys changed meanwhile."""
    kept = session.get(_KEY) or {}
    if kept.get("place") != place:
        return {}
    try:
        return crypto.decrypt(kept["secrets"])
    except ConfigError:
        return {}


def forget(session: Any) -> None:
    session.pop(_KEY, None)
