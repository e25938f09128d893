"""The exercises of a course by name: what `from ... import check` gives a test cell."""

from collections.abc import Iterable, Iterator

from autograder.checks.exercise import Exercise


class Catalogue:
    """`check.NAME` is the exercise of that name; an unknown name lists what there is."""

    def __init__(self, exercises: Iterable[Exercise]):
        """Raises ValueError where two exercises have one name."""
        self._exercises: dict[str, Exercise] = {}
        for exercise in exercises:
            if exercise.name in self._exercises:
                raise ValueError(f"there are two exercises named {exercise.name!r}")
            self._exercises[exercise.name] = exercise

    def __getattr__(self, name: str) -> Exercise:
        # copy and pickle look for dunders before __init__ has run: no self._exercises yet.
        if not name.startswith("_") and name in self._exercises:
            return self._exercises[name]
        raise AttributeError(f"there is no exercise {name!r}; there are: {', '.join(dir(self))}")

    def __dir__(self) -> list[str]:
        return sorted(self.__dict__.get("_exercises", ()))

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self._exercises.values())
