"""Change Data Capture: what changes in the organisation, as events of the vendor's Pub/Sub API."""
