"""Template tags for messages. ``{% load inbox %}``"""

from __future__ import annotations

import orjson
from django import template

from syncadmin.inbox.models import Delivery, Message
from syncadmin.inbox.selectors import words_of

register = template.Library()


@register.filter
def outcome(delivery: Delivery) -> str:
    """What became of a message for a sync."""
    return words_of(delivery)


@register.filter
def says(message: Message) -> str:
    """What a message says of its record, item by item; "" once its content is gone, or where it only says that
    something has changed.
    """
    pushes = message.connection.spec.pushes
    if pushes is None or not message.body or message.look_up or message.left_out:
        return ""
    summary = pushes.summary(orjson.loads(message.body))
    return ", ".join(f"{name}: {value}" for name, value in summary.items())
