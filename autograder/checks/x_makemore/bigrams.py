"""Bigrams: counts, likelihoods, samples."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from autograder.checks.x_makemore.common import (
    ALPHABET,
    SIZE,
    Floats,
    Ints,
    Measure,
    Rng,
    count_bigrams,
    draw_words,
    ids_of,
    mean_nll,
)
from autograder.judge.questions import Ask
from autograder.judge.spec import check
from autograder.numerics import small
from autograder.numerics.compare import brief, close, require_list
from autograder.numerics.failure import WrongAnswer

SAMPLES = 3000  # words
LETTERS_USED = 5  # of a drawn language to sample from; each row has all, and the end
LONGEST = 400  # letters of a word: a longer one comes once in 1e17
UNLIKELY = 4.4  # standard errors: right work is beyond once in 180,000


@check("bigram_counts")
def check_counts(ask: Ask, rng: Rng) -> None:
    lists = [draw_words(rng, 40), draw_words(rng, 2), []]
    answer = require_list(ask("counts", lists=lists)["counts"], len(lists), "the tables of counts")
    for words, got in zip(lists, answer, strict=True):
        wanted = count_bigrams(words)
        if isinstance(got, np.ndarray) and got.dtype.kind not in "iu":
            raise WrongAnswer(f"counts are integers, got an array of {got.dtype}")
        where = f", of the words {brief(words)}"
        close(got, wanted, "bigram_counts[{}]", rtol=0.0, where=where)


@check("nll")
def check_nll(ask: Ask, rng: Rng) -> None:
    draw = small.uncut_generator(rng)
    lists = [draw_words(rng, 30), draw_words(rng, 2)]
    table = draw.uniform(0.05, 1.0, (SIZE, SIZE))
    for closed in (False, True):
        if closed:  # one bigram that occurs cannot be
            one, other, *_ = ids_of(lists[0][0])[1:]
            table[one, other] = 0.0
        rows = table / table.sum(axis=1, keepdims=True)
        answer = ask("likelihoods", probabilities=rows, lists=lists)["nll"]
        for words, got in zip(lists, require_list(answer, 2, "the results of nll"), strict=True):
            _same_nll(got, mean_nll(rows, words), words)


def _same_nll(got: object, wanted: float, words: list[str]) -> None:
    where = f", of the words {brief(words)}"
    if np.isfinite(wanted):
        close(got, wanted, "nll", where=where)
    elif not isinstance(got, float) or got != wanted:
        told = "one of their bigrams has probability 0, so that nll is infinity"
        raise WrongAnswer(f"nll is {brief(got)}{where}: {told}", want=wanted, got=got)


def draw_language(rng: Rng) -> Floats:
    """Return probabilities of a few letters; the others cannot be reached, and end at once."""
    draw = small.uncut_generator(rng)
    used = np.append(0, draw.choice(np.arange(1, SIZE), LETTERS_USED, replace=False))
    table = np.zeros((SIZE, SIZE))
    table[:, 0] = 1.0
    table[np.ix_(used, used)] = draw.dirichlet(np.full(len(used), 3.0), len(used)) + 0.05
    return np.asarray(table / table.sum(axis=1, keepdims=True))


def ask_words(ask: Ask, table: Floats, count: int, seeds: list[int]) -> list[list[str]]:
    """Return the words made up with each seed: text of letters, no dots in it."""
    answer = ask("make_up", probabilities=table, count=count, seeds=seeds)["words"]
    lists = require_list(answer, len(seeds), "the lists of words")
    for words in lists:
        for word in require_list(words, count, "the words made up"):
            if not isinstance(word, str) or set(word) - set(ALPHABET[1:]) or len(word) > LONGEST:
                raise WrongAnswer(f"sample made up {brief(word)}: wanted letters from a to z alone")
    return lists


@check("sample", seconds=10)
def check_sample(ask: Ask, rng: Rng, measure: Measure) -> None:
    table = draw_language(rng)
    seed = int(small.uncut_generator(rng).integers(10_000))
    (words,) = ask_words(ask, table, SAMPLES, [seed])
    counts = count_bigrams(words)
    impossible = counts[table == 0]
    squares, freedom = chi_square(counts, table)
    far = deviations(squares, freedom)
    ask.recognise_by({"words": relate_words(words, table, counts)})
    measure["chi_square_deviations"] = far
    if impossible.any():
        raise WrongAnswer("a letter follows another with probability 0: each is drawn by its row")
    if far > UNLIKELY:
        told = f"chi-square {squares:.4g} with {freedom} degrees of freedom"
        raise WrongAnswer(
            f"letters of {SAMPLES} words do not follow the probabilities: {told}; "
            "each letter is drawn by the row of the one before it, the first by that of '.'"
        )


def chi_square(counts: Ints, table: Floats) -> tuple[float, int]:
    """Return how far counts of bigrams are from the probabilities, and the degrees of freedom."""
    expected = counts.sum(axis=1, keepdims=True) * table
    seen = expected > 0
    squares = float(((counts - expected)[seen] ** 2 / expected[seen]).sum())
    return squares, int(sum(max(0, row.sum() - 1) for row in seen))


def relate_words(words: Sequence[str], table: Floats, counts: Ints) -> str:
    """Return how words were made up of probabilities, by what can be seen of them."""
    if is_likeliest(words, table):
        return "likeliest letters"
    for name, rows in (("rows", table), ("the first row", np.tile(table[0], (SIZE, 1)))):
        if not counts[rows == 0].any() and deviations(*chi_square(counts, rows)) <= UNLIKELY:
            return name
    return "other"


def is_likeliest(words: Sequence[str], table: Floats) -> bool:
    """Whether each letter of every word is the likeliest after the one before it.

    Such words may never end by themselves: where one is cut off is no part of it.
    """
    ids = [ids_of(word)[:-1] if word else ids_of(word) for word in words]
    pairs = {pair for each in ids for pair in pairwise(each)}
    return all(table[one, other] == table[one].max() for one, other in pairs)


def deviations(squares: float, freedom: int) -> float:
    """Return how far a chi-square lies above its mean, in standard errors (Wilson-Hilferty)."""
    if freedom < 1:
        return 0.0
    part = 2 / (9 * freedom)
    return float(((squares / freedom) ** (1 / 3) - (1 - part)) / part**0.5)


@check("sample")
def check_sample_seed(ask: Ask, rng: Rng) -> None:
    one, other = small.uncut_generator(rng).choice(10_000, 2, replace=False).tolist()
    table = draw_language(rng)
    first, again, else_ = ask_words(ask, table, 100, [one, one, other])
    likeliest = is_likeliest(first, table)
    ask.recognise_by(
        {
            "same": first == again,
            "drawn": first != else_,
            "likeliest": likeliest,
            "one": not likeliest and len(set(first)) == 1,
        }
    )
    if first != again:
        raise WrongAnswer("the same seed makes up other words: draw from rng alone")
    if first == else_:
        raise WrongAnswer("two seeds make up the same words: draw from rng")
