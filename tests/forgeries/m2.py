"""Forgeries of milestone 2."""

from tests.forgeries.forgery import Forgery

FORGERIES: list[Forgery] = []
