"""One submission in, one score out: what is handed in, what it earned, and a class of them."""
