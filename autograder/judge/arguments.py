"""What a check's function takes, by the names of its parameters."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from autograder.data import images, texts, wordlists
from autograder.data.texts import Text
from autograder.data.wordlists import Words
from autograder.intake.submission import Submission
from autograder.judge.documents import Documents
from autograder.judge.running import RunningCheck
from autograder.judge.settings import Settings
from autograder.judge.spec import CodedCheck, parameters_of
from autograder.numerics import small


class UnknownParameter(Exception):
    """A check takes what nobody can give it."""


class Arguments:
    """Makes the arguments of a check while it runs.

    Parameters
    ----------
    running : RunningCheck
        With its `ask`; `measure` and `clock` are filled in here.
    submission, settings : Submission and Settings
        What is judged, and how.
    """

    def __init__(self, running: RunningCheck, submission: Submission, settings: Settings) -> None:
        self.running = running
        self.submission = submission
        self.settings = settings

    def make(self, check: CodedCheck) -> dict[str, Any]:
        """Return all that the function of `check` takes."""
        return {
            **check.row,
            **{name: self._make_one(name, check.function) for name in check.parameters},
        }

    def _make_one(self, name: str, function: Callable[..., Any]) -> Any:
        """Return what `function` gets as `name`; a helper of that name in its module may make it.

        Such a helper takes arguments as a check does.
        """
        if name in MAKERS:
            return MAKERS[name](self)
        helper = function.__globals__.get(name)
        if helper is None:
            raise UnknownParameter(
                f"{function.__name__} takes {name!r}; wanted one of {', '.join(MAKERS)}"
            )
        return helper(**{each: self._make_one(each, helper) for each in parameters_of(helper)})

    @cached_property
    def rng(self) -> np.random.Generator:
        """The source of this check's inputs."""
        running = self.running
        return self.settings.check_generator(running.listed.id, running.visibility, self.submission)

    def load_text(self) -> Text:
        """Return the text of the profile: a new tale in ``quick``, Tiny Shakespeare in ``full``.

        The one of ``full`` is the same for a check and its twin: they share a long training.
        """
        settings, rng = self.settings, self.rng
        if settings.profile == "full":
            visibility = "hidden" if settings.hidden else "public"
            name = f"{self.running.listed.id}.text"
            rng = settings.check_generator(name, visibility, self.submission)
        return texts.load_text(settings.profile, settings.data_dir, rng)

    def load_words(self) -> Words:
        """Return the words: a drawn language in ``quick``, respelled names in ``full``."""
        settings, draw = self.settings, small.uncut_generator(self.rng)
        return wordlists.load_words(settings.profile, settings.data_dir, draw)


MAKERS: dict[str, Callable[[Arguments], Any]] = {
    "ask": lambda given: given.running.ask,  # the way to the learner's code
    "rng": lambda given: given.rng,
    "visibility": lambda given: given.running.visibility,
    "measure": lambda given: given.running.measurements,  # of the score: numbers, samples of text
    "clock": lambda given: given.running.clock,  # seconds for its timing: how long an epoch took
    "profile": lambda given: given.settings.profile,
    "run_seconds": lambda given: given.settings.run_seconds,  # for a learner's own experiment
    "pictures": lambda given: images.load_images(given.settings.profile, given.settings.data_dir),
    "text": Arguments.load_text,
    "words": Arguments.load_words,
    "documents": lambda given: Documents(given.submission, given.running.milestone.name),
}
