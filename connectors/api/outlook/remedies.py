"""What to do about an error of Microsoft Graph, by its error code."""

REMEDIES = {
    "ErrorItemNotFound": "The contact was deleted in Outlook. Plan again.",
    "ErrorIrresolvableConflict": "The contact was changed while it was written. Start again.",
    "ErrorPropertyValidationFailure": "Outlook does not take this value, or not so many. Shorten it at its source.",
    "MailboxNotEnabledForRESTAPI": "Give the user a licence with Exchange Online, or take the mailbox off the list.",
    "ErrorInvalidUser": "Check the address of the mailbox.",
    "OutsideAccessPolicy": "Add the mailbox to the group that the application access policy names, in Exchange Online.",
    "ErrorQuotaExceeded": "The mailbox is full. Make room in it.",
}
