def start():
    pass


stop = start


def get_traced_memory():
    return 0, 0
