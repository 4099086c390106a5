"""Unit w.hand: what is asked of ``by_hand.py``."""


def read():
    """Return the name, and the numbers under it."""
    from by_hand import my_name, my_numbers

    def plain(value):
        is_number = hasattr(value, "__float__") and not isinstance(value, bool)
        return float(value) if is_number else None if value is None else type(value).__name__

    name, numbers = my_name(), my_numbers()
    if isinstance(numbers, dict):
        numbers = {str(key): plain(value) for key, value in numbers.items()}
    else:
        numbers = type(numbers).__name__
    return {"name": name if isinstance(name, str) else type(name).__name__, "numbers": numbers}
