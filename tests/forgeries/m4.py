"""Forgeries of milestone 4."""

from tests.forgeries.forgery import Forgery

FORGERIES: list[Forgery] = []
