"""What a person would write with the same two libraries in an afternoon, to have something to compare with."""
