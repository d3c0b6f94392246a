"""How many records a second the deciding part takes, without database or network: `python -m benchmarks.engine [N]`."""
