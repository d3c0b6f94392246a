"""The messages of Salesforce's Pub/Sub API: ``pubsub.proto``, and the classes that ``make messages`` makes of it."""
