"""Template tags of the page layout. ``{% load ui %}``"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms, template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from syncadmin.web import access, glossary, icons, long_values
from syncadmin.web.badges import DEFAULT_ICONS, Tone

register = template.Library()
register.filter("can", access.can)
register.filter("clamped", long_values.clamped)
register.filter("in_cell", long_values.in_cell)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """``{% icon "plug" %}``; see icons.icon."""
    return icons.icon(name, classes)


@register.simple_tag
def help(slug: str) -> SafeString:
    """``{% help "held-steps" %}``: a sign that links to the definition of a term; its first sentence as tooltip."""
    term = glossary.known_terms().get(slug)
    if term is None:
        return SafeString("")
    url, sign = f"{reverse('help')}#{slug}", icons.icon("help-circle")
    words = '<a class="help-sign" href="{}" title="{}">{}<span class="visually-hidden">What “{}” means</span></a>'
    return format_html(words, url, term.short, sign, term.name)


@register.simple_tag
def system_mark(label: str) -> SafeString:
    """The initials of a system in a box: a neutral mark instead of a logo."""
    return format_html('<span class="system-mark" aria-hidden="true">{}</span>', label[:2])


@register.simple_block_tag
def prose(content: str) -> SafeString:
    """``{% prose as text %}...{% endprose %}``: sentences over several lines, as one line for an include."""
    return mark_safe(" ".join(content.split()))  # noqa: S308 the words of a template, whose values are escaped already


@register.simple_tag
def ago(value: datetime | None, never: str = "never") -> SafeString:
    """A relative time with the absolute one as tooltip. ``never`` is shown for None."""
    if value is None:
        return format_html('<span class="text-secondary">{}</span>', never)
    return format_html(
        '<time datetime="{}" title="{}" class="text-nowrap">{}</time>',
        value.isoformat(timespec="seconds"),
        moment(value),
        naturaltime(value).replace("\xa0", " "),
    )


@register.filter
def moment(value: datetime) -> str:
    """An absolute time in the time zone of the installation: 21 Nov 2026, 14:03:09 UTC."""
    return timezone.localtime(value).strftime("%-d %b %Y, %H:%M:%S %Z")


@register.inclusion_tag("components/badge.html")
def badge(state: Any, extra: str = "") -> dict[str, Any]:
    """A badge for an object with ``label`` and ``tone`` and, optionally, ``icon``."""
    tone = str(state.tone)
    symbol = getattr(state, "icon", "") or DEFAULT_ICONS.get(Tone(tone), "")
    return {"label": state.label, "tone": tone, "symbol": symbol, "extra": extra}


@register.filter
def shown(value: Any) -> str:
    """A remote value for people: lists joined, yes and no, a dash for an empty value."""
    match value:
        case None | "":
            return "–"
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case list() | tuple() | set() | frozenset():
            return ", ".join(str(item) for item in value) or "–"
        case _:
            return str(value)


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget of a form field in the product's style, without label and help text."""
    widget = field.field.widget
    match widget:
        case forms.CheckboxInput():
            look = "form-check-input"
        case forms.Select():
            look = "form-select"
        case _:
            look = "form-control"
    classes = f"{widget.attrs.get('class', '')} {look}{' is-invalid' if field.errors else ''}".strip()
    return field.as_widget(attrs={"class": classes})
