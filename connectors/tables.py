"""The tables of the Connections pages."""

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from connectors.api.values import TYPE_NAMES
from connectors.badges import DEMO, connection_badge
from connectors.models import Connection, RemoteField
from syncadmin.web.badges import Badge, Tone
from syncadmin.web.lists.columns import BadgeColumn, TimeColumn
from syncadmin.web.templatetags.ui import badge, system_mark

_TYPES = {str(type): name for type, name in TYPE_NAMES.items()}


class ConnectionTable(tables.Table):
    name = tables.Column(linkify=True, attrs={"a": {"class": "row-link"}})
    state = BadgeColumn(connection_badge, "State")
    kind = tables.Column("System")
    base_url = tables.Column("Address", orderable=False)
    last_check_at = TimeColumn("Last test")

    class Meta:
        caption = "Connections"

    def render_name(self, record: Connection) -> SafeString:
        return marked(record.name, demo=record.demo)

    def value_name(self, record: Connection) -> str:
        return record.name

    def render_kind(self, record: Connection) -> SafeString:
        return format_html("{} {}", system_mark(record.spec.label), record.spec.label)

    def value_kind(self, record: Connection) -> str:
        return record.spec.label


class FieldTable(tables.Table):
    label = tables.Column()
    name = tables.Column("API name", attrs={"td": {"class": "api-name"}})
    type = tables.Column()
    limits = tables.Column(empty_values=(), orderable=False)
    rules = BadgeColumn(lambda field: access_badge(field), "May be written")

    class Meta:
        caption = "Fields"

    def render_type(self, value: str, record: RemoteField) -> str:
        return record.attributes.get("native") or _TYPES.get(value, value)

    def render_limits(self, record: RemoteField) -> str:
        return "; ".join(limits(record)) or "–"


def marked(name: str, *, demo: bool) -> SafeString:
    """A name in a list; what belongs to the demo has its mark."""
    mark = render_to_string("components/badge.html", badge(DEMO)) if demo else ""
    return format_html("{} {}", name, mark)


def limits(field: RemoteField) -> list[str]:
    """What a value must keep to: length, decimals, choices, required."""
    known = field.attributes
    choices = [choice for choice in known.get("choices", ()) if choice["active"]]
    found = ["required"] if known.get("required") else []
    if known.get("length"):
        found.append(f"up to {known['length']:,} characters")
    if known.get("scale") is not None:
        found.append(f"{known['scale']} decimals")
    if choices:
        found.append(
            f"{len(choices)} values: {', '.join(choice['label'] for choice in choices[:5])}{' …' * (len(choices) > 5)}"
        )
    return found


def access_badge(field: RemoteField) -> Badge:
    """Whether SyncAdmin may write the field."""
    match bool(field.attributes.get("creatable")), bool(field.attributes.get("updatable")):
        case True, True:
            return Badge("Yes", Tone.GREEN)
        case True, False:
            return Badge("When created", Tone.BLUE)
        case False, True:
            return Badge("When updated", Tone.BLUE)
        case _:
            return Badge("Read only", Tone.SECONDARY, "lock")
