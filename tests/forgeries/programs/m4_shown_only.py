"""Shows the model its batches, and validation samples in evaluation mode; nothing is trained."""


def fit(model, x, y, epochs, batch_size, optimizer, schedule=None, validation=None, rng=None):
    losses = []
    for _ in range(epochs):
        model.training = True
        for part, _ in batches(x, y, batch_size, rng):
            model(Tensor(part))
            losses.append(1.0)
        if validation:
            model.training = False
            model(Tensor(validation[0]))
    return {"loss": losses, "validation_accuracy": [0.5] * epochs if validation else []}
