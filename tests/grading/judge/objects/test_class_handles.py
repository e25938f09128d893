"""Stand-ins for classes: they say what they derive from, and take nothing of it."""

from unittest import mock

import pytest

from autograder.errors import WireError
from autograder.grading.judge.objects.received import ReceivedObjects
from autograder.grading.wire.given_classes import NO_INSTANCES


class Base:
    """A given class whose instances are equal to all."""

    def __eq__(self, other):
        return True

    def __len__(self):
        return 3

    def __array__(self):
        return 5

    __hash__ = None


class NoOwner:
    """Is asked for nothing."""

    def operate(self, operation, /, *arguments, **keywords):
        raise AssertionError(operation)

    operators_used = operate


def received() -> ReceivedObjects:
    return ReceivedObjects(NoOwner(), {"Base": Base}, frozenset(), NO_INSTANCES)


def class_node(number=1, *bases, **claims):
    names = [["__main__", "Cat"], *bases, ["builtins", "object"]]
    node = {"t": "handle", "id": number, "can": ["call"], "mro": [["builtins", "type"]]}
    return node | {"class": names, "makes": [], "bases": []} | claims


def instance_node(of, number=9):
    return {"t": "handle", "id": number, "can": [], "mro": [["__main__", "Cat"]], "of": of}


@pytest.mark.parametrize(
    ("place", "kind"), [(["__main__", "Base"], Base), (["unittest.mock", "_ANY"], mock._ANY)]
)
def test_a_claimed_base_lends_its_name_and_none_of_its_methods(place, kind):
    cat = received().resolve(instance_node(class_node(1, place)))
    assert isinstance(cat, kind)
    assert issubclass(type(cat), kind)
    assert cat != 5
    assert cat != 5
    assert type(cat) is not kind
    for ask in (len, iter, float):
        with pytest.raises(TypeError):
            ask(cat)


def test_a_class_is_one_class_and_its_objects_are_of_it():
    objects = received()
    kind = objects.resolve(class_node())
    cat = objects.resolve(instance_node(class_node()))
    assert type(cat) is kind
    assert cat.__class__ is kind
    assert (kind.__name__, kind.__module__, kind.__bases__) == ("Cat", "__main__", (object,))


MALFORMED = {
    "an object of no class": instance_node({"t": "handle", "id": 3, "can": [], "mro": []}),
    "too many names": class_node(1, *[["a", "b"]] * 300),
    "a method of no object": {"t": "object's", "v": "__doc__"},
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_class_is_refused(what):
    with pytest.raises((WireError, ValueError)):
        received().resolve(MALFORMED[what])


def test_classes_have_an_end():
    objects = received()
    with pytest.raises(WireError, match="classes"):
        list(map(objects.resolve, map(class_node, range(1, 3000))))


def test_bases_of_bases_have_an_end():
    node = class_node(1)
    for number in range(2, 100):
        node = class_node(number, bases=[{"name": ["__main__", "Dog"], "class": node}])
    with pytest.raises(WireError, match="too many bases"):
        received().resolve(node)
