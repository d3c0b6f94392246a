"""Encrypts stored secrets with Fernet. Several keys are possible, newest first, so that keys can be rotated."""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from connectors.api.errors import ConfigError


def encrypt(values: Mapping[str, str]) -> str:
    """The values as one opaque text, encrypted with the newest key."""
    return _box().encrypt(json.dumps(dict(values)).encode()).decode()


def decrypt(text: str) -> dict[str, str]:
    """The values that ``encrypt`` was given; an empty text gives none.

    Raises ConfigError when no key of ENCRYPTION_KEYS fits: the credentials have to be typed again.
    """
    if not text:
        return {}
    try:
        values: dict[str, str] = json.loads(_box().decrypt(text.encode()))
    except InvalidToken:
        raise ConfigError(
            "The stored credentials cannot be read with the present encryption keys.",
            "Put the old key back into ENCRYPTION_KEYS, or type the credentials again.",
        ) from None
    return values


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
