"""All that runs in the hostile process, and nothing else; it imports nothing else of the kit."""
