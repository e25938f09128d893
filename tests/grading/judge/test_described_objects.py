"""Objects of well-known libraries: what a test does with them holds as it does in one process."""

import pytest
from cells import check, given, solution, verdict, verdicts

from autograder.verdict import Kind

SETUP = "import io\nimport networkx as nx\nimport numpy as np\nfrom PIL import Image"

works = {
    "a text file that is read from its start": (
        "def f(fp):\n    fp.seek(0)\n    return fp.read()",
        "assert f(io.StringIO('ab')) == 'ab'",
    ),
    "a file goes on where the student stopped": (
        "def f(fp): return fp.readline()",
        "fp = io.StringIO('a\\nb\\n')\nassert f(fp) == 'a\\n' and fp.read() == 'b\\n'",
    ),
    "a file that the student writes": (
        "def f(fp): fp.write('abc')",
        "fp = io.StringIO()\nf(fp)\nassert fp.getvalue() == 'abc'",
    ),
    "bytes that the student writes": (
        "def f(fp): np.save(fp, np.arange(3))",
        "fp = io.BytesIO()\nf(fp)\nfp.seek(0)\nassert np.load(fp).tolist() == [0, 1, 2]",
    ),
    "a file that the student returns": (
        "def f():\n    fp = io.StringIO('a,b')\n    fp.read(2)\n    return fp",
        "fp = f()\nassert isinstance(fp, io.StringIO) and fp.read() == 'b'",
    ),
    "a file that the student closes": (
        "def f(fp): fp.close()",
        "fp = io.StringIO('a')\nf(fp)\nassert fp.closed",
    ),
    "a file in a list": (
        "def f(fps): return [fp.read() for fp in fps]",
        "assert f([io.StringIO('a'), io.BytesIO(b'b')]) == ['a', b'b']",
    ),
    "a file that the student's name stands for": (
        "log = io.StringIO()\ndef f(): print('hi', file=log)",
        "f()\nassert log.getvalue() == 'hi\\n'",
    ),
    "a picture that comes back smaller": (
        "def f(img): return img.resize((2, 3))",
        "got = f(Image.new('RGB', (8, 6)))\n"
        "assert isinstance(got, Image.Image) and got.size == (2, 3) and got.mode == 'RGB'",
    ),
    "a picture's pixels": (
        "def f(img): return img.convert('L')",
        "img = Image.fromarray(np.arange(12, dtype=np.uint8).reshape(2, 2, 3))\n"
        "assert np.array_equal(np.asarray(f(img)), np.asarray(img.convert('L')))",
    ),
    "a picture that is changed in place": (
        "def f(img): img.putpixel((1, 1), 7)",
        "img = Image.new('L', (3, 2))\nf(img)\nassert img.getpixel((1, 1)) == 7",
    ),
    "a picture with a palette": (
        "def f(img): return img.quantize(4)",
        "img = Image.new('RGB', (4, 4), (250, 0, 0))\n"
        "assert f(img).mode == 'P' and f(img).convert('RGB').getpixel((0, 0)) == (250, 0, 0)",
    ),
    "a picture of one bit": (
        "def f(): return Image.new('1', (9, 2), 1)",
        "assert f().tobytes() == Image.new('1', (9, 2), 1).tobytes()",
    ),
    "two pictures alike": (
        "def f(): return Image.new('F', (2, 2), 0.5)",
        "assert f() == Image.new('F', (2, 2), 0.5)",
    ),
    "a graph with attributes": (
        "def f():\n    g = nx.Graph(name='g')\n    g.add_node('a', size=2)\n"
        "    g.add_edge('a', 'b', weight=1.5)\n    return g",
        "g = f()\nassert g.graph['name'] == 'g' and g.nodes['a']['size'] == 2\n"
        "assert g['a']['b']['weight'] == g.edges['b', 'a']['weight'] == 1.5",
    ),
    "a directed graph": (
        "def f(g): return g.reverse()",
        "g = nx.DiGraph([(1, 2), (1, 3)])\nassert sorted(f(g).edges) == [(2, 1), (3, 1)]",
    ),
    "a directed multigraph": (
        "def f(g):\n    g.add_edge(1, 2, key='k', w=3)",
        "g = nx.MultiDiGraph([(1, 2)])\nf(g)\n"
        "assert list(g.edges(keys=True)) == [(1, 2, 0), (1, 2, 'k')] and g[1][2]['k']['w'] == 3",
    ),
    "a graph that loses nodes in place": (
        "def f(g): g.remove_node(2)",
        "g = nx.path_graph(4)\nf(g)\nassert list(g) == [0, 1, 3] and list(g.edges) == [(0, 1)]",
    ),
    "the order of neighbours": (
        "def f():\n    g = nx.Graph()\n    g.add_edges_from([(3, 1), (1, 2), (2, 3), (3, 0)])\n"
        "    g.remove_edge(3, 1)\n    g.add_edge(1, 3)\n    return g",
        "g = nx.Graph()\ng.add_edges_from([(3, 1), (1, 2), (2, 3), (3, 0)])\n"
        "g.remove_edge(3, 1)\ng.add_edge(1, 3)\n"
        "assert list(f()[3]) == list(g[3]) and list(nx.dfs_edges(f())) == list(nx.dfs_edges(g))",
    ),
    "isomorphism, and algorithms": (
        "def f(n): return nx.cycle_graph(n)",
        "assert nx.is_isomorphic(f(5), nx.cycle_graph(5)) and nx.diameter(f(6)) == 3",
    ),
    "a graph of tuples": (
        "def f(): return nx.grid_2d_graph(2, 2)",
        "assert (0, 1) in f() and nx.utils.graphs_equal(f(), nx.grid_2d_graph(2, 2))",
    ),
    "a directed graph without a cycle": (
        "def f(g): return list(nx.topological_sort(g))",
        "assert f(nx.DiGraph([('a', 'b'), ('b', 'c')])) == ['a', 'b', 'c']",
    ),
    "a class of graphs of the student's own stays there": (
        "class G(nx.Graph):\n    def twice(self): return 2 * len(self)\n"
        "def f(): return G([(1, 2)])",
        "assert f().twice() == 4 and f().number_of_nodes() == 2",
    ),
}


@pytest.mark.parametrize("name", works)
def test_works_as_in_one_process(engine, name):
    answer, test = works[name]
    found = verdict(engine, answer, test, setup=SETUP)
    assert found.kind is Kind.PASSED, found


def test_a_given_cell_may_pass_a_graph_to_the_students_function(engine):
    cells = [
        given("import networkx as nx\nclub = nx.path_graph(4)"),
        solution("ends", "def ends(g): return [n for n, d in g.degree() if d == 1]"),
        given("found = ends(club)"),
        check("test", "assert found == [0, 3]"),
    ]
    assert verdicts(engine, *cells)["test"].kind is Kind.PASSED


wrong = {
    "another graph": (
        "def f(): return nx.path_graph(3)",
        "assert nx.is_tree(f()) and len(f()) == 4",
    ),
    "another picture": (
        "def f(): return Image.new('L', (2, 2), 1)",
        "assert f() == Image.new('L', (2, 2), 2)",
    ),
    "a graph equal to all": (
        "class G(nx.Graph):\n    __eq__ = lambda s, o: True\n    __hash__ = None\n"
        "def f(): return G()",
        "assert f() == 5",
    ),
    "a picture that says it is right": (
        "class P(Image.Image):\n    __eq__ = lambda s, o: True\n    size = (4, 3)\n"
        "def f(): return P()",
        "assert f() == Image.new('L', (4, 3))",
    ),
    "a file that reads what is asked": (
        "class S(io.StringIO):\n    __eq__ = lambda s, o: True\ndef f(): return S('x')",
        "assert f() == 'right'",
    ),
}


@pytest.mark.parametrize("name", wrong)
def test_no_marks_for_what_is_wrong(engine, name):
    answer, test = wrong[name]
    assert verdict(engine, answer, test, right="f = None", setup=SETUP).score == 0


def test_a_library_that_the_notebook_does_not_import_is_not_described(engine):
    answer = "def f():\n    import networkx\n    return networkx.path_graph(3)"
    test = "assert f().number_of_nodes() == 3"
    # The student's own import: the source has none, so a handle crosses, as for any object.
    cells = [solution("f", "def f(): pass"), check("t", test)]
    assert verdicts(engine, *cells, f=answer)["t"].kind is Kind.PASSED
