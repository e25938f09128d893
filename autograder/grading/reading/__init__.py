"""What was handed in, read, planned, cleaned and written down in a process that may be lost."""
