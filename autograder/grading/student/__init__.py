"""The untrusted side: what runs in the process that holds a student's code."""
