"""The pages of records: search, lists of records that need attention, and "Why?"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import ngettext
from django.views.generic import View
from django_filters import FilterSet

from mappings.models import Sync
from mappings.rules.texts import with_article
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.pages.records import selectors as record_selectors
from syncadmin.runs.pages.records.places import places
from syncadmin.runs.pages.records.selectors import ANY, DECIDED, NEEDS
from syncadmin.runs.pages.records.tables import (
    RecordFilterForm,
    RecordTable,
    needing_address,
    needing_tiles,
    sync_tiles,
    with_counterparts,
    with_decisions,
    with_other_reports,
)
from syncadmin.runs.pages.records.why import explanations
from syncadmin.runs.pages.runs.actions import person
from syncadmin.runs.pages.tickets.scope import ticket_side
from syncadmin.runs.services import automatic, decisions, field_choices, unlinking
from syncadmin.runs.services.candidates import offered
from syncadmin.runs.status.labels import family_of, group_url, is_of_people, names_of, record_url, systems
from syncadmin.runs.status.record_status import NEEDS_A_PERSON, RecordStatus, advice_of
from syncadmin.runs.storage.search import whole_id
from syncadmin.web.access import Role, RoleRequired, can
from syncadmin.web.back import back_to
from syncadmin.web.badges import Badge
from syncadmin.web.lists.list_page import ListPage
from syncadmin.web.lists.pagination import COUNTING_STOPS_AT

_SENTENCES = {
    record_selectors.WITHOUT: "No counterpart was found for these. Have one created, link one by hand, or leave the "
    "record alone. A decision holds until it is taken back. Those without a name or an email "
    "need one first.",
    DECIDED: "What people decided, who and when. A decision holds until it is taken back.",
}
NOBODY_DECIDED = Badge("No decisions yet", icon="gavel")
# Refusals that are told one by one; a page has no more rows than can be read.
MOST_LISTED = 5


class RecordList(ListPage):
    """Records that need a person, by status, or found by name, email or id, of either system and any sync."""

    title = "Records"
    sentence = "Look up a record by part of its name, email or id to see its state and the reason."
    table = RecordTable
    template_name = "records/list.html"
    empty = Badge("No record needs you", icon="circle-check")
    empty_sentence = "No record is ambiguous, rejected or in conflict. You can look up records by name, email or id."

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        asked, data = request.GET.get("sync"), request.GET.copy()
        self.syncs = list(Sync.objects.filter(**({"slug": asked} if asked else {})).select_related("left", "right"))
        self.sync = self.syncs[0] if len(self.syncs) == 1 else None
        data["sync"] = self.sync.slug if self.sync else ""
        data.setdefault("standing", ANY if data.get("q") else NEEDS)
        self.form = RecordFilterForm(data, sync=self.sync)
        self.form.is_valid()
        operates = self.syncs[0] if self.syncs and can(request.user, "operate") else None
        left_out = _columns_left_out(self.syncs, operates=operates is not None)
        self.table = partial(RecordTable, exclude=left_out, decides_for=operates)  # type: ignore[assignment]
        return super().get(request, **kwargs)

    def rows(self) -> QuerySet[MirrorRecord]:
        side, standing, text = (self.form.cleaned_data.get(name) or "" for name in ("side", "standing", "q"))
        return record_selectors.records_listed(self.syncs, side=side, standing=standing, text=text)

    def narrowed(self, filtering: FilterSet | None) -> bool:
        asked = self.form.cleaned_data
        return bool(asked.get("q") or asked.get("side") or asked.get("standing") not in (NEEDS, DECIDED))

    def context(self) -> dict[str, Any]:
        asked, sync = self.form.cleaned_data, self.sync
        chosen = (asked.get("side") or "", asked.get("standing") or "")
        counted = record_selectors.needing_a_person(self.syncs, record_selectors.counted_beside(chosen[1]))
        tiles = needing_tiles(counted, sync, chosen) if sync else sync_tiles(counted, self.syncs, chosen[1])
        if asked.get("standing") == DECIDED:
            self.empty, self.empty_sentence = NOBODY_DECIDED, "What people decide about records is listed here."
        shown = {**super().context(), "sentence": self._sentence(asked.get("standing") or "")}
        return {**shown, "filter_form": self.form, "tiles": tiles, "asked": asked, "sync": sync, **self._elsewhere()}

    def _elsewhere(self) -> dict[str, str]:
        """Where an empty search can continue: in all statuses, if one was selected."""
        asked = self.form.cleaned_data
        if not asked.get("q") or not asked.get("standing"):
            return {}
        query = self.request.GET.copy()
        query["standing"] = ANY
        return {"narrowed_url": f"?{query.urlencode()}", "narrowed_action": "Search in any state"}

    def _sentence(self, standing: str) -> str:
        text = _SENTENCES.get(standing, self.sentence)
        people = next((sync for sync in self.syncs if is_of_people(sync)), None)
        return f"{text} {listed_twice(people)}" if people and standing == record_selectors.WITHOUT else text

    def _table(self, rows: QuerySet[MirrorRecord]) -> RecordTable:
        """The table; sortable if the list was counted to its end, else in the order of its index."""
        sortable = rows.order_by()[: COUNTING_STOPS_AT + 1].count() <= COUNTING_STOPS_AT
        return self.table(rows, order_by=self.request.GET.getlist("sort") or None, orderable=sortable)

    def _paged(self, rows: Any) -> RecordTable:
        table = super()._paged(rows)
        with_counterparts(with_other_reports(with_decisions([row.record for row in table.page.object_list])))
        return table


class RecordDetail(RoleRequired, View):
    """The page of a record: why it is in its state, and the possible decisions."""

    role = Role.VIEWER

    def get(self, request: HttpRequest, slug: str, side: str, remote_id: str) -> HttpResponse:
        sync = get_object_or_404(Sync.objects.select_related("left", "right"), slug=slug)
        remote_id = whole_id(sync, remote_id) if side == Side.LEFT else remote_id
        record = get_object_or_404(MirrorRecord, sync=sync, side=side, remote_id=remote_id)
        known = record_selectors.known(sync, record)
        names = names_of(sync)
        choices = _choices(known, request.GET.get("find", ""))
        text = explanations(known, choices.get("advice", ""))
        context = {"title": str(record), "known": known, "answers": text, "names": names}
        context |= {"system": systems(names)[Side(side)], "other_system": systems(names)[Side(side).other]}
        context["told"] = decisions.describe(known.decision) if known.decision else ""
        context["role"] = known.link.role if known.link and is_of_people(sync) and side == Side.LEFT else ""
        context["group_url"] = group_url(sync, record.match_key) if record.in_scope and not record.deleted else ""
        context |= {"status": known.status, **_links(known), **choices, **_next_steps(known), **_beside(known)}
        return render(request, "records/detail.html", context)


def _beside(known: record_selectors.RecordFacts) -> dict[str, Any]:
    """Where else the record exists, and the messages about it."""
    found = places(known.sync, known.left, known.right)
    return {"places": found, "messages_about": record_selectors.messages_about(known.sync, known)}


class Decide(RoleRequired, View):
    """Makes a decision about a record. A refusal is shown on the record's page."""

    role = Role.OPERATOR

    def post(self, request: HttpRequest, slug: str, side: str, remote_id: str) -> HttpResponse:
        sync = get_object_or_404(Sync, slug=slug)
        try:
            messages.success(request, self._decided(sync, request, Side(side), remote_id))
        except decisions.Refused as refused:
            messages.error(request, str(refused))
        return redirect("records:detail", slug, side, remote_id)

    def _decided(self, sync: Sync, request: HttpRequest, side: Side, remote_id: str) -> str:
        chosen, by = {name: request.POST.get(name, "") for name in ("left_id", "right_id")}, person(request)
        match request.POST.get("verb"):
            case "link":
                decisions.link(sync, **chosen, by=by)
                return "Decided: the two belong together. The next plan links them."
            case "create":
                decisions.create(sync, side=side, remote_id=remote_id, by=by)
                return "Decided: it is created on the other side. The next plan shows how."
            case "ignore":
                decisions.ignore(sync, side=side, remote_id=remote_id, by=by)
                return "Decided: this record is left alone."
            case _:
                took = decisions.take_back(sync, side=side, remote_id=remote_id, by=by)
                return "The decision is taken back." if took else "There was no decision to take back."


class Unlink(RoleRequired, View):
    """Ends the link of a record. A refusal is shown on the record's page."""

    role = Role.OPERATOR
    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, side: str, remote_id: str) -> HttpResponse:
        try:
            unlinking.unlink(
                get_object_or_404(Sync, slug=slug), left_id=request.POST.get("left_id", ""), by=person(request)
            )
            text = "Unlinked. Both records are left alone until you take that back or link them with others."
            messages.success(request, text)
        except decisions.Refused as refused:
            messages.error(request, str(refused))
        return redirect("records:detail", slug, side, remote_id)


class ChooseValue(RoleRequired, View):
    """Chooses one of two values of a field that changed on both sides, or takes the choice back."""

    role = Role.OPERATOR

    def post(self, request: HttpRequest, slug: str, remote_id: str) -> HttpResponse:
        sync = get_object_or_404(Sync, slug=slug)
        field, _, wins = request.POST.get("choice", "").rpartition(" ")
        try:
            messages.success(request, self._chosen(sync, remote_id, field, wins, person(request)))
        except decisions.Refused as refused:
            messages.error(request, str(refused))
        return redirect(back_to(request, reverse("records:detail", args=[slug, Side.LEFT, remote_id]) + "#values"))

    def _chosen(self, sync: Sync, left_id: str, field: str, wins: str, by: User | None) -> str:
        if wins not in list(Side):
            took = field_choices.take_back(sync, left_id=left_id, field=field, by=by)
            return "The choice is taken back." if took else "There was no choice to take back."
        field_choices.choose(sync, left_id=left_id, field=field, wins=Side(wins), by=by)
        system = systems(names_of(sync))[Side(wins)]
        return f"Chosen: the value in {system} stays. The next plan shows what is written."


class DecideMany(RoleRequired, View):
    """Makes one decision about the selected records of a list, or about one row, and returns to the list."""

    role = Role.OPERATOR

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        sync = get_object_or_404(Sync, slug=slug)
        verb, _, one = request.POST.get("verb", "").partition(" ")
        done, refused = decide_many(sync, verb, [one] if one else request.POST.getlist("record"), by=person(request))
        if done:
            messages.success(request, decided_message(done))
        for reason in refused[:MOST_LISTED]:
            messages.error(request, reason)
        if not done and not refused:
            messages.info(request, "Choose the records first.")
        return redirect(f"{reverse('records:list')}?{request.POST.get('list', '')}")


def listed_twice(sync: Sync) -> str:
    """Why an unmatched record is listed by several syncs that share it."""
    without = " and no ".join(names.left_one for names in family_of(sync))
    return (
        f"{with_article(names_of(sync).right_one).capitalize()} with no {without} is listed for each of these syncs. "
        "Leave it alone in each of them."
    )


def decided_message(syncs: Sequence[Sync]) -> str:
    """What was just decided, given the sync of each record. Its records leave the list until the next plan."""
    of, done = set(syncs), len(syncs)
    url = reverse("records:list") + needing_address(next(iter(of)) if len(of) == 1 else None, standing=DECIDED)
    text = ngettext("Decided about {n:,} record.", "Decided about {n:,} records.", done).format(n=done)
    words = f"{text} The next plan shows it."
    return format_html('{} <a href="{}">See all decisions</a>', words, url)


def decide_many(sync: Sync, verb: str, chosen: Sequence[str], *, by: User | None) -> tuple[list[Sync], list[str]]:
    """Make the same decision about records named "left 001…", or "contacts left 003…" if they are of another sync.

    Returns the sync of each decided record, and the reasons for refusals.
    """
    acts: dict[str, Callable[..., Any]] = {
        "create": decisions.create, "ignore": decisions.ignore, "take_back": decisions.take_back,
    }  # fmt: skip
    words = [word.split(" ") for word in chosen if verb in acts]
    named = Sync.objects.in_bulk([parts[0] for parts in words if len(parts) == 3], field_name="slug")
    done, refused = [], []
    for *slug, side, remote_id in (parts for parts in words if len(parts) in (2, 3)):
        of = named.get(slug[0]) if slug else sync
        if of is None or side not in list(Side):
            continue
        try:
            acts[verb](of, side=Side(side), remote_id=remote_id, by=by)
            done.append(of)
        except decisions.Refused as reason:
            refused.append(str(reason))
    return done, refused


def _columns_left_out(syncs: Sequence[Sync], *, operates: bool) -> tuple[str, ...]:
    """Columns to hide: the email for kinds without people, the sync if there is one, decisions for viewers."""
    email = () if any(is_of_people(sync) for sync in syncs) else ("match_key",)
    sync = () if len(syncs) > 1 else ("sync",)
    return (*email, *sync) if operates else (*email, *sync, "chosen", "choices")


def _links(known: record_selectors.RecordFacts) -> dict[str, str]:
    left = known.left.remote_id if known.left else ""
    right = known.right.remote_id if known.right else ""
    record, has_tickets = known.record, ticket_side(known.sync) is not None
    return {
        "tickets_url": reverse("records:tickets", args=[known.sync.slug, record.side, record.remote_id])
        if has_tickets
        else "",
        "left_url": record_url(known.sync, Side.LEFT, left),
        "right_url": record_url(known.sync, Side.RIGHT, right),
    }


def _next_steps(known: record_selectors.RecordFacts) -> dict[str, bool]:
    """Whether a plan would look at the record again, and whether it can be synced alone, which needs a first run."""
    sync, record = known.sync, known.record
    waits = known.is_decided or (record.needs_planning and record.status != RecordStatus.IN_SYNC)
    return {
        "waits_for_plan": waits,
        "may_sync_now": sync.is_on and not record.deleted and bool(automatic.applied([sync])),
    }


def _choices(known: record_selectors.RecordFacts, find: str) -> dict[str, Any]:
    """The possible decisions; none for a linked pair, or for a left record outside the filter."""
    record = known.record
    if known.is_linked or record.deleted or (record.side == Side.LEFT and not record.in_scope):
        left_to_do = advice_of(record.status, names_of(known.sync)) if record.status in NEEDS_A_PERSON else ""
        left_filter = record.status == RecordStatus.LEFT_SCOPE
        return {"decidable": False, "left_filter": left_filter, "left_to_do": left_to_do}
    candidates = offered(known.sync, record, record_selectors.candidates(known.sync, record, find))
    return {
        "decidable": True,
        "find": find,
        "candidates": candidates,
        "not_created": (not_created := decisions.why_not_created(known.sync, record)),
        "advice": not_created if all(candidate.refused for candidate in candidates) else "",
        "rivals": [] if is_of_people(known.sync) else record_selectors.rivals(known.sync, record),
    }
