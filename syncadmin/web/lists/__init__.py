"""What a list page is made of."""
