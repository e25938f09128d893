"""What was handed in and what came of it, as plain values."""
