"""The closed format between the judge and a student's process: plain data, no pickle, no code.

A message is one frame: a JSON head and the raw bytes of its arrays. `frames` moves frames over a
socket; `encode` and `decode` turn values into nodes of the head and back, `codecs` those of kinds
with a form of their own (pandas, NumPy, SciPy), `given_classes` those of classes that both sides
have; `random_states` carries the global random states, and `random_fingerprint` sees whether they
changed; `changed_arguments` carries what a call changed in its arguments.
"""
