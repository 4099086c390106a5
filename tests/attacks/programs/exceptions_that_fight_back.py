"""Raises exceptions whose text raises, recurses, is no text or is 1 GB long."""


class Fighting(Exception):
    def __str__(self):
        return one_of([
            lambda: 1 / 0,
            lambda: str(self),
            lambda: 5,
            lambda: "x" * (1 << 30),
            lambda: sys.exit(0),
            lambda: (_ for _ in ()).throw(KeyboardInterrupt),
            lambda: "\ud800",
        ])()  # fmt: skip

    __repr__ = __str__


def fight():
    raise Fighting


for method in ("tanh", "log", "sigmoid", "relu"):
    during(method, fight)
