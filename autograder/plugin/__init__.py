"""What nbgrader calls. `configure(c)` in an nbgrader_config.py puts our steps in its chain."""

from autograder.plugin.steps import Grade, Restore, Save, SubmissionExporter, configure

__all__ = ["Grade", "Restore", "Save", "SubmissionExporter", "configure"]
