"""Cells run as a kernel would run them."""
