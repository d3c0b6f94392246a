"""Code that several stages share. It imports no stage."""
