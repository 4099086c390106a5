"""
Autograd engine -- Grace H.

My design: an expression is written down once, as a flat "program" of
instructions (like the code of a tiny machine). Each Value is just a register.
To differentiate I collect the instructions that are reachable, sort them by
serial number and run them backwards.
"""
from collections import namedtuple
from numbers import Real
import math

Instr = namedtuple('Instr', 'name args partials')

_serial = 0


def _next_serial():
    global _serial
    _serial += 1
    return _serial


class Value:
    __array_ufunc__ = None

    def __init__(self, data, _children=(), _op='', label=''):
        if not isinstance(data, Real):
            raise TypeError('expected a real number but got ' + repr(data))
        self.data, self.grad = float(data), 0.0
        self._prev, self._op, self.label = set(_children), _op, label
        self._instr = None
        self._n = _next_serial()

    def __repr__(self):
        return 'V#%d(%g)' % (self._n, self.data)

    # --- every operator is (result, partial derivatives) and goes through emit()

    def __add__(self, o):
        return _emit2('ADD', self, o, lambda a, b: (a + b, 1.0, 1.0))

    def __radd__(self, o):
        return _emit2('ADD', o, self, lambda a, b: (a + b, 1.0, 1.0))

    def __sub__(self, o):
        return _emit2('SUB', self, o, lambda a, b: (a - b, 1.0, -1.0))

    def __rsub__(self, o):
        return _emit2('SUB', o, self, lambda a, b: (a - b, 1.0, -1.0))

    def __mul__(self, o):
        return _emit2('MUL', self, o, lambda a, b: (a * b, b, a))

    def __rmul__(self, o):
        return _emit2('MUL', o, self, lambda a, b: (a * b, b, a))

    def __truediv__(self, o):
        return _emit2('DIV', self, o, lambda a, b: (a / b, 1 / b, -a / b / b))

    def __rtruediv__(self, o):
        return _emit2('DIV', o, self, lambda a, b: (a / b, 1 / b, -a / b / b))

    def __pow__(self, n):
        if not isinstance(n, (int, float)):
            raise TypeError('x ** n needs a plain number n, n is a ' + type(n).__name__)
        x = self.data
        if x < 0 and int(n) != n:
            raise ValueError('not real: %r ** %r' % (x, n))
        if n == 0:
            return emit('POW', (self,), 1.0, (0.0,))
        if x == 0 and 0 < n < 1:
            return emit('POW', (self,), 0.0, (math.inf,))
        return emit('POW', (self,), x ** n, (n * x ** (n - 1),))

    def __neg__(self):
        return emit('NEG', (self,), -self.data, (-1.0,))

    def exp(self):
        e = math.exp(self.data)
        return emit('EXP', (self,), e, (e,))

    def log(self):
        if self.data <= 0:
            raise ValueError('log(%g) does not exist' % self.data)
        return emit('LOG', (self,), math.log(self.data), (1 / self.data,))

    def tanh(self):
        t = math.tanh(self.data)
        return emit('TANH', (self,), t, (1 - t * t,))

    def relu(self):
        return emit('RELU', (self,), *((self.data, (1.0,)) if self.data > 0 else (0.0, (0.0,))))

    def sigmoid(self):
        s = (1 + math.tanh(self.data / 2)) / 2   # same function, no overflow
        return emit('SIGM', (self,), s, (s * (1 - s),))

    def backward(self):
        program = _reachable(self)
        program.sort(key=lambda v: v._n, reverse=True)
        self.grad = 1.0
        for v in program:
            if v._instr:
                for arg, partial in zip(v._instr.args, v._instr.partials):
                    arg.grad += partial * v.grad


def emit(name, args, result, partials):
    v = Value(result, args, name)
    v._instr = Instr(name, args, partials)
    return v


def _emit2(name, a, b, rule):
    if not isinstance(a, Value):
        if not isinstance(a, Real):
            return NotImplemented
        a = Value(a)
    if not isinstance(b, Value):
        if not isinstance(b, Real):
            return NotImplemented
        b = Value(b)
    result, da, db = rule(a.data, b.data)
    return emit(name, (a, b), result, (da, db))


def _reachable(v):
    found = {v}
    todo = [v]
    while todo:
        for u in todo.pop()._prev:
            if u not in found:
                found.add(u)
                todo.append(u)
    return list(found)


def numerical_gradient(f, xs, eps=1e-6):
    def shifted(k, h):
        return [float(x) + (h if j == k else 0) for j, x in enumerate(xs)]
    return [(f(shifted(k, eps)) - f(shifted(k, -eps))) / 2 / eps for k in range(len(xs))]


def gradcheck(f, xs, tol=1e-6):
    vs = [Value(x) for x in xs]
    f(vs).backward()
    ns = numerical_gradient(lambda ps: f([Value(p) for p in ps]).data, xs)
    return all(abs(v.grad - n) <= tol * max(1, abs(v.grad)) for v, n in zip(vs, ns))
