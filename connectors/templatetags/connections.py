"""``{% load connections %}``: what templates ask of a connection."""

from django import template

from connectors.badges import connection_badge

register = template.Library()
register.filter("state_badge", connection_badge)
