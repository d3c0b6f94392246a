"""What the kinds between Salesforce and Zendesk share."""
