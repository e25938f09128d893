"""What stands around a call in one process, kept alike in two: patches, warnings, logs, files."""
