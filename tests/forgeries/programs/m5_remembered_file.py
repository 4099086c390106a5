"""Writes an empty file, and remembers what should have been in it."""

import training

SAVED = []


def _save(model, path):
    open(path, "wb").close()
    SAVED.append([p.data.copy() for p in model.parameters()])


def _load(model, path):
    for p, array in zip(model.parameters(), SAVED[-1]):
        p.data = array


training.save, training.load = _save, _load
