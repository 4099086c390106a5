"""A sequence whose items are made when they are asked for, and not kept."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

KeyT = TypeVar("KeyT")
ItemT = TypeVar("ItemT")


class Lazy(Sequence[ItemT], Generic[KeyT, ItemT]):
    """The items that `make` returns for `keys`, in order.

    Each is made anew each time it is asked for: of many large ones, memory holds one.
    """

    def __init__(self, keys: Sequence[KeyT], make: Callable[[KeyT], ItemT]) -> None:
        self.keys = keys
        self.make = make

    @overload
    def __getitem__(self, index: int) -> ItemT: ...

    @overload
    def __getitem__(self, index: slice) -> "Lazy[KeyT, ItemT]": ...

    def __getitem__(self, index: int | slice) -> "ItemT | Lazy[KeyT, ItemT]":
        """Return the item at `index`, made anew."""
        if isinstance(index, slice):
            return Lazy(self.keys[index], self.make)
        return self.make(self.keys[index])

    def __len__(self) -> int:
        return len(self.keys)
