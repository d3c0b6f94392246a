"""Template tags about the match field. ``{% load matching %}``"""

from __future__ import annotations

from django import template
from django.db.models import Count

from mappings.models import Sync
from mappings.schemas import Schemas
from syncadmin.runs.models import MirrorRecord

register = template.Library()


@register.simple_tag
def same_keys(sync: Sync, known: Schemas, name: str) -> str:
    """A warning about a field whose values several records may hold, with how many do; "" for a unique one.

    It is counted in what was read last, which is of the stored field.
    """
    field = known.right_field(name)
    if field is None or field.unique:
        return ""
    many, system = known.kind.right.many, known.kind.right.system_label
    warning = f"{field.label} is not unique in {system}: several {many} may hold one value."
    if name != sync.option(known.kind.right.key_option):
        return f"{warning} A plan shows how many do."
    rights = MirrorRecord.objects.right_of(sync).alive()
    if not rights.exists():
        return f"{warning} The first plan shows how many do."
    twice = rights.exclude(match_key="").values("match_key").annotate(n=Count("id")).filter(n__gt=1).count()
    if not twice:
        return f"{warning} No value is used twice now."
    return f"{warning} {twice:,} {'values are' if twice > 1 else 'value is'} used by several records now."
