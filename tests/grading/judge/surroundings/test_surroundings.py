"""What a test does around a call reaches the student's code, and what that does reaches the test.

Each is an answer, a test of it that earns its point where both run in one process, and the course's
other cells and files.
"""

import pytest
from cells import check, given, notebook, solution, submitted

from autograder.grading.one_notebook import grade, rehearse
from autograder.verdict import Kind

HELPERS = {
    "helpers.py": b"RATE = 1\ndef rate(): return RATE\nclass Api:\n    def get(self): 1 / 0\n"
}
FORBIDDEN = """
kept, np.linalg.inv = np.linalg.inv, None
try:
    answer()
except TypeError:
    pass
else:
    raise AssertionError("inv is not allowed")
finally:
    np.linalg.inv = kept
assert answer() == 1
"""

PATCHES = {
    "a function of a library set to None": (
        "def answer(): return np.linalg.inv(np.eye(1))[0, 0]",
        FORBIDDEN,
    ),
    "a function replaced by a mock": (
        "import time\ndef answer():\n    time.sleep(100); return 1",
        "from unittest import mock\nwith mock.patch('time.sleep') as sleep:\n"
        "    assert answer() == 1\nsleep.assert_called_once_with(100)",
    ),
    "input that is answered": (
        "def answer(): return [int(input()) for _ in range(2)]",
        "from unittest.mock import patch\nwith patch('builtins.input', side_effect=['1', '2']):\n"
        "    assert answer() == [1, 2]",
    ),
    "a method of a library's class": (
        "def answer(frame): return frame.apply(lambda row: row.sum(), axis=1).tolist()",
        "import pandas as pd\ndef no(self, *arguments, **keywords): raise RuntimeError(len(self))\n"
        "kept, pd.DataFrame.apply = pd.DataFrame.apply, no\n"
        "try:\n    answer(pd.DataFrame({'a': [1, 2]}))\n"
        "except RuntimeError as error:\n    assert error.args == ('2',)\n"
        "else:\n    raise AssertionError\nfinally:\n    pd.DataFrame.apply = kept\n"
        "assert answer(pd.DataFrame({'a': [1]})) == [1]",
    ),
    "a function of a module beside the notebook": (
        "import helpers\ndef answer(): return helpers.rate()",
        "import pytest, helpers\npatch = pytest.MonkeyPatch()\n"
        "patch.setattr(helpers, 'rate', lambda: 10)\nassert answer() == 10\npatch.undo()\n"
        "assert answer() == 1",
    ),
    "a mock of a class, and what it returns": (
        "import helpers\ndef answer():\n    with helpers.Api() as api: return api.get().size",
        "from unittest.mock import patch\nwith patch('helpers.Api') as api:\n"
        "    api.return_value.__enter__.return_value.get.return_value.size = 3\n"
        "    assert answer() == 3\napi.assert_called_once_with()",
    ),
    "by a helper that a given cell defines": (
        "def answer(): return np.trace(np.eye(2))",
        "with without(np, 'trace'):\n    try:\n        answer()\n        raise AssertionError\n"
        "    except TypeError:\n        pass\nassert answer() == 2",
    ),
    "what our own code needs": (
        "def answer(xs): return sorted(xs)[0]",
        "kept, np.array = np.array, None\ntry:\n"
        "    assert answer([float(n) for n in range(99)]) == 0\n"
        "finally:\n    np.array = kept",
    ),
    "a spy that says it is the function itself": (
        "import math\ndef answer(x): return math.floor(x)",
        "import functools, math\nseen, kept = [], math.floor\n"
        "@functools.wraps(kept)\ndef spy(x):\n    seen.append(x)\n    return kept(x)\n"
        "math.floor = spy\ntry:\n    assert answer(2.5) == 2\nfinally:\n    math.floor = kept\n"
        "assert seen == [2.5]",
    ),
}

WARNINGS = {
    "recorded": (
        "def answer(): warnings.warn('odd'); return 2",
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n"
        "    assert answer() == 2\n"
        "assert [(w.category, str(w.message)) for w in caught] == [(UserWarning, 'odd')]",
    ),
    "expected by pytest": (
        "def answer(): np.log(np.array(-1.0))",
        "import pytest\nwith pytest.warns(RuntimeWarning, match='log'):\n    answer()",
    ),
    "made errors, which interrupt": (
        "done = []\ndef answer():\n    warnings.warn('odd')\n    done.append(1)",
        "with warnings.catch_warnings():\n    warnings.simplefilter('error')\n"
        "    try:\n        answer()\n    except UserWarning as error:\n"
        "        assert str(error) == 'odd'\n"
        "    else:\n        raise AssertionError\nassert done == []",
    ),
    "of a class that the notebook gives": (
        "def answer(): warnings.warn('odd', Odd)",
        "import pytest\nwith pytest.warns(Odd, match='odd'):\n    answer()",
    ),
    "ignored": (
        "def answer(): warnings.warn('odd')",
        "with warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('ignore')\n"
        "    answer()\nassert caught == []",
    ),
    "log records": (
        "import logging\ndef answer():\n"
        "    logging.getLogger('app').info('from %d', 3)\n    logging.getLogger('app').debug('no')",
        "import unittest\nwith unittest.TestCase().assertLogs('app', level='INFO') as seen:\n"
        "    answer()\nassert seen.output == ['INFO:app:from 3']",
    ),
    "no log records": (
        "def answer(): return 1",
        "import unittest\nwith unittest.TestCase().assertNoLogs():\n    answer()",
    ),
}

FILES = {
    "written by the answer": (
        "def answer(): open('out.txt', 'w').write('hi')",
        "answer()\nassert open('out.txt').read() == 'hi'",
    ),
    "written by the student's cell": (
        "with open('out.txt', 'w') as file: file.write('hi')",
        "assert open('out.txt').read() == 'hi'",
    ),
    "written by the test, again and again": (
        "def answer(name): return open(name).read()",
        "for n in range(9):\n    with open('in.txt', 'w') as file:\n        file.write(str(n))\n"
        "    assert answer('in.txt') == str(n)",
    ),
    "a temporary one, by its name": (
        "def answer(name): return open(name).read()",
        "import tempfile\nwith tempfile.NamedTemporaryFile('w') as file:\n"
        "    file.write('hi')\n    file.flush()\n    assert answer(file.name) == 'hi'",
    ),
    "a temporary folder, by its path": (
        "def answer(folder): (folder / 'out.txt').write_text((folder / 'in.txt').read_text() * 2)",
        "import pathlib, tempfile\nwith tempfile.TemporaryDirectory() as name:\n"
        "    folder = pathlib.Path(name)\n    (folder / 'in.txt').write_text('ab')\n"
        "    answer(folder)\n    assert (folder / 'out.txt').read_text() == 'abab'",
    ),
    "by an absolute path": (
        "def answer(name): open(name, 'w').write('hi')",
        "import os\nname = os.path.abspath('out.txt')\nanswer(name)\n"
        "assert open(name).read() == 'hi'",
    ),
    "removed": (
        "import os\ndef answer(name): os.remove(name)",
        "import os\nopen('in.txt', 'w').close()\nanswer('in.txt')\n"
        "assert not os.path.exists('in.txt')",
    ),
    "in a folder that was made": (
        "import os\ndef answer():\n    os.makedirs('a/b')\n    open('a/b/c.txt', 'w').close()",
        "import os\nanswer()\nassert os.listdir('a/b') == ['c.txt']",
    ),
    "a module that the student is to write": (
        "%%writefile mine.py\nN = 3\ndef add(x): return x + N",
        "import mine\nfrom mine import add\nassert add(2) == 5 and mine.N == 3\n"
        "assert 'def add' in open('mine.py').read()",
    ),
    "a script that the student is to write": (
        "%%writefile mine.py\nprint('hello')",
        "import subprocess, sys\n"
        "done = subprocess.run([sys.executable, 'mine.py'], capture_output=True, text=True)\n"
        "assert done.stdout == 'hello\\n'",
    ),
    "a pickle": (
        "import pickle\ndef answer():\n"
        "    with open('out.pkl', 'wb') as file: pickle.dump({'a': np.arange(3)}, file)",
        "import pickle\nanswer()\nwith open('out.pkl', 'rb') as file:\n"
        "    found = pickle.load(file)\n"
        "assert found['a'].tolist() == [0, 1, 2]",
    ),
}

ENVIRONMENT = {
    "a variable": (
        "import os\ndef answer(): return os.environ.get('KEY')",
        "import os\nfrom unittest.mock import patch\nwith patch.dict(os.environ, {'KEY': 'v'}):\n"
        "    assert answer() == 'v'\nassert answer() is None",
    ),
    "no variable but one": (
        "import os\ndef answer(): return dict(os.environ)",
        "import os\nfrom unittest.mock import patch\n"
        "with patch.dict(os.environ, {'KEY': 'v'}, clear=True):\n"
        "    assert answer() == {'KEY': 'v'}\n"
        "assert 'HOME' in answer()",
    ),
    "the working folder": (
        "def answer(): open('out.txt', 'w').close()",
        "import os, tempfile\nbefore = os.getcwd()\nwith tempfile.TemporaryDirectory() as folder:\n"
        "    os.chdir(folder)\n    try:\n        answer()\n"
        "        assert os.listdir() == ['out.txt']\n"
        "    finally:\n        os.chdir(before)",
    ),
    "the arguments": (
        "import sys\ndef answer(): return sys.argv[1:]",
        "import sys\nfrom unittest.mock import patch\nwith patch('sys.argv', ['x', '-n']):\n"
        "    assert answer() == ['-n']\nassert answer() != ['-n']",
    ),
    "the input": (
        "import sys\ndef answer(): return input(), sys.stdin.readline()",
        "import io, sys\nkept, sys.stdin = sys.stdin, io.StringIO('4\\n5\\n6\\n')\n"
        "assert answer() == ('4', '5\\n')\nassert sys.stdin.read() == '6\\n'\nsys.stdin = kept",
    ),
    "what floats do": (
        "def answer(): return np.array(1.0) / np.array(0.0)",
        "try:\n    with np.errstate(all='raise'):\n        answer()\nexcept FloatingPointError:\n"
        "    pass\nelse:\n    raise AssertionError",
    ),
}
GIVEN = """
import contextlib, warnings
import numpy as np
class Odd(UserWarning): pass
@contextlib.contextmanager
def without(module, name):
    kept = getattr(module, name)
    setattr(module, name, None)
    try: yield
    finally: setattr(module, name, kept)
"""
WORKS = {
    f"{kind}: {name}": case
    for kind, cases in {
        "patch": PATCHES,
        "warning": WARNINGS,
        "file": FILES,
        "environment": ENVIRONMENT,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize(("answer", "test"), WORKS.values(), ids=WORKS)
def test_it_is_as_in_one_process(engine, answer, test):
    source = notebook(given(GIVEN), solution("answer", answer), check("test", test))
    (found,) = rehearse(engine, source, HELPERS).verdicts
    assert found.score == 1, found


@pytest.mark.parametrize(("answer", "test"), WORKS.values(), ids=WORKS)
def test_no_answer_earns_nothing(engine, answer, test):
    source = notebook(given(GIVEN), solution("answer", answer), check("test", test))
    wrong = "done = None\ndef answer(*arguments): return None"
    (found,) = grade(engine, source, submitted(source, answer=wrong), HELPERS).verdicts
    assert found.score == 0 or answer.startswith(("def answer(): return 1", "def answer(): warn"))


def test_a_replacement_of_one_test_is_that_of_the_next_as_in_one_process(engine):
    left = "import math\nmath.exp = lambda x: 7\nassert answer(1) == 7"
    cells = [
        solution("answer", "import math\ndef answer(x): return math.exp(x)"),
        check("leaves", left),
        check("finds", "assert answer(1) == 7"),
    ]
    assert [v.score for v in rehearse(engine, notebook(*cells), {}).verdicts] == [1, 1]


def test_after_its_process_died_the_next_is_told_anew(engine):
    answer = "import os\ndef answer(): return open('in.txt').read() + os.environ['KEY']"
    cells = [
        solution("answer", answer + "\ndef end(): os._exit(1)"),
        check(
            "writes", "import os\nos.environ['KEY'] = 'b'\nopen('in.txt', 'w').write('a')\nend()"
        ),
        check("reads", "assert answer() == 'ab'"),
    ]
    ended, read = rehearse(engine, notebook(*cells), {}).verdicts
    assert ended.kind is Kind.DIED
    assert read.score == 1, read
