"""What stands between a student's code and the machine.

A warm server uses `Fence` (fence.py); the other modules are its layers.
"""
