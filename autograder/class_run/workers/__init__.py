"""Jobs to processes of this machine or of a cluster, and back."""
