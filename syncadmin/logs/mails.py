"""Which mails an administrator receives in addition to those about own runs, and the last failure to send one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone

from syncadmin.logs.models import Mail, MailChoice

# So many mails are kept to be read on a page.
KEPT = 500
SHOWN_FOR = timedelta(days=7)


def keep(mail: EmailMessage, error: str = "") -> None:
    """Side effect: the mail can be read on a page, with the reason why it was not sent. The oldest ones go."""
    to = ", ".join(mail.recipients())
    row = Mail.objects.create(to=to, subject=str(mail.subject)[:300], body=str(mail.body), error=error)
    Mail.objects.filter(pk__lte=row.pk - KEPT).delete()


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
