"""Classes of the student's: their types, bases and methods, as in one process."""

import pytest
from cells import check, given, notebook, solution

from autograder.grading.one_notebook import rehearse

# What is given, what the student writes, and tests that hold in one process.
CASES = {
    "classes and their order": (
        "",
        r"""
class Animal:
    kind='animal'
    def __init__(self,name): self.name=name
    def speak(self): return '...'
    def tell(self): return self.name+' says '+self.speak()
class Cat(Animal):
    def __init__(self,name,lives=9):
        super().__init__(name)
        self.lives=lives
    def speak(self): return 'meow'
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(cls): return cls.__name__
    @property
    def p(self): return 1
tom=Cat('Tom')
""",
        [
            r"""
assert type(tom)==Cat
assert type(tom) is Cat
assert tom.__class__ is Cat
assert tom.__class__.__name__=='Cat'
""",
            r"""
assert issubclass(Cat,Animal)
assert isinstance(tom,Animal)
assert isinstance(tom,Cat)
assert not issubclass(Animal,Cat)
""",
            r"""
assert Cat.__bases__==(Animal,)
assert Cat.__base__ is Animal
assert Cat.__mro__==(Cat,Animal,object), Cat.__mro__
""",
            "assert Cat.mro()[1] is Animal",
            r"""
assert not isinstance(5,Cat)
assert not isinstance([],Cat)
assert not isinstance(None,(Cat,Animal))
""",
            "assert type(tom) in (Cat,) and {type(tom):1}[Cat]==1",
            r"""
assert str(type(tom))=="<class '__main__.Cat'>"
assert repr(Cat)=="<class '__main__.Cat'>"
assert type(tom).__name__=='Cat'
assert type(tom).__module__=='__main__'
assert Cat.__qualname__=='Cat'
""",
            r"""
import inspect
assert inspect.isclass(Cat)
assert isinstance(Cat,type)
assert not inspect.isclass(tom)
""",
            "assert type(tom)!=Animal and type(Animal('x')) is Animal",
            r"""
assert Cat.kind=='animal'
assert hasattr(Cat,'speak')
assert callable(Cat.speak)
assert 'speak' in dir(Cat)
assert 'speak' in Cat.__dict__
assert 'tell' not in vars(Cat)
""",
        ],
    ),
    "signatures": (
        "import inspect",
        r"""
class Animal:
    kind='animal'
    def __init__(self,name): self.name=name
    def speak(self): return '...'
    def tell(self): return self.name+' says '+self.speak()
class Cat(Animal):
    def __init__(self,name,lives=9):
        super().__init__(name)
        self.lives=lives
    def speak(self): return 'meow'
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(cls): return cls.__name__
    @property
    def p(self): return 1
tom=Cat('Tom')
""",
        [
            r"""
assert list(inspect.signature(Cat.__init__).parameters)==['self','name','lives']
""",
            "assert list(inspect.signature(Cat).parameters)==['name','lives']",
            "assert str(inspect.signature(tom.speak))=='()'",
            "assert inspect.signature(Cat.__init__).parameters['lives'].default==9",
            r"""
assert inspect.isfunction(Cat.speak)
assert inspect.ismethod(tom.speak)
""",
            r"""
assert [n for n,_ in inspect.getmembers(Cat, inspect.isfunction)][:2]==['__init__','speak']
""",
            r"""
assert Cat.__init__.__code__.co_varnames[:3]==('self','name','lives')
assert Cat.__init__.__code__.co_argcount==3
""",
            r"""
assert Cat.__str__ is object.__str__
assert Cat.__init__ is not object.__init__
assert Cat.__eq__ is object.__eq__
""",
            r"""
assert '__init__' in Cat.__dict__
assert '__str__' not in vars(Cat)
""",
        ],
    ),
    "a test derives a class": (
        "",
        r"""
class Animal:
    kind='animal'
    def __init__(self,name): self.name=name
    def speak(self): return '...'
    def tell(self): return self.name+' says '+self.speak()
class Cat(Animal):
    def __init__(self,name,lives=9):
        super().__init__(name)
        self.lives=lives
    def speak(self): return 'meow'
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(cls): return cls.__name__
    @property
    def p(self): return 1
tom=Cat('Tom')
""",
        [
            r"""
class Loud(Cat):
    def speak(self): return super().speak().upper()
assert Loud('a').tell()=='a says MEOW'
assert isinstance(Loud('b'),Cat)
assert issubclass(Loud,Animal)
assert type(Loud('c')) is Loud
""",
            r"""
class Dog(Animal):
    def __init__(self,name):
        super().__init__(name)
        self.age=3
    def speak(self): return 'woof'
d=Dog('rex')
assert d.age==3 and d.tell()=='rex says woof'
""",
            r"""
class Q(Cat): pass
assert Q('q').speak()=='meow'
assert Q.__name__=='Q'
assert Q('q').lives==9
""",
            r"""
class R(Animal):
    n=4
    @property
    def twice(self): return self.n*2
    @classmethod
    def make(cls): return cls('made')
    @staticmethod
    def one(): return 1
r=R.make()
assert r.twice==8
assert r.name=='made'
assert R.one()==1
assert type(r) is R
""",
        ],
    ),
    "abstract classes": (
        r"""
from abc import ABC, abstractmethod
import math
""",
        r"""
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    def describe(self): return f'area {self.area():.1f}'
class Circle(Shape):
    def __init__(self,r): self.r=r
    def area(self): return math.pi*self.r**2
""",
        [
            r"""
assert issubclass(Circle,Shape)
assert issubclass(Shape,ABC)
assert isinstance(Circle(1),ABC)
""",
            r"""
try:
    Shape()
    assert False
except TypeError: pass
""",
            r"""
class Sq(Shape):
    def area(self): return 4
assert Sq().describe()=='area 4.0'
""",
            r"""
import inspect
assert inspect.isabstract(Shape)
assert not inspect.isabstract(Circle)
""",
            "assert Shape.__abstractmethods__==frozenset({'area'})",
            r"""
class Half(Shape): pass
import pytest
with pytest.raises(TypeError): Half()
""",
        ],
    ),
    "a given base": (
        r"""
class Base:
    def hi(self): return 'b'
    def __len__(self): return 3
    def __eq__(self,o): return True
    __hash__=None
""",
        r"""
class C(Base):
    def __init__(self,x): self.x=x
    def __repr__(self): return f'C({self.x})'
""",
        [
            r"""
c=C(1)
assert isinstance(c,Base)
assert issubclass(C,Base)
assert type(c) is C
assert c.hi()=='b'
assert len(c)==3
assert C.__bases__==(Base,)
assert C.__mro__[1] is Base
assert repr(c)=='C(1)'
""",
            "assert type(C(1))!=Base and not isinstance(Base(),C)",
        ],
    ),
    "an Enum": (
        "from enum import Enum",
        r"""
class Color(Enum):
    RED=1
    BLUE=2
""",
        [
            r"""
assert Color.RED.value==1
assert Color(1) is Color.RED
assert Color['RED'] is Color.RED
assert len(Color)==2
""",
            r"""
assert [c.name for c in Color]==['RED','BLUE']
assert issubclass(Color,Enum)
assert isinstance(Color.RED,Color)
""",
            r"""
assert Color.RED==Color.RED
assert Color.RED!=Color.BLUE
assert Color.RED in Color
""",
        ],
    ),
    "a dataclass": (
        r"""
from dataclasses import dataclass
import dataclasses
""",
        r"""
@dataclass
class P:
    x:int
    y:int=2
p=P(1)
""",
        [
            "assert p==P(1,2) and repr(p)=='P(x=1, y=2)' and type(p) is P",
            r"""
assert dataclasses.is_dataclass(P)
assert dataclasses.is_dataclass(p)
""",
            "assert P.__annotations__=={'x':int,'y':int}",
            "assert [f.name for f in dataclasses.fields(P)]==['x','y']",
            "assert dataclasses.asdict(p)=={'x':1,'y':2}",
        ],
    ),
    "an exception": (
        "",
        r"""
class MyErr(ValueError): pass
def f(): raise MyErr('x')
""",
        [
            r"""
assert issubclass(MyErr,ValueError)
try: f()
except MyErr as e: assert type(e) is MyErr and str(e)=='x'
""",
        ],
    ),
    "a metaclass": (
        "",
        r"""
class M(type):
    def __call__(cls,*a):
        if not hasattr(cls,'one'): cls.one=super().__call__(*a)
        return cls.one
class S(metaclass=M): pass
""",
        [
            "assert S() is S() and type(S()) is S",
        ],
    ),
    "a singleton": (
        "",
        r"""
class S:
    _i=None
    def __new__(cls):
        if cls._i is None: cls._i=super().__new__(cls)
        return cls._i
""",
        [
            "assert S() is S()",
            r"""
a=S();b=S()
assert a is b and id(a)==id(b)
""",
        ],
    ),
    "attributes of a class": (
        "",
        r"""
class Animal:
    kind='animal'
    def __init__(self,name): self.name=name
    def speak(self): return '...'
    def tell(self): return self.name+' says '+self.speak()
class Cat(Animal):
    def __init__(self,name,lives=9):
        super().__init__(name)
        self.lives=lives
    def speak(self): return 'meow'
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(cls): return cls.__name__
    @property
    def p(self): return 1
tom=Cat('Tom')
""",
        [
            r"""
Cat.kind='feline'
assert tom.kind=='feline'
""",
            r"""
del Cat.kind
assert tom.kind=='animal'
""",
            r"""
setattr(tom,'zz',3)
assert tom.zz==3
assert tom.__dict__['zz']==3
assert 'zz' in vars(tom)
""",
        ],
    ),
    "a given mixin": (
        r"""
class Jump:
    def jump(self): return 'j'
""",
        r"""
class A: pass
class F(A,Jump): pass
""",
        [
            r"""
assert F.__mro__==(F,A,Jump,object)
assert isinstance(F(),Jump)
assert F().jump()=='j'
assert F.__bases__==(A,Jump)
""",
        ],
    ),
    "types in a set": (
        "",
        r"""
class Animal:
    kind='animal'
    def __init__(self,name): self.name=name
    def speak(self): return '...'
    def tell(self): return self.name+' says '+self.speak()
class Cat(Animal):
    def __init__(self,name,lives=9):
        super().__init__(name)
        self.lives=lives
    def speak(self): return 'meow'
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(cls): return cls.__name__
    @property
    def p(self): return 1
tom=Cat('Tom')
""",
        [
            r"""
assert [type(x).__name__ for x in (tom,Animal('q'))]==['Cat','Animal']
assert {type(x) for x in (tom,tom)}=={Cat}
""",
            r"""
assert Cat==Cat
assert Cat!=Animal
assert hash(Cat)==hash(type(tom))
""",
        ],
    ),
    "a class pattern": (
        "",
        r"""
class Animal:
    kind='animal'
    def __init__(self,name): self.name=name
    def speak(self): return '...'
    def tell(self): return self.name+' says '+self.speak()
class Cat(Animal):
    def __init__(self,name,lives=9):
        super().__init__(name)
        self.lives=lives
    def speak(self): return 'meow'
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(cls): return cls.__name__
    @property
    def p(self): return 1
tom=Cat('Tom')
""",
        [
            r"""
match tom:
    case Cat(name=n): assert n=='Tom'
    case _: assert False
""",
        ],
    ),
    "functions and generators": (
        "import types",
        r"""
def g():
    yield 1
f=lambda x:x
""",
        [
            r"""
assert isinstance(g(),types.GeneratorType)
assert isinstance(f,types.FunctionType)
assert type(f).__name__=='function'
assert callable(f)
""",
        ],
    ),
    "methods of the class": (
        "",
        r"""
class Animal:
    kind='animal'
    def __init__(self,name): self.name=name
    def speak(self): return '...'
    def tell(self): return self.name+' says '+self.speak()
class Cat(Animal):
    def __init__(self,name,lives=9):
        super().__init__(name)
        self.lives=lives
    def speak(self): return 'meow'
    @staticmethod
    def st(x): return x
    @classmethod
    def cm(cls): return cls.__name__
    @property
    def p(self): return 1
tom=Cat('Tom')
""",
        [
            r"""
assert Cat.speak(tom)=='meow'
assert Cat.st(3)==3
assert Cat.cm()=='Cat'
assert tom.p==1
assert Animal.speak(tom)=='...'
""",
            "assert isinstance(Cat.__dict__['p'],property)",
            "assert tom.speak.__self__ is tom",
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
