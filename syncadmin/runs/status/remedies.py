"""What to do about a step that was not written. Sentences for the person who can do it."""

from __future__ import annotations

from connectors.api.registry import remedy

_OWN = {
    "drift": "Somebody edited it after the plan was made. Plan again to see what would be written now.",
    "gone": "It was deleted after the plan was made. Plan again.",
    "both_changed": "Choose on the record's page which value stays, or in the mapping which side always wins.",
    "value": "Correct the value at its source, or say in the mapping what becomes of such values.",
    "not_approved": "Nobody approved this step. The next plan shows it again.",
}


def fix_for(code: str) -> str:
    """A sentence for a code of ours or of a connected system; empty where only the answer itself can tell."""
    return _OWN.get(code) or remedy(code)
