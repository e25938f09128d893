"""One notebook graded, and never nbgrader."""
