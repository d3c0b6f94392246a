"""The mail backend of the demo: stores mails for the Sent mails page and sends nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from syncadmin.logs.mails import keep


class KeepingBackend(BaseEmailBackend):
    """Keeps every mail in the database, those of a forgotten password too, and delivers none."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for mail in email_messages:
            keep(mail)
        return len(email_messages)
