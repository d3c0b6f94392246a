"""Links that end since the right record has another key by now: where people choose the field of the key, what a
record holds there says whose it is, and values of one person are never written to the record of another (S4.4).
"""

from __future__ import annotations

from syncadmin.engine.match import How
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.storage.steps import chunks

CHUNK = 500
# Links that somebody made, and those that followed a merge, stay whatever the key is.
BY_KEY = (How.KEY, How.CREATED)


def end_links(context: Context) -> None:
    """End the links of changed right records that hold the key of their left one no more; that one is matched anew."""
    if not context.kind.right.key_option:
        return
    changed = MirrorRecord.objects.right_of(context.sync, needs_planning=True).alive()
    for rows in chunks(changed.values_list("id", "remote_id", "match_key"), CHUNK):
        keys = {remote_id: key for _, remote_id, key in rows}
        links = Link.objects.active_of(context.sync, right_id__in=keys, how__in=BY_KEY)
        pairs = dict(links.values_list("left_id", "right_id"))
        lefts = MirrorRecord.objects.left_of(context.sync, remote_id__in=pairs)
        held = lefts.values_list("remote_id", "match_key")
        ended = [left_id for left_id, key in held if key != keys[pairs[left_id]]]
        with context.progress.holding():
            Link.objects.active_of(context.sync, left_id__in=ended).delete()
            lefts.filter(remote_id__in=ended).alive_in_scope().update(needs_planning=True)
