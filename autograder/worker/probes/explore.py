"""What the demos to play with ask: one interaction a question, every part as far as it gets."""

from contextlib import contextmanager

kept: dict[str, object] = {}  # the exceptions that the last question met, by index
MOST_WRITES = 400


def plain(number):
    """Return a number as float; None where it is none."""
    try:
        return None if isinstance(number, str) else float(number)
    except Exception:
        return None


def guard(index, function, *args):
    """Return what `function` returns, or None where it raises; `kept` keeps the exception."""
    try:
        return function(*args)
    except BaseException as problem:
        kept.setdefault(index, problem)
        return None


def raise_again(index):
    """Raise what the last question met at `index`."""
    raise kept[index]


def play(questions):
    """Answer each of several questions, whatever the others meet; ``raised`` are those that did."""
    kept.clear()
    kinds = {"graph": graph, "chain": chain, "slopes": slopes, "verdict": verdict}
    answers = []
    for index, (kind, args) in enumerate(questions):
        found = guard(index, kinds[kind], index, *args)
        answers.append(found if found is not None else {})
    return {"answers": answers, "raised": sorted(kept)}


def graph(index, steps, results):
    """Compute `steps` and differentiate; return data and gradients, and all writes of gradients."""
    nodes = compute(index, steps)
    if index not in kept:
        for result in results:
            guard(index, lambda out: out.backward(), nodes[result])
    data, grads = (
        [plain(getattr(node, part, None)) for node in nodes] for part in ("data", "grad")
    )
    writes = [] if index in kept else guard("writes", watch, steps, results)
    kept.pop("writes", None)
    return {"data": data, "grad": grads, "writes": writes or []}


def compute(index, steps):
    """Return a node for each step; None for one that raises, and for all that need it."""
    from engine import Value

    operations = {
        "": Value,
        "number": lambda number: number,
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "**": lambda a, b: a**b,
        "neg": lambda a: -a,
    }
    nodes = []
    for op, below, number in steps:
        operands = [nodes[place] for place in below] or [number]
        operation = operations.get(op) or (lambda a, op=op: getattr(a, op)())
        is_there = all(operand is not None for operand in operands)
        nodes.append(guard(index, operation, *operands) if is_there else None)
    return nodes


@contextmanager
def watch_gradients(kind, look, write):
    """Call `look` at each use of ``grad`` of a class, `write` with each new one.

    `look` gets a function that reads the gradient of a node, and a node whose turn comes next.
    """
    own = vars(kind).get("grad")

    def read(node):
        if hasattr(own, "__set__"):
            return own.__get__(node, kind)
        return vars(node)["grad"]

    def read_any(node):
        try:
            return read(node)
        except (AttributeError, KeyError):
            return None

    def get(node):
        look(read_any, None)
        try:
            return read(node)
        except KeyError:
            raise AttributeError("grad") from None

    def set(node, value):
        look(read_any, node if value is read_any(node) else None)  # += is told once
        if hasattr(own, "__set__"):
            own.__set__(node, value)
        else:
            vars(node)["grad"] = value
        write(node, value)

    kind.grad = property(get, set)
    try:
        yield
        look(read_any, None)
    finally:
        if own is None:
            del kind.grad
        else:
            kind.grad = own


def watch(steps, results):
    """Return every write to a gradient during backward: the step, and the number."""
    from engine import Value

    nodes, writes = compute("writes", steps), []
    places = {id(node): place for place, node in enumerate(nodes) if isinstance(node, Value)}

    def write(node, number):
        if id(node) in places and len(writes) < MOST_WRITES:
            writes.append([places[id(node)], plain(number)])

    with watch_gradients(Value, lambda *_: None, write):
        for result in results:
            nodes[result].backward()
    return writes


def chain(index, count):
    """Return the gradient of the first of `count` Values that are added one after the other."""
    from engine import Value

    first = out = Value(1.0)
    for _ in range(count):
        out = out + 0.5
    out.backward()
    return {"numbers": [plain(first.grad)]}


def slopes(index, function, point, options):
    """Return ``numerical_gradient`` of a function of the list ``xs``."""
    from engine import numerical_gradient

    f = eval(f"lambda xs: {function}", {})
    return {"numbers": [plain(slope) for slope in numerical_gradient(f, list(point), **options)]}


def verdict(index, function, point, options):
    """Return whether ``gradcheck`` accepts a function of the list ``xs``."""
    from engine import Value, gradcheck

    f = eval(f"lambda xs: {function}", {"Value": Value})
    return {"verdict": bool(gradcheck(f, list(point), **options))}


def descend(steps, leaf, result, start, rate, count):
    """Go down a curve against the slope; return each x, its height and its slope."""
    kept.clear()
    xs, heights, grads = [start], [], []
    for _ in range(count + 1):
        now = [
            [op, below, xs[-1] if place == leaf else number]
            for place, (op, below, number) in enumerate(steps)
        ]
        nodes = compute(0, now)
        if 0 not in kept:
            guard(0, lambda out: out.backward(), nodes[result])
        if 0 in kept:
            break
        heights.append(plain(nodes[result].data))
        grads.append(plain(nodes[leaf].grad))
        xs.append(xs[-1] - rate * (grads[-1] or 0.0))
    return {"x": xs[: count + 1], "y": heights, "grad": grads, "raised": sorted(kept)}


def neuron(activation, w, b, x):
    """Return the output of a Neuron, and the gradients of its weights and bias."""
    from nn import Neuron

    unit = Neuron(len(w), activation)
    for parameter, number in zip([*unit.w, unit.b], [*w, b]):
        parameter.data = number
    out = unit(list(x))
    out.backward()
    return {"numbers": [plain(out.data), *(plain(p.grad) for p in [*unit.w, unit.b])]}


def forward(size, kind, weights, x):
    """Return the outputs of each Layer in turn, and those of the MLP of these sizes."""
    from nn import MLP, Layer

    def fill(module, numbers):
        for parameter, number in zip(module.parameters(), numbers):
            parameter.data = number

    def read(outs):
        return [plain(out.data) for out in (outs if isinstance(outs, list) else [outs])]

    signals, start, found = list(x), 0, []
    for nin, nout in zip(size, size[1:]):
        layer, count = Layer(nin, nout, kind), (nin + 1) * nout
        fill(layer, weights[start : start + count])
        signals, start = layer(signals), start + count
        found.append(read(signals))
        signals = signals if isinstance(signals, list) else [signals]
    model = MLP(size[0], list(size[1:]), kind, kind)
    fill(model, weights)
    return {"layers": found, "mlp": read(model(list(x)))}


def train_scalars(size, weights, x, y, epochs, rate):
    """Fit an MLP from these weights; return its losses and its weights."""
    import numpy as np
    from nn import MLP, fit

    model = MLP(size[0], list(size[1:]), rng=np.random.default_rng(0))
    parameters = model.parameters()
    for parameter, number in zip(parameters, weights):
        parameter.data = number
    losses = fit(model, [list(row) for row in x], list(y), epochs, rate)
    return {
        "loss": [plain(loss) for loss in losses],
        "weights": [plain(parameter.data) for parameter in parameters],
    }


def train_arrays(weights, x, y, epochs, rate):
    """Fit two Linear layers with Tanh between from these weights, all rows a step."""
    import numpy as np
    from training import SGD, Linear, Sequential, Tanh, fit

    layers = [Linear(*weights[place].shape, rng=np.random.default_rng(0)) for place in (0, 2)]
    parts = [part for layer in layers for part in (layer.weight, layer.bias)]
    for part, numbers in zip(parts, weights):
        part.data = numbers.copy()
    model = Sequential(layers[0], Tanh(), layers[1])
    optimizer = SGD(model.parameters(), lr=rate)
    rng = np.random.default_rng(0)
    history = fit(model, x.copy(), y.copy(), epochs, len(x), optimizer, rng=rng)
    return {
        "loss": [plain(loss) for loss in history["loss"]],
        "weights": [np.array(part.data) for part in parts],
    }


def arrays(leaves, lines):
    """Compute ``name = expression`` with Tensors, line by line, and differentiate the last."""
    import numpy as np

    def read(node, part):
        got = getattr(node, part, None)
        return np.array(got, np.float64) if got is not None else None

    kept.clear()
    nodes = compute_arrays(leaves, lines)
    if 0 not in kept:
        guard(0, lambda out: out.backward(), nodes[-1])
    found = {part: [guard(0, read, node, part) for node in nodes] for part in ("data", "grad")}
    steps = {} if 0 in kept else guard("steps", watch_arrays, leaves, lines)
    kept.pop("steps", None)
    return {**found, **(steps or {}), "raised": sorted(kept)}


def compute_arrays(leaves, lines):
    """Return the leaves as Tensors, and what the lines make of them, up to one that raises."""
    from tensor import Tensor

    scope = {name: Tensor(numbers.copy()) for name, numbers in leaves.items()}
    nodes = list(scope.values())
    for name, expression in lines:
        node = guard(0, eval, expression, {}, dict(scope))
        if 0 in kept:
            break
        scope[name] = node
        nodes.append(node)
    return nodes


def watch_arrays(leaves, lines):
    """Return what happens during backward: to gradients, and in ``unbroadcast``.

    ``writes`` are a node and its gradient from then on: set, or changed where it lies, as is seen
    when a gradient is used next. ``sums`` are the number of writes before, what ``unbroadcast``
    got, and what it made of that, where its shape changed.
    """
    import numpy as np
    import tensor

    def is_same(grad, before):
        return before is not None and np.array_equal(grad, before, equal_nan=True)

    nodes, writes, sums = compute_arrays(leaves, lines), [], []
    places = {id(node): place for place, node in enumerate(nodes)}
    last = [None] * len(nodes)

    def note(place, grad):
        last[place] = None if grad is None else np.array(grad, np.float64)
        if grad is not None and len(writes) < MOST_WRITES:
            writes.append([place, last[place]])

    def look(read, following):
        for place, node in enumerate(nodes):
            now = None if node is following else read(node)
            if now is not None and not is_same(now, last[place]):
                note(place, now)

    def write(node, grad):
        if id(node) in places:
            note(places[id(node)], grad)

    def sum_back(cotangent, *args, **options):
        found = unbroadcast(cotangent, *args, **options)
        if np.shape(found) != np.shape(cotangent) and len(sums) < MOST_WRITES:
            both = (np.array(part, np.float64) for part in (cotangent, found))
            sums.append([len(writes), *both])
        return found

    unbroadcast = getattr(tensor, "unbroadcast", None)
    if unbroadcast is not None:
        tensor.unbroadcast = sum_back
    look(lambda node: getattr(node, "grad", None), None)
    writes.clear()  # what was there before
    with watch_gradients(tensor.Tensor, look, write):
        nodes[-1].backward()
    return {"writes": writes, "sums": sums}


def window(x, weight, bias, kernel, stride, padding):
    """Return ``im2col`` of an image, and what ``conv2d`` makes of it."""
    import numpy as np
    from conv import conv2d, im2col
    from tensor import Tensor

    kept.clear()
    found = {"cols": None, "out": None}
    cols = guard(0, im2col, x.copy(), kernel, stride, padding)
    if cols is not None:
        found["cols"] = np.array(cols, np.float64)
    operands = [Tensor(part.copy()) for part in (x, weight, bias)]
    out = guard(0, conv2d, *operands, stride, padding)
    if out is not None:
        found["out"] = np.array(out.data, np.float64)
    return {**found, "raised": sorted(kept)}


def attention(text, prompt, sizes, steps, seed, layer):
    """Train a GPT for some steps; return how each position of a block attends to each.

    The layer is taken as it is: its values are replaced, so that what comes out at a position is
    its share of each position before.
    """
    import numpy as np
    from gpt import GPT, Adam, CharTokenizer, clip_grad_norm, get_batch
    from tensor import Tensor, cross_entropy

    tokenizer, rng = CharTokenizer(text), np.random.default_rng(seed)
    tokens, block_size = np.array(tokenizer.encode(text)), sizes["block_size"]
    model = GPT(
        tokenizer.vocab_size,
        block_size,
        sizes["n_layer"],
        sizes["n_head"],
        sizes["n_embd"],
        rng=rng,
    )
    optimizer = Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(steps):
        x, y = get_batch(tokens, block_size, 8, rng)
        optimizer.zero_grad()
        logits = model(x)
        loss = cross_entropy(logits.reshape(-1, tokenizer.vocab_size), y.ravel())
        loss.backward()
        clip_grad_norm(model.parameters(), 1.0)
        optimizer.step()
        losses.append(plain(loss.data))
    ids = np.array(tokenizer.encode(prompt))[None]
    signal = model.token_embedding(ids) + model.position_embedding(np.arange(ids.shape[1]))
    for block in model.blocks[:layer]:
        signal = block(signal)
    block = model.blocks[layer]
    rows = np.array(block.ln1(signal).data, np.float64)[0]  # (T, C)
    attn = block.attn
    weight = np.array(attn.qkv.weight.data, np.float64)
    bias = np.array(attn.qkv.bias.data, np.float64)
    maps = measure_shares(attn, rows, weight, bias, sizes["n_head"], Tensor)
    return {"maps": maps, "rows": rows, "weight": weight, "bias": bias, "loss": losses}


def measure_shares(attn, rows, weight, bias, n_head, make_tensor):
    """Return the share (H, T, T) of each position, by values that mark one position at a time."""
    import numpy as np

    count, width = rows.shape
    size = width // n_head
    attn.proj.weight.data, attn.proj.bias.data = np.eye(width), np.zeros(width)
    found = np.zeros((n_head, count, count))
    marks = np.linalg.pinv(np.column_stack([rows, np.ones(count)]))  # (C + 1, T)
    for start in range(0, count, size):
        batch = range(start, min(start + size, count))
        changed, shift = weight.copy(), bias.copy()
        changed[:, 2 * width :], shift[2 * width :] = 0.0, 0.0
        for head in range(n_head):
            for place, position in enumerate(batch):
                column = 2 * width + head * size + place
                changed[:, column], shift[column] = marks[:-1, position], marks[-1, position]
        attn.qkv.weight.data, attn.qkv.bias.data = changed, shift
        out = np.array(attn(make_tensor(rows[None])).data, np.float64)[0]
        for head in range(n_head):
            own = out[:, head * size : head * size + len(batch)]
            found[head][:, list(batch)] = own
    return found
