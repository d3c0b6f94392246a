"""What the vendor makes of a row that is written, and what it refuses one for."""
