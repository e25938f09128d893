"""What arrives while a class is watched: seen, and collected from the exchange."""
