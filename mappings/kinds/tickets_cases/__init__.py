"""Zendesk tickets and Salesforce cases."""
