"""The closed format between the judge and a student's process: plain data, no pickle, no code.

A message is one frame: a JSON head and the raw bytes of its arrays. `frames` moves frames over a
socket, `values` turns Python values into nodes of the head and back, `tables` does so for pandas,
`random_states` for the global random states.
"""
