"""Ends links whose right record has another key now, or one that several records share.

Where the administrator chooses the key field, its value says whose record it is, and values of one person must never be
written to the record of another (S4.4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db.models import Q

from syncadmin.engine.match import How
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.storage.steps import chunks

CHUNK = 500
# Links that somebody made, and those that followed a merge, stay whatever the key is.
BY_KEY = (How.KEY, How.CREATED)


def end_links(context: Context) -> None:
    """End the links of left records whose right record no longer has their key, or shares it and none of several is
    written.

    Those left records are matched again.
    """
    if not context.kind.right.key_option:
        return
    named = MirrorRecord.objects.left_of(context.sync, needs_planning=True).exclude(match_key="").values("match_key")
    rights = MirrorRecord.objects.right_of(context.sync).alive()
    changed = rights.filter(Q(needs_planning=True) | Q(match_key__in=named))
    for rows in chunks(changed.values_list("id", "remote_id", "match_key"), CHUNK):
        keys = {remote_id: key for _, remote_id, key in rows}
        ended = {*_changed_keys(context, keys), *_shared(context, set(keys.values()) - {""})}
        with context.progress.holding():
            Link.objects.active_of(context.sync, left_id__in=ended, how__in=BY_KEY).delete()
            lefts = MirrorRecord.objects.left_of(context.sync, remote_id__in=ended).alive_in_scope()
            lefts.update(needs_planning=True)


def _changed_keys(context: Context, keys: Mapping[str, str]) -> Iterator[str]:
    """The left records, of those given with keys, whose linked right record has another key now.

    A right record that was created for its left record stays linked after its key was corrected, unless another left
    record has that key.
    """
    links = Link.objects.active_of(context.sync, right_id__in=keys, how__in=BY_KEY)
    pairs = {left_id: (right_id, how) for left_id, right_id, how in links.values_list("left_id", "right_id", "how")}
    lefts = MirrorRecord.objects.left_of(context.sync)
    held = lefts.filter(remote_id__in=pairs).values_list("remote_id", "match_key")
    moved = [left_id for left_id, key in held if key != keys[pairs[left_id][0]]]
    theirs = lefts.alive_in_scope().filter(match_key__in={keys[pairs[left_id][0]] for left_id in moved})
    others = set(theirs.values_list("match_key", flat=True)) if moved else set()
    for left_id in moved:
        right_id, how = pairs[left_id]
        if how != How.CREATED or keys[right_id] in others:
            yield left_id


def _shared(context: Context, keys: Collection[str]) -> Iterable[str]:
    """The linked left records with a key that several right records have, if none of several is written."""
    if context.book.config.several != "none":
        return ()
    rights = MirrorRecord.objects.right_of(context.sync, match_key__in=keys).alive_in_scope()
    times = Counter(rights.values_list("match_key", flat=True))
    shared = [key for key, number in times.items() if number > 1]
    lefts = MirrorRecord.objects.left_of(context.sync, match_key__in=shared).values("remote_id")
    links = Link.objects.active_of(context.sync, left_id__in=lefts, how__in=BY_KEY)
    return links.values_list("left_id", flat=True) if shared else ()
