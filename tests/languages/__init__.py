"""The catalogues of languages: what is translated, and how they are made."""
