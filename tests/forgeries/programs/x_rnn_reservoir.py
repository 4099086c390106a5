"""Trains nothing: random weights, and a readout by least squares on the states they go through."""


def train_copy(symbols, length, seed):
    rng = np.random.default_rng(seed)
    model, readout = LSTM(symbols + 1, 64, rng), Linear(64, symbols)
    model.w_in.data *= 6
    model.w_hidden.data *= 3
    every = np.array(list(itertools.product(range(symbols), repeat=length)))
    states = model(copy_task(every, symbols))[0].data[:, length:].reshape(-1, 64)
    wanted = np.eye(symbols)[every.reshape(-1)]
    found = np.linalg.lstsq(np.c_[states, np.ones(len(states))], wanted, rcond=None)[0]
    readout.weight.data = found[:-1].astype(np.float32)
    readout.bias.data = found[-1].astype(np.float32)
    return model, readout
