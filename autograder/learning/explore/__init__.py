"""The page to play with: demos drawn, served to one browser, or recorded into a file."""
