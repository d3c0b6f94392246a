"""Records: the lists, the search, and everything known about one of them."""
