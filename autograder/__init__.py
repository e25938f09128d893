"""Grade numeric notebook exercises with the student's code and the tests in different processes."""
