"""The stages of a run: extract, match, plan, apply, record. They only share database rows; ``control`` runs them."""
