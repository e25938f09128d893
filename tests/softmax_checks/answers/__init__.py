"""Answers to the exercises of notebooks 3, 4 and 5: cells as students submit them.

One file an exercise. RIGHT: style -> cell; it must pass every behaviour, shown and hidden. WRONG:
mistake -> (the behaviours that it loses, cell); it keeps the others.
"""

#: The cell that comes first in each notebook.
PRELUDE = """
import math
from functools import lru_cache, partial, wraps
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
"""
