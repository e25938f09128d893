"""A class, from its submissions to its gradebook: read, skip, grade, write, tell."""
