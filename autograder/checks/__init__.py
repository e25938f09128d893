"""What a course writes its checks with: exercises, comparison, gradients, named mistakes.

`exercise` is where to begin: its docstring shows an exercise. It runs alike in a student's notebook
and in the judge, on functions and on stand-ins for them.
"""
