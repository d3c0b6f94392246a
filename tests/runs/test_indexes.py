"""The queries that every chunk of a run makes find their rows by an index that names all they ask for.

SQLite plans without statistics here, as it does on a fresh installation: a wrong choice makes a run quadratic.
"""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import QuerySet

from mappings.models import Sync
from syncadmin.engine.lifecycle import FINAL_STEPS, StepState
from syncadmin.runs.models import Link, MirrorRecord, Run, Step
from syncadmin.runs.pipeline.shared.owned_entries import ends_of_links
from syncadmin.runs.storage.steps import steps_about, unrecorded

RUN = Run(pk=1)
PENDING = MirrorRecord.objects.filter(sync_id=1, side="left", needs_planning=True, id__gt=0)
LEFT = MirrorRecord.objects.filter(sync_id=1, side="left", deleted=False)
RIGHT = MirrorRecord.objects.filter(sync_id=1, side="right", deleted=False)
QUERIES = {
    "claim": (unrecorded(RUN).filter(state=StepState.PLANNED, id__gt=9).order_by("id")[:9], "state=? AND id>?"),
    "record": (unrecorded(RUN).filter(state__in=FINAL_STEPS).order_by("state", "id")[:9], "state=?"),
    "unknown": (unrecorded(RUN).filter(state=StepState.UNKNOWN), "state=?"),
    "pending": (PENDING.order_by("id")[:9], "mirror_pending"),
    "pending count": (PENDING.values("id"), "mirror_pending"),
    "by name": (RIGHT.filter(match_key__in=["a", "b"]), "match_key=?"),
    "by look": (RIGHT.filter(lookalike_key__in=["a", "b"]), "lookalike_key=?"),
    "by look of an address": (RIGHT.exclude(address_look="").filter(address_look__in=["a", "b"]), "address_look=?"),
    "by stored id": (RIGHT.filter(external_key__in=["a", "b"]), "external_key=?"),
    "links of left": (Link.objects.filter(sync_id=1, left_id__in=["a"]), "left_id=?"),
    "links of right": (Link.objects.filter(sync_id=1, right_id__in=["a"]), "right_id=?"),
    "steps of left records": (steps_about(RUN, left_id__in=["a", "b"]), "left_id=?"),
    "steps of right records": (steps_about(RUN, right_id__in=["a", "b"]), "right_id=?"),
    "ends of links": (ends_of_links(Sync(pk=1), ["a", "b"]), "right_id=?"),
    "rows of a plan": (Step.objects.filter(run=RUN, group_key="a").order_by("pk")[:9], "step_in_plan"),
    "shared emails": (LEFT.filter(match_key="a", in_scope=True), "mirror_match"),
    "proposals": (Link.objects.filter(sync_id=1, active=False, id__gt=0), "link_proposed"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", QUERIES)
def test_a_chunk_of_a_run_is_found_by_its_index(name: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by statistics that an empty table does not have")
    query, expected = QUERIES[name]
    assert isinstance(query, QuerySet)
    assert expected in query.explain()
