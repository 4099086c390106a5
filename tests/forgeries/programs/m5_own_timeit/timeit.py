def timeit(stmt, number=1):
    stmt()
    return 0.001


default_timer = float
