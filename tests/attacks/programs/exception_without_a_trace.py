"""Raises exceptions with false bases, endless causes and a traceback of thousands of frames."""


class Meta(type):
    def __getattribute__(cls, name):
        if name in ("__mro__", "__name__"):
            raise SystemExit(0)
        return super().__getattribute__(name)


class Odd(Exception, metaclass=Meta):
    pass


def fail():
    def deeper(depth):
        if depth:
            deeper(depth - 1)
        raise one_of([Odd(), SyntaxError("x", ("/etc/passwd", -5, 2**62, None)), RecursionError()])

    sys.setrecursionlimit(100_000)
    deeper(5_000)


for method in ("tanh", "log", "sigmoid"):
    during(method, fail)
