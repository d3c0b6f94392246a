"""The options of a sync: their forms and the words beside each choice."""
