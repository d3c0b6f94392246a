"""Which mails an administrator gets beside those about own runs, and the latest one that could not be sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from syncadmin.logs.models import Mail, MailChoice

SHOWN_FOR = timedelta(days=7)


def choice_of(person: Any) -> dict[str, bool]:
    """What a person chose; alerts alone until then."""
    row = MailChoice.objects.filter(person=person).first() or MailChoice()
    return {"alerts": row.alerts, "refused": row.refused}


def choose(person: Any, *, alerts: bool, refused: bool) -> None:
    """Keep the choice."""
    MailChoice.objects.update_or_create(person=person, defaults={"alerts": alerts, "refused": refused})


def unsent() -> Mail | None:
    """The latest mail, if it could not be sent."""
    latest = Mail.objects.filter(at__gte=timezone.now() - SHOWN_FOR).first()
    return latest if latest and latest.error else None
