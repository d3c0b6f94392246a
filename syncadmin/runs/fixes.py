"""What to do about a refusal, by the remote system's word for it. Sentences for the person who can do it."""

from __future__ import annotations

_FIXES = {
    "DuplicateValue": "Another record holds this value. Find it there and link the two, or make the value unique.",
    "DUPLICATE_VALUE": "Another record holds this value. Find it there and link the two, or make the value unique.",
    "DUPLICATES_DETECTED": "A duplicate rule refused it. Link the record that Salesforce found, or relax the rule.",
    "REQUIRED_FIELD_MISSING": "Map a field that fills it, or give the field a default in Salesforce.",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A validation rule refused it. Correct the value, or exempt the user.",
    "FIELD_FILTER_VALIDATION_EXCEPTION": "A lookup filter refused it. Correct the value, or change the filter.",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "Add the value to the picklist, or map it to one that exists.",
    "STRING_TOO_LONG": "Shorten the value, or map it to a longer field.",
    "INVALID_EMAIL_ADDRESS": "Correct the e-mail address at its source.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "Give the integration user the right to edit this record.",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "Give the integration user access to the record it points to.",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "Give the integration user the right to edit this field.",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "A trigger or flow in Salesforce failed. Its owner has to mend it.",
    "ENTITY_IS_DELETED": "The record was deleted. Restore it, or plan again.",
    "UNABLE_TO_LOCK_ROW": "Somebody held the record. The next run tries again.",
    "RecordInvalid": "Correct the value at its source; the answer says which one.",
    "RecordNotFound": "The record was deleted. Restore it, or plan again.",
    "drift": "Somebody edited it after the plan was made. Plan again to see what would be written now.",
    "gone": "It was deleted after the plan was made. Plan again.",
    "both_changed": "Choose on the record's page which value stays, or in the mapping which side always wins.",
    "value": "Correct the value in Salesforce, or say in the mapping what becomes of such values.",
    "not_approved": "Nobody approved this step. The next plan shows it again.",
}


def fix_for(code: str) -> str:
    """A sentence for a code; empty where only the answer itself can tell."""
    return _FIXES.get(code, "")
