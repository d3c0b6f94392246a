"""Stage 4: steps are written exactly as stored."""
