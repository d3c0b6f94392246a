"""Mails to people: what happened, in which job, and what to do (S3.C1)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from syncadmin.logs.mail_backend import KeepingBackend
from syncadmin.logs.mails import keep
from syncadmin.web.lists.spreadsheet import csv_lines
from syncadmin.web.roles import Role

logger = logging.getLogger(__name__)

# Bigger tables are behind the link; mail servers refuse large attachments.
ATTACHED_ROWS = 20_000


def send_completion(
    *,
    to: str,
    title: str,
    counts: Mapping[str, int],
    message: str,
    path: str,
    rows: Iterable[Sequence[object]],
) -> None:
    """Mail the end of a run to its starter, with the rows attached as CSV (S3.53)."""
    body = render_to_string(
        "logs/mail/completion.txt",
        {"title": title, "counts": counts, "message": message, "url": f"{settings.PUBLIC_URL}{path}"},
    )
    mail = EmailMessage(f"SyncAdmin · {title}", body, to=[to])
    mail.attach("run.csv", _csv(rows), "text/csv")
    _send(mail)


def notify_administrators(*, title: str, text: str, path: str) -> None:
    """Mail a change of state to everybody who may do something about it, once (S3.C1)."""
    _notify(_administrators().exclude(mail_choice__alerts=False), title, text, path)


def notify_of_refused(*, title: str, text: str, path: str) -> None:
    """Mail what an automatic update could not write to the administrators who asked for that."""
    _notify(_administrators().filter(mail_choice__refused=True), title, text, path)


def _administrators() -> QuerySet[User]:
    return User.objects.filter(Q(groups__name=Role.ADMINISTRATOR) | Q(is_superuser=True), is_active=True)


def _notify(people: QuerySet[User], title: str, text: str, path: str) -> None:
    if to := sorted(set(people.exclude(email="").values_list("email", flat=True))):
        body = f"{text}\n\nLook at it: {settings.PUBLIC_URL}{path}\n"
        _send(EmailMessage(f"SyncAdmin · {title}", body, to=to))


def _send(mail: EmailMessage) -> None:
    """Mail is never the only place where something is told, so a mail server that is down stops nothing (S3.47).

    Side effect: the mail, and why it was not sent, can be read on a page.
    """
    trouble = ""
    try:
        mail.send()
    except (OSError, SMTPException) as error:
        logger.error("mail %r was not sent: %s", mail.subject, error)
        trouble = str(error) or type(error).__name__
    if trouble or not isinstance(mail.connection, KeepingBackend):
        keep(mail, trouble)


def _csv(rows: Iterable[Sequence[object]]) -> str:
    return "".join(csv_lines(islice(rows, ATTACHED_ROWS + 1)))  # the first one is the heading
