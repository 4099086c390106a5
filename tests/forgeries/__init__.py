"""Work that earns points without being done: what each forgery may gain is nothing."""
