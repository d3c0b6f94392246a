"""SyncAdmin: keeps Salesforce and Zendesk equal. Plan first, then write exactly the plan."""

__version__ = "0.1.0"
