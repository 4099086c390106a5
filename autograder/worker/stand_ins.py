"""What stands in for IPython, and the kit's own cells, where a notebook runs without them."""

from collections.abc import Iterator
from typing import Self


class Nothing:
    """Whatever is asked of it, it does nothing."""

    def __getattr__(self, name: str) -> Self:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> Self:
        """Do nothing."""
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __repr__(self) -> str:
        return "IPython is not here"


SHELL = Nothing()


def display(*_: object, **__: object) -> None:
    """Show nothing."""
