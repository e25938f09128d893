"""What `inspect.getsource` says of the student's code: the text that they handed in."""
