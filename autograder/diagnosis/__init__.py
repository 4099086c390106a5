"""Which mistake a wrong answer shows, and where in a learner's file an object is defined."""
