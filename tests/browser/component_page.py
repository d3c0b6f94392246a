"""A page with every component, for the tests of the components; the product has no such page."""

from __future__ import annotations

from pathlib import Path

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from syncadmin.urls import handler400, handler403, handler404, handler500, urlpatterns
from syncadmin.web.access import role_required
from syncadmin.web.badges import Badge, Tone
from syncadmin.web.duallist import DualList, DualListField, is_move
from syncadmin.web.roles import Role

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

PAGE = Path(__file__).with_name("components.html").read_text()


class Form(forms.Form):
    name = forms.CharField(initial="Accounts")
    types = DualListField(
        choices=[(word, word.title()) for word in ("customer", "partner", "prospect", "other")],
        widget=DualList(first_badge="default for new records", noun="record types"),
        initial=["partner", "customer"],
        required=False,
    )


@role_required(Role.VIEWER)
def components(request: HttpRequest) -> HttpResponse:
    form = Form(request.POST or None)
    saved = ""
    if request.method == "POST" and not is_move(request.POST) and form.is_valid():
        saved = f"Saved: {', '.join(form.cleaned_data['types'])}"
    context = {
        "form": form,
        "saved": saved,
        "tones": list(Tone),
        "badges": [Badge(tone.title(), tone) for tone in Tone],
        "tiles": [{"label": "Create", "number": 12345, "url": "?a=create", "tone": "green", "active": True}],
    }
    return HttpResponse(Template(PAGE).render(RequestContext(request, context)))


_asked = {"times": 0}


@role_required(Role.VIEWER)
def poll(request: HttpRequest) -> HttpResponse:
    """Breaks once, goes on once, then is finished."""
    _asked["times"] += 1
    match _asked["times"]:
        case 1:
            return HttpResponse(status=500)
        case 2:
            return HttpResponse(
                '<div data-poll="/components/poll/" data-poll-seconds="0.05" data-tab-title="60 %">on</div>'
            )
        case _:
            return HttpResponse('<div id="finished">finished</div>')


urlpatterns = [*urlpatterns, path("components/", components), path("components/poll/", poll)]
