"""The first page. Stands above the apps, because it looks into all of them."""

from typing import Any

from django.urls import reverse
from django.views.generic import TemplateView

from connectors.api.registry import CONNECTORS
from connectors.models import Connection
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

    A fixed number of queries.
    """
    enabled, syncs = Connection.objects.filter(enabled=True), Sync.objects.order_by("pk")
    if enabled.filter(demo=False).exists():
        enabled = enabled.filter(demo=False)
        syncs = syncs.filter(left__demo=False, right__demo=False)
    runs, first = Run.objects.filter(undo_of=None, sync__in=syncs), syncs.first()
    return Facts(
        sides_connected=enabled.values("kind").distinct().count(),
        sides_needed=len(CONNECTORS),
        checked=enabled.filter(last_check_ok=True).values("kind").distinct().count(),
        scoped=syncs.count(),
        mapped=FieldMapping.objects.filter(sync__in=syncs).count(),
        planned=runs.filter(planned_at__isnull=False).count(),
        live=runs.filter(counts__written__gt=0).count(),
        sync_url=first.get_absolute_url() if first else "",
        check_url=reverse("runs:check", args=[first.slug]) if first else "",
        runs_url=f"{reverse('runs:list')}?sync={first.slug}" if first else "",
    )
