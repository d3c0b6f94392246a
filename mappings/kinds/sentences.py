"""What a configuration does, in words (S3.C3, A1)."""

from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.rules.configuration import Configuration, Direction


def direction_sentence(config: Configuration, automatic: bool) -> str:
    """A few sentences that say which way data flows and when. Needs no types: rules may be bare pairs."""
    back = sum(rule.direction is not Direction.TO_RIGHT for rule in config.rules)
    creates = config.create_left != "nothing"
    kind = kind_of(config.kind)
    edits = _edits(kind, back, config.create_left if creates else "")
    when = _when(automatic, back=bool(back) or creates)
    return " ".join([_way(back, creates), edits, *_creations(kind, config), when])


def _way(back: int, creates: bool) -> str:
    if back:
        return f"Salesforce → Zendesk; {back} {'field also goes' if back == 1 else 'fields also go'} back."
    return "Salesforce → Zendesk." if creates else "Salesforce → Zendesk only."


def _edits(kind: Kind, back: int, creates: str) -> str:
    edits = "Other edits made in Zendesk" if back else "Edits made in Zendesk"
    if creates:
        unknown = "that have none" if creates == kind.left.many else "that Salesforce does not know"
        return f"{edits} are never written to Salesforce, but a run creates {creates} for {kind.right.many} {unknown}."
    return f"{edits} are never written to Salesforce, and no {kind.left.many} are created there."


def _creations(kind: Kind, config: Configuration) -> list[str]:
    return [] if config.create_right else [f"No {kind.right.many} are created either."]


def _when(automatic: bool, *, back: bool) -> str:
    """Runs of their own accord go one way (S3.1)."""
    if not automatic:
        return "Nothing is written until somebody starts a run."
    picked_up = "Changes in Salesforce are written to Zendesk every ten minutes."
    return f"{picked_up} What goes to Salesforce waits for a run that somebody starts." if back else picked_up
