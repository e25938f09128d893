"""The special methods that cross as operations, by the names that both sides use for them."""

ARITHMETIC = frozenset(
    {"add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow"}
    | {"lshift", "rshift", "and", "or", "xor"}
)
COMPARISONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
UNARY = frozenset({"neg", "pos", "abs", "invert"})
#: Forwarded only to objects of classes that a solution cell binds.
OPERATORS = frozenset(
    {f"__{name}__" for name in ARITHMETIC | COMPARISONS | UNARY}
    | {f"__r{name}__" for name in ARITHMETIC}
    | {f"__i{name}__" for name in ARITHMETIC}
    | {"__divmod__", "__round__", "__hash__"}
)
#: Forwarded as they are to any object that has them: an operation's name -> its method's.
PLAIN = {
    name: f"__{name}__"
    for name in (
        *("next", "len", "getitem", "setitem", "delitem", "contains"),
        *("bool", "int", "float", "complex", "index", "enter"),
    )
}
