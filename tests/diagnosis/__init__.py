"""How well diagnosis names mistakes in code that it was not made from: `make diagnosis`."""
