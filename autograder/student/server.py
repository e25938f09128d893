"""The warm server of student processes: `python -m autograder.student.server CONTROL`."""

from autograder.shell import Shell
from autograder.student.process import run
from autograder.warm import serve

if __name__ == "__main__":
    serve(prepare=Shell.make, run=run)
