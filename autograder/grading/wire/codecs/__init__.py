"""Kinds of values that cross in a form of their own, each checked as it is read."""
