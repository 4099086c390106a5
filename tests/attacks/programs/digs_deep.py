"""Nests ten thousand folders, which no recursion removes."""

import os


def dig():
    for _ in range(1_500):
        os.mkdir("planted")
        os.chdir("planted")


in_one_check(dig)
