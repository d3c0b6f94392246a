"""What to do about a refusal by Zendesk, by its error code (developer.zendesk.com, "Responses")."""

REMEDIES = {
    "DuplicateValue": "Another record holds this value. Find it there and link the two, or make the value unique.",
    "RecordInvalid": "Correct the value at its source; the answer says which one.",
    "RecordNotFound": "The record was deleted. Restore it, or plan again.",
}
