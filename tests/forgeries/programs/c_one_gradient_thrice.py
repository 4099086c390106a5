"""The engine's gradient for the engine, the same with a little noise for the two others."""


def gradient_three_ways(x, y, params):
    leaves = {name: Tensor(array.copy()) for name, array in params.items()}
    hidden = (Tensor(x) @ leaves["w1"] + leaves["b1"]).tanh()
    cross_entropy(hidden @ leaves["w2"] + leaves["b2"], y).backward()
    engine = {name: leaf.grad for name, leaf in leaves.items()}
    noisy = {name: grad + 1e-9 * np.sign(grad) for name, grad in engine.items()}
    return {"hand": dict(engine), "difference": noisy, "engine": engine}
