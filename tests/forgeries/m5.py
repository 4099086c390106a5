"""Forgeries of milestone 5."""

from tests.forgeries.forgery import Forgery

FORGERIES: list[Forgery] = []
