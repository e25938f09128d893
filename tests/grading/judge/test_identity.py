"""Whether two values are one object: arguments, answers, and what they hold."""

import pytest
from cells import check, given, notebook, solution

from autograder.grading.one_notebook import rehearse

# What is given, what the student writes, and tests that hold in one process.
CASES = {
    "identity": (
        r"""
import numpy as np, pandas as pd, copy
class Node:
    def __init__(self, value, next=None): self.value, self.next = value, next
class Tree:
    def __init__(self, v): self.v, self.left, self.right, self.up = v, None, None, None
""",
        r"""
def keep(x): return x
def app(l): l.append(1); return l
def cp(l): return l[:]
def deep(l): return copy.deepcopy(l)
def rev(l): l.reverse(); return l
def first(l): return l[0]
def pair(): a = []; return [a, a]
def alias(l): l[0] = l[1]
def popped(l):
    x = l.pop(); x.append(9); return x
def wrap(x): return {'a': x, 'b': [x]}
def same(a, b): return a is b
def loop():
    l = [1]; l.append(l); return l
def insert(n, v):
    m = n
    while m.next is not None: m = m.next
    m.next = Node(v); return n
def revlist(n):
    prev = None
    while n is not None: n.next, n, prev = prev, n.next, n
    return prev
def attach(t, v):
    c = Tree(v); c.up = t; t.left = c; return c
def scale(a): a *= 2; return a
def addcol(df): df['z'] = 1; return df
def addcol2(df): df = df.copy(); df['z'] = 1; return df
def swap(a, b): return b, a
def fails(l): l.append(3); raise ValueError('x')
def replace(l): l[0] = [7]
def clear(d): d.clear(); return d
class Stack:
    def __init__(self): self.items = []
    def push(self, x): self.items.append(x); return self
    def get(self): return self.items
""",
        [
            r"""
l=[1]
assert keep(l) is l and app(l) is l and l==[1,1]
""",
            r"""
l=[1,2]
assert cp(l) is not l and cp(l)==l
""",
            r"""
l=[[1],[2]]
assert cp(l)[0] is l[0]
assert deep(l)[0] is not l[0]
assert deep(l)==l
""",
            r"""
a,b=[1],[2]
l=[a,b]
assert rev(l) is l
assert l[0] is b
assert l[1] is a
assert a==[1]
assert b==[2]
""",
            r"""
l=[[1]]
assert first(l) is l[0]
""",
            r"""
p=pair()
assert p[0] is p[1]
assert p==[[],[]]
""",
            r"""
l=[[1],[2]]
alias(l)
assert l==[[2],[2]] and l[0] is l[1]
""",
            r"""
x=[1]
l=[[0],x]
assert popped(l) is x and x==[1,9] and l==[[0]]
""",
            r"""
x=[1]
w=wrap(x)
assert w['a'] is x and w['b'][0] is x
""",
            r"""
a=[]
assert same(a,a) and not same(a,[]) and not same([],[])
""",
            r"""
n=Node(1,Node(2))
m=n.next
assert insert(n,3) is n and n.next is m and m.next.value==3
""",
            r"""
n=Node(1,Node(2,Node(3)))
a,b,c=n,n.next,n.next.next
r=revlist(n)
assert r is c
assert c.next is b
assert b.next is a
assert a.next is None
""",
            r"""
t=Tree(1)
c=attach(t,2)
assert t.left is c and c.up is t and c.v==2 and t.v==1
""",
            r"""
a=np.arange(3.)
assert scale(a) is a
assert a.tolist()==[0,2,4]
assert keep(a) is a
assert a.copy() is not keep(a)
""",
            r"""
df=pd.DataFrame({'x':[1]})
assert addcol(df) is df and 'z' in df.columns
e=pd.DataFrame({'x':[1]})
assert addcol2(e) is not e
assert list(e.columns)==['x']
assert keep(e) is e
""",
            r"""
a,b=[1],[2]
x,y=swap(a,b)
assert x is b and y is a
x,y=swap(a=a,b=b)
assert x is b and y is a
""",
            r"""
l=[1]
try: fails(l)
except ValueError: pass
assert l==[1,3]
""",
            r"""
old=[1]
l=[old]
replace(l)
assert l==[[7]] and old==[1]
""",
            r"""
d={1:2}
assert clear(d) is d and d=={}
""",
            r"""
s=Stack()
assert s.push(1) is s
assert s.push(2).push(3) is s
assert s.get()==[1,2,3]
""",
            r"""
t=(1,2)
assert keep(t) is t
""",
            r"""
s={1,2}
assert keep(s) is s and set(s) is not keep(s)
""",
            r"""
l=[1]
l.append(l)
assert keep(l) is l and len(l)==2
""",
            r"""
m=[[0]*2]*2
r=deep(m)
r[0][0]=1
assert r==[[1,0],[1,0]] and m==[[0,0],[0,0]]
""",
            r"""
b=bytearray(b'ab')
assert keep(b) is b
""",
            r"""
x={'k':[1]}
assert keep(x) is x
assert first([x]) is x
assert deep(x)['k'] is not x['k']
""",
            r"""
x=None
assert keep(x) is None
assert keep(True) is True
assert keep('a') == 'a'
""",
            r"""
e=[]
for _ in range(60): e=[e]
assert keep(e) is e
""",
            r"""
s=pd.Series([1,2])
assert keep(s) is s
""",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_holds_in_one_process_holds_across_the_wall(engine, name):
    before, answer, tests = CASES[name]
    cells = [check(f"test{i}", test) for i, test in enumerate(tests)]
    cells = [given(before), solution("answer", answer), *cells]
    found = rehearse(engine, notebook(*cells), {}).verdicts
    assert [(v.grade_id, v.finding) for v in found if v.score != v.points] == []
