"""What to do about an error of Salesforce, by its error code (Object Reference, "Status Codes")."""

REMEDIES = {
    "DUPLICATE_VALUE": "Another record holds this value. Find it there and link the two, or make the value unique.",
    "DUPLICATES_DETECTED": "A duplicate rule refused it. Link the record that Salesforce found, or relax the rule.",
    "DUPLICATE_USERNAME": "User names are unique across all Salesforce orgs. Choose another one for this user.",
    "DUPLICATE_COMM_NICKNAME": "Another user has this nickname. Choose another one for this user.",
    "PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT": "This contact has a portal user already. Link that one.",
    "MIXED_DML_OPERATION": "An automation in Salesforce writes users and other records in one transaction. Its "
    "owner has to run one of the two later, such as in an asynchronous path of the flow.",
    "INACTIVE_OWNER_OR_USER": "The user is not active. Activate it in Salesforce, or leave it alone.",
    "LICENSE_LIMIT_EXCEEDED": "All licenses of this kind are in use. Switch a user off, or add licenses in Salesforce.",
    "REQUIRED_FIELD_MISSING": "Map a field that fills it, or give the field a default in Salesforce.",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A validation rule refused it. Correct the value, or exempt the user.",
    "FIELD_FILTER_VALIDATION_EXCEPTION": "A lookup filter refused it. Correct the value, or change the filter.",
    "FIELD_INTEGRITY_EXCEPTION": "A value does not fit another one of the record. Correct it at its source.",
    "INVALID_CROSS_REFERENCE_KEY": "The record that it points to does not exist. Correct the value at its source.",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "Add the value to the picklist, or map it to one that exists.",
    "STRING_TOO_LONG": "Shorten the value, or map it to a longer field.",
    "INVALID_EMAIL_ADDRESS": "Correct the e-mail address at its source.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "Give the integration user the right to edit this record.",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "Give the integration user access to the record it points to.",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "Give the integration user the right to edit this field.",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "A trigger or flow in Salesforce failed. Its owner has to fix it.",
    "CANNOT_EXECUTE_FLOW_TRIGGER": "A flow in Salesforce failed. Its owner has to fix it.",
    "ENTITY_IS_DELETED": "The record was deleted. Restore it, or plan again.",
    "UNABLE_TO_LOCK_ROW": "The record was locked. The next run tries again.",
}
