"""Which records take part: filters, counts by Salesforce, and what a change would leave out."""
