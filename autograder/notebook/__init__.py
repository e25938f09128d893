"""A notebook read, not run."""
