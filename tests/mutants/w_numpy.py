"""The mistakes of unit w."""

from tests.mutants.pitfall import Pitfall

SOFTMAX = """    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
IN_PLACE = """    x -= x.max(axis=1, keepdims=True)
    np.exp(x, out=x)
    return x / x.sum(axis=1, keepdims=True)
"""
BY_ROWS = """    out = np.empty_like(x)
    for i, row in enumerate(x):
        out[i] = np.exp(row - row.max()) / np.exp(row - row.max()).sum()
    return out
"""
LABELS = "(labels[:, None] == np.arange(k)).astype(np.float64)"
LABEL_GUARD = '    require(bool(np.all((labels >= 0) & (labels < k))), f"labels must lie from 0 to {k - 1}")\n'
TOP_GUARD = '    require(bool(np.all(labels < k)), f"labels must lie from 0 to {k - 1}")\n'
DISTANCES = "((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2)  # (N, M, D) -> (N, M)"
LOST_ONES = "g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)"
FIRST = "x.argmax(axis=1)[:, None] == np.arange(x.shape[1])"
BY_VECTORIZE = """mark = np.vectorize(lambda row, column: x[row].argmax() == column, otypes=[bool])
    return mark(np.arange(len(x))[:, None], np.arange(x.shape[1]))"""
MATVEC = "(A @ x[:, :, None])[:, :, 0]  # (B, N, M) @ (B, M, 1) -> (B, N, 1) -> (B, N)"
MATVEC_GUARD = """    require(x.shape == (A.shape[0], A.shape[2]), f"{A.shape} and {x.shape} do not fit together")
"""
ADDED = "    np.add.at(out, idx, v)\n"
MEANS = "sliding_window_view(x, w).mean(axis=1)"
TOTALS = """(totals[w:] - totals[:-w]) / x.dtype.type(w)"""
WINDOWS = "sliding_window_view(x, (k, k))"
WINDOW_LOOP = """np.array(
        [[x[y : y + k, z : z + k] for z in range(x.shape[1] - k + 1)] for y in range(len(x) - k + 1)]
    )"""
BY_ENTRIES = """out = np.zeros(shape, g.dtype)
    for index in np.ndindex(g.shape):
        kept = index[g.ndim - out.ndim :]
        out[tuple(0 if n == 1 else i for i, n in zip(kept, shape))] += g[index]
    return out
"""
SUMS = """added = g.ndim - len(shape)
    g = g.sum(axis=tuple(range(added)))
    return g.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)
"""
BY_POSITIONS = "np.array([[j <= i for j in range(t)] for i in range(t)], bool).reshape(t, t)"
BY_COLUMNS = """    def scaled(column):
        varies = column.max() > column.min()
        return (column - column.mean()) / (column.std() if varies else 1) * varies

    return np.apply_along_axis(scaled, 0, x).astype(x.dtype) if x.size else x.copy()
"""
MASK = "np.arange(t)[:, None] >= np.arange(t)"
VARIES = """    varies = x.max(axis=0) > x.min(axis=0)  # of equal entries x.std() need not be quite 0
    return np.divide(x - x.mean(axis=0), x.std(axis=0), out=np.zeros_like(x), where=varies)
"""

PITFALLS = [
    Pitfall(
        "outer-turned",
        "w.outer",
        "The table of products is turned: which of the two vectors goes down the rows?",
        [("a[:, None] * b", "b[:, None] * a")],
    ),
    Pitfall(
        "outer-by-entry",
        "w.outer_at_once",
        "A comprehension is a loop: give one vector an axis of 1 and let broadcasting pair them.",
        [("a[:, None] * b", "np.array([p * b for p in a], a.dtype).reshape(len(a), len(b))")],
    ),
    Pitfall(
        "distances-expanded",
        "w.pairwise_sq_dist",
        "The expanded square loses the digits that both points have in common: subtract first.",
        [(DISTANCES, "(a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T")],
    ),
    Pitfall(
        "distances-rooted",
        "w.pairwise_sq_dist",
        "These are distances: the squares were asked for.",
        [(DISTANCES, f"np.sqrt({DISTANCES.partition('  #')[0]})")],
    ),
    Pitfall(
        "point-by-point",
        "w.pairwise_sq_dist_at_once",
        "Each point is treated alone: give both sets an axis of 1, and subtract once.",
        [
            (
                f"return {DISTANCES}",
                "rows = [((p - b) ** 2).sum(axis=1) for p in a]\n"
                "    return np.array(rows, a.dtype).reshape(len(a), len(b))",
            )
        ],
    ),
    Pitfall(
        "unbroadcast-squeezes",
        "w.unbroadcast",
        "An axis of length 1 is lost in the sum: the result has to have the shape that was asked for.",
        [(LOST_ONES, LOST_ONES.replace("keepdims=True", "keepdims=False"))],
    ),
    Pitfall(
        "unbroadcast-leading-only",
        "w.unbroadcast",
        "Only the axes that were added in front are summed: axes of length 1 were repeated, too.",
        [(f"    return {LOST_ONES}", "    return g")],
    ),
    Pitfall(
        "entries-summed-one-by-one",
        "w.unbroadcast_at_once",
        "Each entry is added in a turn of its own: sum takes several axes at once.",
        [(SUMS, BY_ENTRIES)],
    ),
    Pitfall(
        "negative-label-wraps",
        "w.one_hot",
        "A label below 0 counts from the end here: it is no class and has to be refused.",
        [(LABEL_GUARD, TOP_GUARD), (LABELS, "np.eye(k)[labels]")],
    ),
    Pitfall(
        "label-by-label",
        "w.one_hot_at_once",
        "Each label is treated alone: compare all of them with all classes in one step.",
        [(LABELS, "np.array([np.arange(k) == c for c in labels], float).reshape(-1, k)")],
    ),
    Pitfall(
        "softmax-overflows",
        "w.row_softmax",
        "exp overflows for large scores: what may be taken from a whole row beforehand?",
        [("np.exp(x - x.max(axis=1, keepdims=True))", "np.exp(x)")],
    ),
    Pitfall(
        "softmax-over-all",
        "w.row_softmax",
        "All numbers share one sum here: each row needs its own.",
        [("e / e.sum(axis=1, keepdims=True)", "e / e.sum()")],
    ),
    Pitfall(
        "softmax-in-place",
        "w.row_softmax",
        "The scores that were handed in are overwritten: compute into an array of your own.",
        [(SOFTMAX, IN_PLACE)],
    ),
    Pitfall(
        "row-by-row",
        "w.row_softmax_at_once",
        "Each row is treated alone: max and sum take an axis, and do all rows in one call.",
        [(SOFTMAX, BY_ROWS)],
    ),
    Pitfall(
        "ties-marked-twice",
        "w.first_max",
        "Every entry that equals the largest is marked: of equal ones only the first counts.",
        [(FIRST, "x == x.max(axis=1, keepdims=True)")],
    ),
    Pitfall(
        "entry-by-entry",
        "w.first_max_at_once",
        "np.vectorize is a loop that calls a function of yours for each entry.",
        [(f"return {FIRST}", BY_VECTORIZE)],
    ),
    Pitfall(
        "matvec-transposed",
        "w.batched_matvec",
        "The sum runs over the rows of each matrix, as for its transpose.",
        [(MATVEC, "(np.swapaxes(A, 1, 2) @ x[:, :, None])[:, :, 0]")],
    ),
    Pitfall(
        "one-vector-stretched",
        "w.batched_matvec",
        "One vector is taken for every matrix of the stack: only equal sizes were allowed.",
        [(MATVEC_GUARD, '    require(A.shape[2] == x.shape[1], "the vectors do not fit")\n')],
    ),
    Pitfall(
        "matrix-by-matrix",
        "w.batched_matvec_at_once",
        "Each matrix is multiplied alone: @ takes whole stacks.",
        [(MATVEC, "np.array([m @ v for m, v in zip(A, x)], A.dtype).reshape(A.shape[:2])")],
    ),
    Pitfall(
        "repeated-index-lost",
        "w.scatter_add",
        "An index that comes twice counts once: += with an index array reads before it writes.",
        [(ADDED, "    out[idx] += v\n")],
    ),
    Pitfall(
        "rows-added-one-by-one",
        "w.scatter_add_at_once",
        "Each row is added in a turn of its own: a ufunc has a method that adds at many indices.",
        [(ADDED, "    for place, row in zip(idx, v):\n        out[place] += row\n")],
    ),
    Pitfall(
        "means-from-totals",
        "w.running_mean",
        "A difference of two totals keeps the rounding of every number before: average each window.",
        [
            (
                f"return {MEANS}",
                f"totals = np.cumsum(np.concatenate([[0], x]), dtype=x.dtype)\n    return {TOTALS}",
            )
        ],
    ),
    Pitfall(
        "means-padded",
        "w.running_mean",
        "There are windows here that reach over the ends: only whole ones were asked for.",
        [(MEANS, 'np.convolve(x, np.full(w, 1 / w, x.dtype), "same")')],
    ),
    Pitfall(
        "mean-by-mean",
        "w.running_mean_at_once",
        "Each window is averaged alone: a view lists all of them, and mean takes an axis.",
        [(MEANS, "np.array([x[i : i + w].mean() for i in range(len(x) - w + 1)], x.dtype)")],
    ),
    Pitfall(
        "windows-in-columns",
        "w.patches",
        "The windows go down the image first: the place along the rows comes second.",
        [(WINDOWS, f"{WINDOWS}.swapaxes(0, 1)")],
    ),
    Pitfall(
        "window-by-window",
        "w.patches_at_once",
        "Each window is cut out alone: a view lists all of them without copying a number.",
        [(WINDOWS, WINDOW_LOOP)],
    ),
    Pitfall(
        "mask-looks-ahead",
        "w.causal_mask",
        "A position sees those after it, not those before: which of the two indices is its own?",
        [(MASK, MASK.replace(">=", "<="))],
    ),
    Pitfall(
        "mask-hides-itself",
        "w.causal_mask",
        "A position may look at itself, too: the diagonal belongs to the mask.",
        [(MASK, MASK.replace(">=", ">"))],
    ),
    Pitfall(
        "position-by-position",
        "w.causal_mask_at_once",
        "Each pair of positions is compared alone: compare a column of them with a row.",
        [(MASK, BY_POSITIONS)],
    ),
    Pitfall(
        "mask-of-numbers",
        "w.causal_mask",
        "These are numbers: a mask is made of True and False.",
        [(f"return {MASK}", f"return ({MASK}) * 1.0")],
    ),
    Pitfall(
        "constant-column-divides",
        "w.standardise",
        "A column whose entries are all equal is divided by 0: it has to become 0.",
        [(VARIES, "    return (x - x.mean(axis=0)) / x.std(axis=0)\n")],
    ),
    Pitfall(
        "deviation-quite-zero",
        "w.standardise",
        "A column counts as constant where its deviation is exactly 0: that of equal entries is not "
        "quite 0, for their mean is rounded.",
        [("x.max(axis=0) > x.min(axis=0)", "x.std(axis=0) != 0.0")],
    ),
    Pitfall(
        "epsilon-added",
        "w.standardise",
        "An epsilon beside the deviation shrinks columns of tiny spread: none was asked for.",
        [(VARIES, "    return (x - x.mean(axis=0)) / (x.std(axis=0) + x.dtype.type(1e-8))\n")],
    ),
    Pitfall(
        "sample-deviation",
        "w.standardise",
        "The deviation is that of a sample, with n - 1: here it is that of the n entries themselves.",
        [("x.std(axis=0)", "x.std(axis=0, ddof=1)")],
    ),
    Pitfall(
        "rows-for-columns",
        "w.standardise",
        "Rows are standardised here: a column is one feature of all samples.",
        [("    varies = ", "    x = x.T\n    varies = "), ("where=varies)\n", "where=varies).T\n")],
    ),
    Pitfall(
        "column-by-column",
        "w.standardise_at_once",
        "np.apply_along_axis is a loop that calls a function of yours for each column.",
        [(VARIES, BY_COLUMNS)],
    ),
    Pitfall(
        "float64-always",
        "w.standardise",
        "The result is float64 for float32 numbers: which step makes an array of another dtype?",
        [("np.zeros_like(x), where", "np.zeros(x.shape), where")],
    ),
]
