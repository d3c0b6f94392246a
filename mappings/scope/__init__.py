"""Which records take part: filters, counts by the left system, and what a change would leave out."""
