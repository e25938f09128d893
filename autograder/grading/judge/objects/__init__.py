"""What stands in the judge for objects of the student's, and what of ours was told to them."""
