"""Makes a hundred thousand files."""


def fill():
    for number in range(100_000):
        with open(f"planted-{number}", "wb") as file:
            file.write(b"x")
    print("BROKE OUT: a hundred thousand files")


in_one_check(fill)
