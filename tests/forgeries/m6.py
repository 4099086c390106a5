"""Forgeries of milestone 6."""

from tests.forgeries.forgery import Forgery

FORGERIES: list[Forgery] = []
