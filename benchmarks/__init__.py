"""What grading costs, measured: each module is one command that prints a ratio with its spread."""
