"""Pure rules over values: which fields fit, how a value converts, who is in scope. No Django, no network, no clock."""
