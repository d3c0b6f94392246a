"""How long, how many calls, how much memory, measured from outside; `make bench`. See README.md in this folder."""
