"""What the Live page needs."""

from __future__ import annotations

from django import template

from mappings.models import Sync
from syncadmin.runs.pages.live.selectors import in_words, live_badge
from syncadmin.web.badges import Badge

register = template.Library()


@register.filter
def lag(seconds: float | None) -> str:
    """ "1.5 s"; a dash for None."""
    return in_words(seconds)


@register.filter
def live_state(sync: Sync) -> Badge:
    """How live a sync is, as a badge."""
    return live_badge(sync)
