"""How fast pages answer with a million rows behind them."""
