"""Forgeries of milestone 3."""

from tests.forgeries.forgery import Forgery

FORGERIES: list[Forgery] = []
