"""Template tags for mails. ``{% load mails %}``"""

from __future__ import annotations

from django import template
from django.contrib.auth.models import User

from syncadmin.logs.mails import unsent

register = template.Library()


@register.simple_tag
def completion_mail(starter: User | None, reader: User | None = None) -> str:
    """Whether a mail tells when a run of ``starter`` has ended. "" for a run that nobody has started."""
    if starter is None:
        return ""
    if starter.email:
        return f"A mail goes to {starter.email} when the run has ended."
    who = "you have" if starter == reader else f"{starter.get_username()} has"
    return f"No mail is sent when the run has ended: {who} no e-mail address."


@register.simple_tag
def no_completion_mail(starter: User | None) -> str:
    """The same beside a button, where only the absence of a mail is worth a word."""
    return "" if not starter or starter.is_anonymous or starter.email else completion_mail(starter, starter)


register.simple_tag(unsent, name="unsent_mail")
