"""``{% load mapping_tags %}``: what templates ask of a sync."""

from django import template

from mappings.pages.tables import automatic_badge

register = template.Library()
register.filter("automatic_badge", automatic_badge)
