"""What runs where: read from the source notebook, before anything runs."""

import json
from dataclasses import replace

from cells import check, given, notebook, solution, submitted

from autograder.notebook.ownership import Owned
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


def test_what_later_cells_use_of_a_test_is_handed_over_and_its_definitions_run_there():
    hidden = "\n### BEGIN HIDDEN TESTS\nsecret = 2\n### END HIDDEN TESTS"
    found = plan(
        solution("f", "def f(): return 1"),
        check("first", "def twice(x): return 2 * x\na = f()" + hidden),
        given("b = twice(a)", "locked"),
        check("second", "assert b == 2"),
    )
    assert steps(found, Action.ECHO) == ["def twice(x):\n    return 2 * x"]
    first = next(step for step in found.steps if step.grade_id == "first")
    assert (first.hands, "secret" in first.visible) == (("a",), False)


def test_a_submission_that_asks_for_more_of_a_test_has_its_visible_part_run_there():
    source = notebook(
        solution("f", "def f(): return 1"),
        check("first", "a = f()\n### BEGIN HIDDEN TESTS\nsecret = 2\n### END HIDDEN TESTS"),
    )
    more = notebook(*source.cells, given("print(a, secret)"))
    found = make_plan(source, restore(source, more))
    assert steps(found, Action.ECHO) == ["a = f()"]
    assert not any(step.hands for step in found.steps)


def test_a_given_name_that_the_solution_changes_is_the_students_from_there_on():
    source = notebook(
        given("data = []"),
        check("before", "assert data == []"),
        solution("s", "data.append(1)"),
        check("after", "assert data == [1]"),
        given("data = []"),
        check("anew", "assert data == []"),
    )
    found = make_plan(source, restore(source, source), owned=Owned(frozenset({("data", 2)})))
    assert students(found) == {"before": set(), "after": {"data"}, "anew": set()}


def test_a_name_that_the_solution_reads_and_a_test_binds_is_shown():
    found = plan(
        given("rates = {}\nlimit = 1\ndef tax(x): return x * rate"),
        solution("f", "def f(x): return tax(x) > limit\nnow = other"),
        check("test", "rate = limit = 3\nother = expected = 4\nassert not f(1) != expected"),
    )
    shown = {step.grade_id: step.shown for step in found.steps if step.grade_id}
    assert shown == {"test": ("limit", "rate")}


def test_names_that_a_test_looks_up_by_text_are_the_students():
    found = plan(
        given("scale = 2"),
        solution("f", "first = 1\nsecond = 2"),
        check("test", "assert 'first' in globals() and 'third' not in globals() and 'scale'"),
    )
    assert students(found) == {"test": {"first", "second", "third"}}


def test_functions_that_read_what_a_test_binds_are_named():
    source = notebook(solution("f", "def f(x): return x"), check("test", "data = [1]\nf(data)"))
    answer = submitted(source, f="def f(x): return sum(data)\ndef g(x): return other")
    assert make_plan(source, restore(source, answer)).readers == (("f", "data"),)


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
