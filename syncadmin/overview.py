"""The first page. Stands above the apps, because it looks into all of them."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.views.generic import TemplateView

from connectors.models import Connection
from mappings.addresses import add_url, list_url
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import KINDS, kind_of, kinds
from mappings.models import FieldMapping, Sync
from syncadmin.runs.models import Run
from syncadmin.runs.pages.overview.cards import cards, leading
from syncadmin.web.access import Role, RoleRequired
from syncadmin.web.firststeps import Facts, first_steps


class Overview(RoleRequired, TemplateView):
    """How every sync stands; before that, where this installation stands on the way to going live."""

    role = Role.VIEWER
    template_name = "web/overview.html"
    extra_context = {"title": "Overview"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = facts()
        steps = None if found.live else first_steps(found)
        found_cards = cards()
        # the way to go live has the button that stands out as long as it is there
        stands_out = None if steps else leading(found_cards)
        demo = Connection.objects.filter(demo=True).exists()
        return super().get_context_data(steps=steps, cards=found_cards, leading=stands_out, demo=demo, **kwargs)


def facts() -> Facts:
    """What the first-run path is computed from: people's own systems as soon as there is one, before that the demo.

    The systems that count are those that its syncs join; without a sync, those of the kind that may come first.
    A fixed number of queries.
    """
    enabled, syncs = Connection.objects.filter(enabled=True), Sync.objects.filter(kind__in=list(KINDS)).order_by("pk")
    if enabled.filter(demo=False).exists():
        enabled = enabled.filter(demo=False)
        syncs = syncs.filter(left__demo=False, right__demo=False)
    rows = list(syncs)
    first = rows[0] if rows else None
    kind = kind_of(first.kind) if first else _kind_to_begin_with(enabled)
    needed = {side.system for slug in {kind.slug, *(row.kind for row in rows)} for side in kind_of(slug).sides}
    joined, runs = enabled.filter(kind__in=needed), Run.objects.filter(undo_of=None, sync__in=rows)
    return Facts(
        sides_connected=joined.values("kind").distinct().count(),
        sides_needed=len(needed),
        checked=joined.filter(last_check_ok=True).values("kind").distinct().count(),
        scoped=len(rows),
        mapped=FieldMapping.objects.filter(sync__in=rows).count(),
        planned=runs.filter(planned_at__isnull=False).count(),
        live=runs.filter(counts__written__gt=0).count(),
        many=kind.left.many,
        connections_url=reverse("connectors:list"),
        list_url=list_url(kind.slug),
        add_url=add_url(kind.slug),
        sync_url=first.get_absolute_url() if first else "",
        check_url=reverse("runs:check", args=[first.slug]) if first else "",
        runs_url=f"{reverse('runs:list')}?sync={first.slug}" if first else reverse("runs:list"),
    )


def _kind_to_begin_with(enabled: QuerySet[Connection]) -> Kind:
    """The first kind whose two systems are connected; while none are, the first of all. One that joins two objects of
    one system is nothing to begin with.
    """
    connected = set(enabled.values_list("kind", flat=True))
    joined = ((kind, {side.system for side in kind.sides}) for kind in kinds())
    return next((kind for kind, systems in joined if len(systems) > 1 and systems <= connected), kinds()[0])
