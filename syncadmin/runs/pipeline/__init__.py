"""The I/O shell: extract, match, plan, apply, record. Stages meet only in rows; ``control`` starts them."""
