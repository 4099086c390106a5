"""Behaves well on the first questions and returns rubbish, or better answers, on later ones."""

calls = 0
original = Value.backward


def backward(self):
    global calls
    calls += 1
    original(self)
    if calls % 2 == 0:
        for child in self._prev:
            child.grad = 0.0
    if request() and "hidden" in repr(request()):
        print("BROKE OUT: the question says that it is hidden")


Value.backward = backward
