"""Template tags for syncs. ``{% load mapping_tags %}``"""

from django import template

from mappings.kinds.registry import list_title
from mappings.pages.tables import automatic_badge
from mappings.rules.texts import with_article

register = template.Library()
register.filter("automatic_badge", automatic_badge)
register.filter("with_article", with_article)
register.filter("list_title", list_title)
