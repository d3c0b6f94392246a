"""The kinds of sync: a folder each, pure, below the app and the engine; the registry lists them."""
