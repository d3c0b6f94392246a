"""Template tags of the Live page."""

from __future__ import annotations

from django import template

from syncadmin.runs.pages.live.selectors import in_words

register = template.Library()


@register.filter
def lag(seconds: float | None) -> str:
    """ "1.5 s"; a dash for None."""
    return in_words(seconds)
