"""The HTTP endpoints: each module holds functions from a Call to a Response, and the table of its paths."""
