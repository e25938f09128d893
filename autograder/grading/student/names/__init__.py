"""The notebook's names on this side: what the judge shows of its own, and what cells change."""
