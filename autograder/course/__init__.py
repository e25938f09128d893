"""nbgrader's database and folders, and nobody else's."""
