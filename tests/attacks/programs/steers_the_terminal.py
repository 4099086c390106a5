"""Puts escape sequences, formulas and markup into exceptions and output."""

STEERING = (
    "\x1b[2J\x1b[31mowned\x1b]8;;http://example.org\x07\x9b31m\u202egnp.exe\u2066\x00\x08\r\n"
    "=cmd|' /C calc'!A0\n<script>alert(1)</script><img src=x onerror=alert(1)>\n"
    "{{ 7 * 7 }}{% raw %}[bold red]\ud800\U000e0041"
)


class Owned(Exception):
    pass


Owned.__name__ = Owned.__qualname__ = STEERING.replace("\x00", "").replace("\ud800", "")


def steer():
    print(STEERING.replace("\ud800", ""))
    raise one_of([ValueError(STEERING), Owned(STEERING), KeyError(STEERING), Owned()])


for method in ("tanh", "log", "sigmoid", "relu"):
    during(method, steer)
