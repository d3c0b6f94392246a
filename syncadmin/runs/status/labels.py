"""Labels of fields, names of kinds, and links into both systems."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from django.urls import reverse

from connectors.models import RemoteField
from mappings.kinds.declaration import Names
from mappings.kinds.registry import kind_of, relatives
from mappings.models import Sync
from mappings.rules.texts import with_article
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord

_WORD = re.compile(r"\w[\w.]*\w")
_PLAIN = re.compile("[A-Z]?[a-z]+")


def names_of(sync: Sync) -> Names:
    """The names of a sync's kind."""
    return sync.declared.names


def names_of_parents(sync: Sync) -> Names:
    """The names of the kind that this one depends on, such as accounts for contacts; its own without one."""
    return kind_of(next(iter(kind_of(sync.kind).depends_on), sync.kind)).names


def family_of(sync: Sync) -> list[Names]:
    """The names of the kinds that share their right records with this one, including its own."""
    return [kind_of(slug).names for slug in relatives(sync.kind) or (sync.kind,)]


def family_lefts(sync: Sync) -> str:
    """The left records of all of them, as a plural: "contacts and leads"."""
    return " and ".join(names.left_many for names in family_of(sync))


def too_early(sync: Sync) -> str:
    """What a plan of a sync gets wrong before the sync that it depends on is complete (S3.43)."""
    names, parents = names_of(sync), names_of_parents(sync)
    if not is_of_people(sync):
        return f"Records that belong to {parents.left_many} which are not synced yet are planned without them."
    left, right = parents.left_one, with_article(parents.right_one)
    return (
        f"No {names.right_one} becomes a member of {right} whose {left} is not synced yet, and the record that fills "
        f"{with_article(names.right_one)} is chosen without knowing that. A later run adds the memberships, and may "
        f"choose another syncing record."
    )


def systems(names: Names) -> dict[Side, str]:
    """The names of the two systems by side."""
    return {Side.LEFT: names.left_system, Side.RIGHT: names.right_system}


def is_of_people(sync: Sync) -> bool:
    """Whether several left records may share one right record, as contacts and leads with one email do."""
    return kind_of(sync.kind).grouping is not None


def made_on_the_left(sync: Sync) -> str:
    """What a sync creates on the left, as a plural: contacts syncs may create leads (S3.51)."""
    return sync.creates_left or names_of(sync).left_many


def field_labels(sync: Sync, names: Iterable[str]) -> dict[str, str]:
    """The labels of these fields of either side, as far as known. One query."""
    kind = sync.declared
    objects = {"object__name__in": (kind.left_object, kind.right_object)}
    rows = RemoteField.objects.filter(object__connection__in=(sync.left_id, sync.right_id), name__in=names, **objects)
    return dict(rows.order_by().values_list("name", "label"))


def labels_in(sync: Sync, texts: Iterable[str]) -> dict[str, str]:
    """The labels of the fields that these texts mention by name. At most one query."""
    words = {word for text in texts for word in _WORD.findall(text) if not _PLAIN.fullmatch(word)}
    return field_labels(sync, words) if words else {}


def with_labels(text: str, labels: Mapping[str, str], *, keys: bool = True) -> str:
    """The text with the label of each field that it mentions by name: "Revenue (fields.revenue): ...".

    Without ``keys`` the name is left out, unless another field has the same label. Names that are plain words stay as
    they are.
    """
    known = {name: label for name, label in labels.items() if label and not _PLAIN.fullmatch(name)}
    if not known:
        return text
    times = Counter(known.values())
    longest_first = sorted(known, key=len, reverse=True)
    names = re.compile(rf"(?<![\w.(])({'|'.join(map(re.escape, longest_first))})(?![\w.)])")

    def named(found: re.Match[str]) -> str:
        name, label = found[1], known[found[1]]
        return f"{label} ({name})" if keys or times[label] > 1 else label

    return names.sub(named, text)


def parent_names(sync: Sync, ids: Iterable[str]) -> dict[str, str]:
    """The names of parent records by id, as far as they are mirrored. At most one query."""
    wanted, kinds = {id for id in ids if id}, kind_of(sync.kind).depends_on
    if not wanted or not kinds:
        return {}
    rows = MirrorRecord.objects.of_sync(sync.beside(kinds), side__in=list(Side), remote_id__in=wanted)
    return dict(rows.order_by().values_list("remote_id", "label"))


def why_url(sync: Sync, left_id: str, right_id: str) -> str:
    """The page of a record; empty without an id."""
    side, remote_id = (Side.LEFT, left_id) if left_id else (Side.RIGHT, right_id)
    return reverse("records:detail", args=[sync.slug, side, remote_id]) if remote_id else ""


def group_url(sync: Sync, email: str) -> str:
    """The page of an email group; empty without an email, or for a kind without groups."""
    return reverse("groups:detail", args=[sync.slug, email]) if email and is_of_people(sync) else ""


def record_url(sync: Sync, side: Side | str, remote_id: str) -> str:
    """The address of a record in its own system; empty without an id."""
    kind, left = sync.declared, side == Side.LEFT
    connection = sync.left if left else sync.right
    remote_object = kind.left_object if left else kind.right_object
    return connection.spec.record_url(connection.base_url, remote_object, remote_id) if remote_id else ""
