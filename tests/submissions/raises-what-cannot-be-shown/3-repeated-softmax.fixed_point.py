class Oops(Exception):
    def __str__(self):
        raise Oops

    __repr__ = __str__


def fixed_point(n):
    raise Oops
