"""Objects of given classes that would answer for themselves: each a solution cell for `build`.

`build()` is to return a balanced tree and does not; only what it hides could make it look like one.
Where it is balanced, what it carries could do harm in the judge.
"""

_UNBALANCED = """
def unbalanced(kind=Tree):
    leaf = kind(3)
    return kind(1, [kind(2, [leaf])])
"""

ATTACKS = {
    name: _UNBALANCED + code
    for name, code in {
        "a method, by a function": """
def build():
    tree = unbalanced()
    tree.is_balanced = lambda: True
    return tree
""",
        "a method, by another of the given ones": """
def build():
    tree = unbalanced()
    vars(tree)["height"] = Tree(1, [Tree(2)]).height
    return tree
""",
        "a method, of a part": """
def build():
    tree = unbalanced()
    tree.children[0].height = lambda: 1
    return tree
""",
        "a class method": """
def build():
    tree = unbalanced()
    tree.most, vars(tree)["spread"] = lambda: 99, 0
    return tree
""",
        "a static method": """
def build():
    tree = unbalanced()
    tree.highest = lambda heights: 1
    return tree
""",
        "a property": """
def build():
    tree = unbalanced()
    vars(tree)["balanced"] = True
    return tree
""",
        "a property that is computed once": """
def build():
    tree = unbalanced()
    tree.spread = 0
    return tree
""",
        "in a subclass": """
class Mine(Tree):
    def is_balanced(self): return True
    balanced, spread = True, 0
def build(): return unbalanced(Mine)
""",
        "in a subclass, by its class": """
class Mine(Tree):
    def is_balanced(self): return True
    balanced, spread = True, 0
    __eq__ = lambda self, other: True
def build():
    tree = unbalanced()
    tree.__class__ = Mine
    return tree
""",
        "in a subclass that calls itself the given one": """
class Mine(Tree):
    def is_balanced(self): return True
    balanced, spread = True, 0
Mine.__name__ = Mine.__qualname__ = "Tree"
def build(): return unbalanced(Mine)
""",
        "in the class itself": """
Tree.is_balanced = lambda self: True
Tree.balanced, Tree.spread = True, 0
def build(): return unbalanced()
""",
        "in a class of the same name": """
Given = Tree
class Tree(Given):
    def is_balanced(self): return True
    balanced, spread = True, 0
def build(): return unbalanced()
""",
        "in a handle that claims the class": """
import autograder.grading.wire.given_classes as given_classes
given_classes.Instances.node = lambda self, encoder, value: None
Tree.is_balanced = lambda self: True
Tree.balanced, Tree.spread = True, 0
def build(): return unbalanced()
""",
        "where NumPy looks": """
def build():
    tree = Tree(1, [Tree(2)])
    tree.__array_interface__ = {
        "data": (id(tree), False), "shape": (8,), "typestr": "<i8", "version": 3}
    return tree
""",
        "special methods": """
def build():
    tree = unbalanced()
    tree.__class__.__bool__ = tree.__class__.__eq__ = lambda *args: True
    vars(tree)["__class__"] = bool
    return tree
""",
        "keys that are no names": """
def build():
    tree = Tree(1, [Tree(2)])
    vars(tree)[1] = True
    return tree
""",
    }.items()
}

#: The same for `build_slots`, whose class keeps its attributes in slots.
IN_SLOTS = {
    "in the class itself": """
Pair.is_sorted = lambda self: True
def build_slots(): return Pair(2, 1)
""",
    "in a subclass": """
class Mine(Pair):
    def is_sorted(self): return True
def build_slots(): return Mine(2, 1)
""",
    "in a subclass's attribute": """
class Mine(Pair): pass
def build_slots():
    pair = Mine(2, 1)
    pair.is_sorted = lambda: True
    return pair
""",
}
