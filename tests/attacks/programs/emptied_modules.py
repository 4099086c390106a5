"""Empties sys.modules, puts traps on sys.path and meta_path, and swaps standard modules."""

import types

for name in list(sys.modules):
    if name.split(".")[0] in ("numpy", "autograder", "linecache", "traceback", "json"):
        sys.modules[name] = types.ModuleType(name)


class Trap:
    def find_spec(self, name, path=None, target=None):
        print("BROKE OUT: the judge imported", name) if "check" in name else None


sys.meta_path.insert(0, Trap())
sys.path[:] = ["/tmp", "."]
