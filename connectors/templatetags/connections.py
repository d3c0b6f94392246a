"""Template tags for connections. ``{% load connections %}``"""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from connectors.badges import DEMO, connection_badge
from syncadmin.web.templatetags.ui import badge

register = template.Library()
register.filter("state_badge", connection_badge)


@register.simple_tag
def demo_badge(extra: str = "") -> SafeString:
    """The mark of what the demo brought."""
    return render_to_string("components/badge.html", badge(DEMO, extra))
