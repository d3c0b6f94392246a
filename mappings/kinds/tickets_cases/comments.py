"""Copies the comments of a ticket to its case, with links to files and a note about a merge."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mappings.kinds.relation import Relation, steps_of_relation
from mappings.rules.configuration import Configuration

LONGEST = 4_000
"""So many characters a comment of a case may have; Salesforce refuses longer ones."""
SHORTENED = "\n[Shortened. The whole comment is in Zendesk.]"
MERGED = "merged_into"


def fields(config: Configuration) -> Sequence[str]:
    """The fields to read of a ticket for its comments; the comments themselves only if they are sent."""
    return (MERGED, f"{MERGED}_url", *(("comments",) if config.option("comments") in ("public", "all") else ()))


def wanted(values: Mapping[str, Any], config: Configuration) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The comments that the case of a ticket gets, each with the id of the ticket's comment as its key."""
    sent = config.option("comments")
    for comment in values.get("comments") or () if sent in ("public", "all") else ():
        body, files = comment["body"], _files(comment)
        if (body.strip() or files) and (comment["public"] or sent == "all"):
            yield comment["id"], {"CommentBody": _fitting(body, files), "IsPublished": comment["public"]}
    if winner := values.get(MERGED):
        text = f"Merged into Zendesk ticket #{winner}: {values.get(f'{MERGED}_url') or ''}".rstrip(": ")
        yield f"{MERGED} {winner}", {"CommentBody": text, "IsPublished": False}


def _files(comment: Mapping[str, Any]) -> str:
    """Names and addresses of a comment's files, as many as fit; "" without any."""
    lines = [f"{file['name']}: {file['url']}" for file in comment.get("files") or ()]
    text, left = "", LONGEST // 2
    for line in lines:
        if len(line) >= left:
            return f"{text}\n[More files are in Zendesk.]"
        text, left = f"{text}\n{line}", left - len(line) - 1
    return text and f"\n\nFiles in Zendesk:{text}"


def _fitting(body: str, files: str) -> str:
    whole = f"{body}{files}"
    return whole if len(whole) <= LONGEST else body[: LONGEST - len(SHORTENED) - len(files)] + SHORTENED + files


COMMENT = Relation(
    "comment",
    "CaseComment",
    "comment",
    "comments",
    steps_of_relation("comment", "comment", "comments", "create"),
    parent="ParentId",
    wanted=wanted,
)
