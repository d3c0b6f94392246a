"""The pages of syncs: the list, the page of one with its sections, adding and naming."""
