"""Template tags that format numbers of runs. ``{% load runs %}``"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from mappings.kinds.registry import kind_of
from mappings.kinds.sentences import every
from mappings.models import Sync
from mappings.options.wording import automatic_lines
from mappings.rules import hours
from mappings.selectors import writes_left
from syncadmin.runs.choices import direction_labels
from syncadmin.runs.services import health, schedule
from syncadmin.runs.services import runs as services
from syncadmin.runs.status.labels import names_of, names_of_parents, too_early
from syncadmin.runs.status.run_status import run_status, state_word
from syncadmin.web.badges import DEFAULT_ICONS, Tone
from syncadmin.web.icons import icon
from syncadmin.web.templatetags.ui import shown

register = template.Library()
register.filter("run_status", run_status)
register.filter("state_word", state_word)


@register.simple_tag
def badge_icon(badge: Any) -> SafeString:
    """The icon of a badge alone, its tone's own where it names none."""
    return icon(getattr(badge, "icon", "") or DEFAULT_ICONS[Tone(badge.tone)])


@register.simple_tag
def background_trouble() -> str:
    """Why no worker goes on with runs now; "" where one can."""
    return health.background_trouble()


@register.inclusion_tag("runs/partials/_plan_form.html", takes_context=True)
def plan_form(
    context: Context, sync: Sync, label: str = "Make a plan", *, primary: bool = False, waits: Any = None
) -> dict[str, Any]:
    """The button that plans a sync, beside the choice which systems the plan may write to (A1).

    While another kind has to be complete first it says so instead, with the way around (S3.43); ``waits`` are the
    titles of those, looked up where they are not given. A sync that is switched off has no button.
    """
    waits = services.waits_for(sync) if waits is None else waits
    return {
        "sync": sync,
        "label": label,
        "primary": primary,
        "waits_for": waits,
        "directions": direction_labels(names_of(sync))
        if writes_left(sync)
        else [],  # nothing to choose where all goes one way
        "too_early": too_early(sync) if waits else "",
        "parents": names_of_parents(sync),
        "user": context.get("user"),
    }


@register.inclusion_tag("overview/_updates.html", takes_context=True)
def automatic_updates(
    context: Context,
    sync: Sync,
    updates: schedule.Schedule | None = None,
    *,
    brief: bool = False,
    explained: bool = False,
) -> Any:
    """Whether a sync updates automatically, when, and the switch; ``updates`` is looked up where it is not given."""
    now = timezone.now()
    return {
        "sync": sync,
        "updates": updates or schedule.schedules([sync], now)[sync.pk],
        "brief": brief,
        "explained": explained,
        "now": now,
        "pauses": schedule.PAUSES,
        "live_text": _live_text(sync),
        "user": context.get("user"),
        "request": context.get("request"),
        "csrf_token": context.get("csrf_token"),
    }


def _live_text(sync: Sync) -> str:
    """What happens once automatic updates are switched on."""
    lines = automatic_lines(kind_of(sync.kind))
    return (
        f"{lines['yes']} SyncAdmin looks for changes {every(sync.minutes)}. A plan beyond a guard still waits for "
        "approval, and you can switch this off at any time."
    )


register.filter("every", lambda sync: every(sync.minutes))
register.filter("hours", lambda sync: hours.in_words(sync.hours))


@register.filter
def lasting(value: float | timedelta | None) -> str:
    """A length of time as people say it: "0.4 s", "12 s", "4 min 12 s", "2 h 5 min"."""
    if value is None:
        return "–"
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if 0 < seconds < 0.05:
        return "under 0.1 s"
    if seconds < 1:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{whole} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


@register.filter
def share(percent: float | None) -> str:
    """A percentage that never rounds something to nothing: "0.8 %", "under 0.1 %", "12 %"."""
    if percent is None:
        return "–"
    if 0 < percent < 0.1:
        return "under 0.1 %"
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:.0f} %"


@register.filter
def as_value(value: Any) -> str:
    """A remote value as a person reads it; numbers with separators and without idle decimals."""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else shown(value)


@register.filter
def records(number: int) -> str:
    """ "1 record", "412 records"."""
    return ngettext("{n:,} record", "{n:,} records", number).format(n=number)
