"""The course's settings for nbgrader. With `source/` beside it, any folder is this course."""

from autograder.plugin import configure

c = get_config()  # noqa: F821  (nbgrader defines it)
configure(c)

c.CourseDirectory.course_id = "softmax"

# One cell, and all the calls that one test cell makes together: seconds.
c.Grade.cell_seconds = 30
