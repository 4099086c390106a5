"""What runs a check: the session, its questions to a worker, its settings and messages."""
