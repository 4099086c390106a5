"""All attacks, one row each; what a program tries stands in its docstring."""

from pathlib import Path

HERE = Path(__file__).parent
HONEST = HERE / "honest" / "engine.py"
PRELUDE = HERE / "prelude.py"
PROGRAMS = HERE / "programs"

FORGERIES = (
    "answer_before_asked", "answer_many_times", "answer_later_questions", "huge_header",
    "a_million_containers", "nested_answers", "strange_msgpack", "false_arrays", "wide_text",
    "numbers_that_are_none", "forged_problems", "float_that_always_agrees", "number_that_changes",
    "own_kinds_of_containers", "patched_probes", "patched_protocol", "patched_library",
    "emptied_modules", "looks_for_expected_values", "rewrites_the_probe_while_it_runs",
    "known_inputs_known_answers", "knows_when_it_is_judged",
)  # fmt: skip
ENDINGS = (
    "exits_happily", "exits_on_import", "raises_exits", "kills_the_grader", "dies_by_odd_signals",
    "crashes_the_interpreter", "closes_everything", "passes_descriptors", "exception_without_a_trace",
    "exceptions_that_fight_back", "lives_on_after_the_answer",
)  # fmt: skip
BOMBS = (
    "forks", "thread_bomb", "fills_memory", "leaks_memory_in_c", "fills_the_disk_with_files",
    "fills_the_disk_with_bytes", "fills_the_disk_unseen", "fills_the_disk_too_deep_to_name",
    "folders_nobody_may_read", "digs_deep", "prints_much", "holds_files_without_a_name",
    "takes_disk_without_writing", "fills_sparse_files_by_maps", "writes_between_two_looks",
    "raises_its_limits_of_files",
)  # fmt: skip
ESCAPES = (
    "moves_its_scratch_folder", "rewrites_the_submission", "leaves_traps_for_later",
    "reads_what_it_should_not", "opens_sockets", "keeps_something_in_the_kernel",
    "takes_more_rights", "traces_the_judge", "loads_forbidden_code", "steers_the_terminal",
    "steering_source_lines",
)  # fmt: skip
STALLS = (
    "header_then_silence", "one_byte_at_a_time", "stops_itself", "floods_the_output",
    "endless_exception", "sleeps_in_every_check", "never_returns_from_c", "imports_forever",
)  # fmt: skip

QUICK = (*FORGERIES, *ENDINGS, *BOMBS, *ESCAPES)
ATTACKS = (*QUICK, *STALLS)  # those that stall are graded under a smaller budget


def engine(name: str, working: Path, recorded: str) -> str:
    """Return the honest engine with the attack `name` behind it.

    Parameters
    ----------
    name : str
        A program.
    working : Path
        The folder with a secret in it.
    recorded : str
        The reference's answers to the public questions, as JSON.
    """
    program = (PROGRAMS / f"{name}.py").read_text().replace("@RECORDED@", recorded)
    prelude = PRELUDE.read_text().replace("/work-of-others", str(working))
    return "\n\n".join([HONEST.read_text(), prelude, program])
