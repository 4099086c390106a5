"""Other systems' formats: nbgrader's notebooks."""
