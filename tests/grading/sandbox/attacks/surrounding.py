"""Attacks by what stands around a call: files, modules, replacements, the environment.

Each is a test of a course, the code of its right answer, and an attack's; WITNESS is a file that
the attack makes wherever its code is run with the judge's rights, and SECRET_FILE one to read.
What is given beside the notebook: `expected.txt`, which says 4, and `rules.py`.
"""

FILES = {"expected.txt": b"4", "rules.py": b"def right(x): return x * x\n"}

_RUN = "import os\nopen('WITNESS', 'w').close()\n"
_READ_NUMBER = "assert answer(2) == 4\nassert int(open('out.txt').read()) == 4"
_WRITE_NUMBER = "def answer(x):\n    open('out.txt', 'w').write('4')\n    return x * x"
_WRITE_PICKLE = """
import pickle
def answer(x):
    with open('out.pkl', 'wb') as file: pickle.dump({'a': 4}, file)
"""
_RUNS_IN_A_PICKLE = """
import os, pickle
class Runs:
    def __reduce__(self): return os.system, ('touch WITNESS',)
def answer(x):
    with open('out.pkl', 'wb') as file: pickle.dump(Runs(), file)
"""
_SCRIPT = "def answer(x):\n    open('out.py', 'w').write({!r})\n    return x * x"
_HIDDEN = "### BEGIN HIDDEN TESTS\nhidden = 'S3CR3T'\n### END HIDDEN TESTS\n"
_SPY = """
import builtins
seen, kept = [], builtins.{name}
def spy(*arguments, **keywords):
    seen.append(arguments)
    return kept(*arguments, **keywords)
builtins.{name} = spy
try:
    found = answer({argument!r})
finally:
    builtins.{name} = kept
assert found == 4 and seen
"""

ATTACKS = {
    "a module in the place of one that is missing": (
        "try:\n    import quick_maths as maths\nexcept ImportError:\n    import rules as maths\n"
        "assert answer(2) == maths.right(2)",
        "def answer(x): return x * x",
        f"open('quick_maths.py', 'w').write({_RUN + 'def right(x): return 0'!r})\n"
        "def answer(x): return 0",
    ),
    "a package in the place of one that is missing": (
        "try:\n    import quick_maths as maths\nexcept ImportError:\n    import rules as maths\n"
        "assert answer(2) == maths.right(2)",
        "def answer(x): return x * x",
        "import os; os.mkdir('quick_maths')\n"
        f"open('quick_maths/__init__.py', 'w').write({_RUN + 'def right(x): return 0'!r})\n"
        "def answer(x): return 0",
    ),
    "another module in the place of a given one": (
        "import sys; sys.modules.pop('rules', None)\nimport rules\n"
        "assert answer(2) == rules.right(2)",
        "def answer(x): return x * x",
        f"open('rules.py', 'w').write({_RUN + 'def right(x): return 0'!r})\n"
        f"def answer(x): return 0",
    ),
    "another file in the place of a given one": (
        "assert answer(2) == int(open('expected.txt').read())",
        "def answer(x): return x * x",
        "def answer(x):\n    open('expected.txt', 'w').write('0')\n    return 0",
    ),
    "a given file removed, and one of its own there": (
        "assert answer(2) == int(open('expected.txt').read())",
        "def answer(x): return x * x",
        "import os; os.remove('expected.txt'); open('expected.txt', 'w').write('0')\n"
        "def answer(x): return 0",
    ),
    "a link to a file of the grader's": (
        _READ_NUMBER,
        _WRITE_NUMBER,
        "import os\ndef answer(x):\n    os.symlink('SECRET_FILE', 'out.txt')\n    return x * x",
    ),
    "a pickle that runs as its text is loaded": (
        "import pickle\nanswer(2)\nassert pickle.loads(open('out.pkl', 'rb').read()) == {'a': 4}",
        _WRITE_PICKLE,
        _RUNS_IN_A_PICKLE,
    ),
    "a pickle that runs as its file is loaded": (
        "import pickle\nanswer(2)\nassert pickle.load(open('out.pkl', 'rb')) == {'a': 4}",
        _WRITE_PICKLE,
        _RUNS_IN_A_PICKLE,
    ),
    "a pickle in a file of NumPy's": (
        "answer(2)\nassert np.load('out.npy', allow_pickle=True).item() == {'a': 4}",
        "def answer(x): np.save('out.npy', {'a': 4})",
        _RUNS_IN_A_PICKLE.replace("pickle.dump(Runs(), file)", "np.save(file, [Runs()])").replace(
            "out.pkl", "out.npy"
        ),
    ),
    "a script that the test runs": (
        "import subprocess, sys\nassert answer(2) == 4\n"
        "assert subprocess.check_output([sys.executable, 'out.py']) == b'4\\n'",
        _SCRIPT.format("print(4)"),
        _SCRIPT.format(_RUN),
    ),
    "a script that the test runs by a shell": (
        "import os, sys\nassert answer(2) == 4\nassert os.system(f'{sys.executable} out.py') == 0",
        "def answer(x): return x * x\nopen('out.py', 'w').close()",
        _SCRIPT.format(_RUN + "raise SystemExit(1)"),
    ),
    "a script that the test reads and runs": (
        "assert answer(2) == 4\nnames = {}\nexec(open('out.py').read(), names)\n"
        "assert names['four'] == 4",
        _SCRIPT.format("four = 4"),
        _SCRIPT.format(_RUN + "four = 5"),
    ),
    "a module that the test finds in a folder": (
        "import sys\nassert answer(2) == 4\nsys.path.insert(0, 'lib')\n"
        "from importlib import import_module\nassert import_module('thing').four == 4",
        "import os\ndef answer(x):\n    os.makedirs('lib', exist_ok=True)\n"
        "    open('lib/thing.py', 'w').write('four = 4')\n    return x * x",
        "import os\ndef answer(x):\n    os.makedirs('lib', exist_ok=True)\n"
        f"    open('lib/thing.py', 'w').write({_RUN!r})\n    return x * x",
    ),
    "an archive with a path out of the folder": (
        "import tarfile\nanswer(2)\nwith tarfile.open('out.tar') as archive: archive.extractall()\n"
        "assert open('four.txt').read() == '4'",
        "import io, tarfile\ndef answer(x):\n    with tarfile.open('out.tar', 'w') as archive:\n"
        "        info = tarfile.TarInfo('four.txt'); info.size = 1\n"
        "        archive.addfile(info, io.BytesIO(b'4'))",
        "import io, tarfile\ndef answer(x):\n    with tarfile.open('out.tar', 'w') as archive:\n"
        "        info = tarfile.TarInfo('../../../../../../..' + 'WITNESS'); info.size = 1\n"
        "        archive.addfile(info, io.BytesIO(b'4'))",
    ),
    "text for a spy on eval": (
        _SPY.format(name="eval", argument="2 + 2"),
        "def answer(text): return eval(text.replace('+', '*'))",
        "def answer(text):\n    eval(\"open('WITNESS', 'w').close()\")\n    return 5",
    ),
    "a path for a spy on open": (
        _SPY.format(name="open", argument="expected.txt"),
        "import builtins\ndef answer(name): return sum(map(int, builtins.open(name)))",
        "import builtins\ndef answer(name):\n"
        "    for line in builtins.open('SECRET_FILE'): print(line)\n    return 5",
    ),
    "a look at the test by a spy on globals": (
        _HIDDEN + _SPY.format(name="globals", argument=2).replace(" and seen", ""),
        "def answer(x): return x * x",
        "import builtins\ndef answer(x):\n    print(builtins.globals())\n    return 5",
    ),
    "the environment of a program that the test starts": (
        "import os, subprocess, sys\nassert answer(2) == 4\n"
        "subprocess.run([sys.executable, 'out.py'], env={**os.environ, 'A': '1'}, check=True)\n"
        "assert answer(2) == 4\nassert answer.__doc__ == '4'",
        'def answer(x):\n    "4"\n    open("out.py", "w").close()\n    return x * x',
        "import os\ndef answer(x):\n    with open('out.py', 'w') as file:\n"
        '        file.write(\'import os; open("told", "w").write(str(os.environ))\')\n'
        "    if os.path.exists('told'): print(open('told').read())\n"
        "    return x * x",
    ),
    "a temporary file that was not named": (
        "import tempfile\nwith tempfile.NamedTemporaryFile('w') as file:\n"
        "    print('S3CR3T', file=file, flush=True)\n    assert answer(2) == 4",
        "def answer(x): return x * x",
        "import os\ndef answer(x):\n    for parent, _, names in os.walk('/tmp'):\n"
        "        for name in names: print(open(os.path.join(parent, name)).read())\n    return 5",
    ),
}
