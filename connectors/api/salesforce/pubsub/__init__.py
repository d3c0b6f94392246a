"""Change Data Capture through the Pub/Sub API: what changed in an org, as it happens."""
