"""A large class, disturbed on purpose: ``make scale`` shows that no score changes by it."""
