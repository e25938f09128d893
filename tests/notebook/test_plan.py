"""What runs where: read from the source notebook, before anything runs."""

import json
from dataclasses import replace

from cells import check, given, notebook, solution

from autograder.notebook.plan import Action, Plan, make_plan
from autograder.notebook.roles import restore


def plan(*cells):
    source = notebook(*cells)
    return make_plan(source, restore(source, source))


def steps(found, action):
    return [step.source for step in found.steps if step.action is action]


def students(found):
    return {step.grade_id: set(step.students) for step in found.steps if step.action is Action.TEST}


def test_names_that_solution_cells_bind_are_the_students():
    found = plan(
        given("scale = 2"),
        solution("f", "import numpy as np\nhelper = 1\ndef f(x): return x"),
        check("test", "assert f(scale) == np.float64(2) and helper"),
    )
    assert students(found) == {"test": {"f", "helper"}}
    assert steps(found, Action.SETUP) == ["scale = 2", "import numpy as np"]


def test_the_judge_runs_only_what_the_tests_need_and_what_that_needs():
    found = plan(
        given("import numpy as np"),
        given("unused = plot()"),
        given("base = np.ones(3)"),
        given("def expected(x): return x + base"),
        given("np.random.seed(1)"),
        given("data = []"),
        given("data.append(3)"),
        solution("f", "def f(x): return x"),
        check("test", "assert (f(data) == expected(data)).all()"),
    )
    assert "unused = plot()" not in steps(found, Action.SETUP)
    assert len(steps(found, Action.SETUP)) == 6
    assert len(steps(found, Action.STUDENT)) == 8


def test_a_later_cell_of_the_instructors_takes_a_name_over():
    found = plan(
        solution("x", "x = 1"),
        check("students", "assert x == 1"),
        given("x = 2"),
        check("given", "assert x == 2"),
        solution("x2", "x = 3"),
        check("again", "assert x == 3"),
    )
    assert students(found) == {"students": {"x"}, "given": set(), "again": {"x"}}


def test_a_given_function_that_uses_the_students_is_lent_what_it_uses():
    found = plan(
        solution("f", "def f(x): return x"),
        given("def twice(x): return f(f(x))"),
        check("test", "assert twice(1) == 1"),
    )
    assert students(found) == {"test": {"f"}}


def test_a_test_whose_names_the_student_uses_is_echoed_without_its_hidden_part():
    found = plan(
        solution("f", "def f(): return 1"),
        check("first", "a = f()\n### BEGIN HIDDEN TESTS\nsecret = 2\n### END HIDDEN TESTS"),
        given("b = a + 1", "locked"),
        check("second", "assert b == 2"),
    )
    assert steps(found, Action.ECHO) == ["a = f()"]
    assert not any(
        "secret" in step.source for step in found.steps if step.action is not Action.TEST
    )


def test_the_hidden_lines_and_the_points_stand_in_the_step():
    found = plan(
        solution("f", "f = 1"),
        check("test", "assert f\n### BEGIN HIDDEN TESTS\nassert f\n### END HIDDEN TESTS", 2.5),
    )
    (step,) = (step for step in found.steps if step.action is Action.TEST)
    assert (step.hidden, step.points, step.cell) == ((2, 3, 4), 2.5, 1)


def test_classes_are_those_of_solution_cells():
    found = plan(given("class Given: pass"), solution("C", "class C: pass"), check("test", "C()"))
    assert found.classes == ("C",)


def test_a_plan_survives_the_way_to_the_judge_but_for_what_the_judge_has_no_use_for():
    found = plan(given("class G: pass"), solution("f", "f = 1"), check("test", "assert f"))
    assert found.opening == ("class G: pass",)
    assert Plan.from_json(json.loads(json.dumps(found.as_json()))) == replace(found, opening=())
    assert "opening" not in found.as_json()
