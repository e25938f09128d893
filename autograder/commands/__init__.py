"""What people type and see: the command line, its tables and its progress."""
