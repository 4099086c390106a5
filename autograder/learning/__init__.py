"""The learner's loop: watch, progress, hints, reproducing a failure, the report."""
