"""The seeded organization: what its users are asked, in the shapes of the vendor's metadata."""

from __future__ import annotations

from typing import Any

ORGANIZATION = "acme-privacy"
REGULATIONS = ("gdpr", "cpra")
LANGUAGES = {"en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian", "nl": "Dutch"}
TOPICS = {"products": "New products", "events": "Events", "research": "Research"}
CHANNELS = ("email", "sms", "phone")
MADE = "2023-01-01T00:00:00.000Z"


def purposes() -> list[dict[str, Any]]:
    return [
        _purpose("newsletter", "Newsletter", ("gdpr", "cpra")),
        _purpose("offers", "Offers of partners", ("gdpr", "cpra")),
        _purpose("profiling", "Personal recommendations", ("gdpr",)),
    ]


def preferences() -> list[dict[str, Any]]:
    return [
        _preference("language", "Languages", LANGUAGES, several=True),
        _preference("topics", "Topics", TOPICS, several=True),
        _preference("frequency", "Frequency", {"weekly": "Every week", "monthly": "Every month"}, several=False),
    ]


def vendors() -> list[dict[str, Any]]:
    return [
        {"id": "acme-mailer", "name": "Acme Mailer", "policyUrl": "https://mailer.example/privacy"},
        {"id": "acme-stats", "name": "Acme Statistics", "policyUrl": "https://stats.example/privacy"},
    ]


def _purpose(id: str, name: str, regulations: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": id,
        "organization_id": ORGANIZATION,
        "name": {"en": name},
        "description": {"en": f"{name}, as our privacy notice explains."},
        "type": "purpose",
        "regulations_id": list(regulations),
        "namespaces": {"custom": id},
        "metadata": {},
        "created_at": MADE,
        "updated_at": MADE,
    }


def _preference(id: str, name: str, values: dict[str, str], *, several: bool) -> dict[str, Any]:
    return {
        "id": id,
        "organization_id": ORGANIZATION,
        "name": {"en": name},
        "type": "multiple" if several else "single",
        "values": [{"id": value, "name": {"en": label}} for value, label in values.items()],
        "created_at": MADE,
        "updated_at": MADE,
    }
