"""An example class: students who each have a story, for the demo and the tests."""
