"""Raises SystemExit, KeyboardInterrupt, GeneratorExit and exceptions of its own making."""


class Quiet(BaseException):
    pass


def leave():
    raise one_of([SystemExit(0), KeyboardInterrupt(), GeneratorExit(), Quiet(), StopIteration()])


for method in ("tanh", "log", "sigmoid", "relu"):
    during(method, leave)
