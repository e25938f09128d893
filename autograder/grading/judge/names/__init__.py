"""The notebook's names across the wall: whose they are, what is shown of ours, who reads which."""
