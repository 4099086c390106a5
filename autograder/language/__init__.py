"""What people read in their own language: which it is, its catalogue, and the judge's sentences.

English is what the code and the tables say, and the id of every text; it is looked up where it is
shown. Scores stay in English: the same work gives the same bytes whoever reads it.
"""
