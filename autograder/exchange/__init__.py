"""What leaves the kit: assignments, the student kit, and other systems' formats."""
