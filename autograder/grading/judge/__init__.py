"""The trusted side: test cells, stand-ins for the student's names, and the verdicts."""
