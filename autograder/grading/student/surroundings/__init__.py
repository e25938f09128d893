"""The student's end of what stands around a call: patches, warnings, logs, files."""
