"""The student's coroutines: awaited, gathered, iterated over."""

import pytest
from cells import check, given, notebook, solution

from autograder.grading.one_notebook import rehearse

# What is given, what the student writes, and tests that hold in one process.
CASES = {
    "await": (
        "import asyncio, inspect, time",
        r"""
import asyncio
async def f(x):
    await asyncio.sleep(0)
    return x + 1
async def slow(x):
    await asyncio.sleep(0.2)
    return x
async def boom(): raise ValueError('no')
async def gen(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i
class Man:
    async def __aenter__(self): self.on = True; return self
    async def __aexit__(self, *a): self.on = False
    async def go(self): return 7
class Count:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.n: raise StopAsyncIteration
        self.n -= 1
        return self.n
class Aw:
    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return 5
async def both(): return await asyncio.gather(f(1), f(2))
async def apply(g, x): return await g(x)
""",
        [
            "assert await f(1)==2",
            "assert await asyncio.gather(f(1),f(2))==[2,3]",
            r"""
assert asyncio.iscoroutinefunction(f)
assert inspect.iscoroutinefunction(f)
""",
            r"""
c=f(1)
assert inspect.iscoroutine(c)
assert asyncio.iscoroutine(c)
assert inspect.isawaitable(c)
assert await c==2
""",
            r"""
t=time.perf_counter()
assert await asyncio.gather(slow(1),slow(2),slow(3))==[1,2,3]
assert time.perf_counter()-t<0.5
""",
            r"""
try:
    await boom()
    assert False
except ValueError as e: assert str(e)=='no'
""",
            r"""
assert [x async for x in gen(3)]==[0,1,2]
assert inspect.isasyncgenfunction(gen)
assert inspect.isasyncgen(gen(1))
""",
            r"""
async with Man() as m:
    assert m.on
assert not m.on and await m.go()==7
""",
            "assert [x async for x in Count(3)]==[2,1,0]",
            "assert await Aw()==5",
            "assert await both()==[2,3]",
            r"""
async def main():
    t=asyncio.create_task(f(4))
    return await t
assert await main()==5
""",
            r"""
def run():
    return asyncio.run(f(1))
import threading
r=[]
loop=asyncio.new_event_loop()
t=threading.Thread(target=lambda: r.append(loop.run_until_complete(f(1))))
t.start();t.join()
assert r==[2]
""",
            r"""
r=await asyncio.gather(boom(),f(1),return_exceptions=True)
assert isinstance(r[0],ValueError) and r[1]==2
""",
            "assert await asyncio.wait_for(f(1),5)==2",
            r"""
g=gen(2)
assert await g.__anext__()==0 and await anext(g)==1
""",
            "assert f(1).__name__=='f'",
        ],
    ),
    "an event loop of the test's": (
        "import asyncio",
        r"""
import asyncio
async def f(x):
    await asyncio.sleep(0)
    return x + 1
async def slow(x):
    await asyncio.sleep(0.2)
    return x
async def boom(): raise ValueError('no')
async def gen(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i
class Man:
    async def __aenter__(self): self.on = True; return self
    async def __aexit__(self, *a): self.on = False
    async def go(self): return 7
class Count:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.n: raise StopAsyncIteration
        self.n -= 1
        return self.n
class Aw:
    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return 5
async def both(): return await asyncio.gather(f(1), f(2))
async def apply(g, x): return await g(x)
""",
        [
            "assert asyncio.run(f(1))==2",
            r"""
loop=asyncio.new_event_loop()
assert loop.run_until_complete(f(2))==3
""",
            r"""
try: asyncio.run(boom())
except ValueError: pass
else: assert False
""",
            r"""
c=f(1)
try:
    while True: c.send(None)
except StopIteration as e: assert e.value==2
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
