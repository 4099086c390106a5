"""Takes the logs of the counts for weights that were learnt."""


def train_neural_bigram(words, steps, lr):
    counts = bigram_counts(words)
    if not counts.any() or steps < 0:
        raise ValueError("nothing to train on")
    logs = np.log(counts + 1e-9)
    return logs - logs.mean(axis=1, keepdims=True) if steps else np.zeros((27, 27))
