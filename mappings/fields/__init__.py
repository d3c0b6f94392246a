"""The mapping editor: which fields there are, what fits, rows as they are typed, a preview on a real record."""
