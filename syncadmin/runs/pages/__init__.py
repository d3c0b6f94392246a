"""The pages about runs: one package for each, named as the page."""
