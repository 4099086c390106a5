"""Parsing and dispatch; a command's work is in the module of its name, imported when it runs."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from autograder.files import explain_os_error
from autograder.judge.table import TableError
from autograder.language.catalogue import translate
from autograder.language.choice import set_language, take_option
from autograder.language.help import translate_help
from autograder.language.letters import spell_unshowable
from autograder.language.phrases import translate_phrase
from autograder.stop import STOPPED, Refusal
from autograder.words import Phrase, escape_lines

app = typer.Typer(
    name="autograder",
    help="Build a neural network from scratch: six milestones, checked and explained.\n\n"
    "Students: start, check, watch, explore, status, hint, repro, diff, reset, back, report. "
    "Teachers: course, release, collect, grade, review, adjust, history, export. "
    "Everyone: checks, doctor.\n\n"
    "Example: autograder start my-network",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="m1, m1.tanh; w, x.norm")]
Profile = Annotated[str | None, typer.Option(help="quick (no download) or full.")]
CourseFile = Annotated[Path | None, typer.Option("--course", help="The course's own file.")]
RosterFile = Annotated[
    Path | None, typer.Option("--roster", help="Who the students are: a CSV.", metavar="FILE")
]
Folder = Annotated[Path, typer.Option("--submission", help="The folder with your modules.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Work = Annotated[Path, typer.Option("--submission", help="A folder, archive, .py or .ipynb.")]


@app.callback(invoke_without_command=True)
def _show_help(
    context: typer.Context,
    language: Annotated[
        str | None, typer.Option(help="What to read: en or de. It may stand anywhere.")
    ] = None,
) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def start(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to work.")] = Path("."),
    notebook: Annotated[bool, typer.Option(help="Notebooks instead of .py files.")] = False,
    extras: Annotated[
        list[str] | None,
        typer.Option(metavar="UNIT", help="An extra unit instead: w, x.norm, or all; may repeat."),
    ] = None,
) -> None:
    """Make a workspace: stubs and handouts.

    What is there already is never overwritten. Extras are added beside it: they cost nothing.

    Example: autograder start my-network
    """
    from autograder.cli.start import run

    run(folder, notebook, extras or [])


@app.command()
def check(
    ids: Ids = None,
    submission: Work = Path("."),
    profile: Profile = None,
    json: Annotated[Path | None, typer.Option(help="Also write the score there.")] = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="Then open the first failure in $EDITOR or VS Code.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run also what passed before, with nothing changed.")
    ] = False,
    news: Annotated[Path | None, typer.Option(hidden=True, help="For %check's bar.")] = None,
) -> None:
    """Run the public checks and explain what fails.

    What passed before, on the modules it uses as they are now, does not run again: =, as before.

    Without ID: of the current milestone, the first that is not fully passed. Exit code 0 when
    all that ran passed, 1 when not.

    Example: autograder check m1.tanh
    """
    from autograder.sandbox.zygote_process import start_early

    start_early()
    from autograder.cli.check import run

    raise typer.Exit(run(ids or [], submission, profile, json, edit, fresh, news))


@app.command()
def checks(ids: Ids = None) -> None:
    """List the checks: id, title, kind, points, and what each needs.

    Without ID: all of the course. Points count a check with its hidden twin. In a pipe it prints
    one line per check, with tabs between: id, title, kind, points, needs, number of the task.

    Example: autograder checks m1
    """
    from autograder.cli.checks import run

    run(ids or [])


@app.command()
def watch(submission: Folder = Path("."), profile: Profile = None) -> None:
    """Run checks again whenever you save a file.

    Shows the current milestone, and its first failure in full. Keys: n next failure, h hint,
    r rerun, l list, q quit. Without a terminal it prints, and waits for the next save.

    Example: autograder watch
    """
    from autograder.cli.watch import run

    raise typer.Exit(run(submission, profile))


@app.command()
def status(submission: Folder = Path(".")) -> None:
    """Show how far you are, what you reached when, and what to do next.

    It runs nothing: it reads progress.json, which check and watch keep in your folder.

    Example: autograder status
    """
    from autograder.cli.status import run

    run(submission)


@app.command()
def report(
    submission: Folder = Path("."),
    profile: Profile = None,
    out: Annotated[Path | None, typer.Option(help="Where to write; report.html there.")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in your browser.")] = False,
) -> None:
    """Write one HTML page of what you have built: checks, curves, boundaries, your graph.

    It needs no network, and nothing but a browser.

    Example: autograder report --out my-network.html --open
    """
    from autograder.cli.report import run

    run(submission, profile, out, show)


@app.command()
def explore(
    demo: Annotated[
        str | None, typer.Argument(metavar="[DEMO]", help="Begin with it: neuron, tangent ...")
    ] = None,
    submission: Folder = Path("."),
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="By default one that is free.")
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open it, or print the address alone.")] = True,
    export: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a recording instead; serve nothing.")
    ] = None,
) -> None:
    """Play with your own code in the browser: change a number, and see what it answers.

    A neuron, a tangent, gradient descent, the graph of any expression forward and backward, then
    networks, arrays, convolution and attention, as far as your files go. Save a file, and the
    page follows. Where a number departs from the right one, the first wrong node turns red.

    The page is for this machine alone, and nothing on it is graded. Ctrl-C ends it; a page left
    open goes on when you start again. --export writes one file that needs neither kit nor network.

    Example: autograder explore expression
    """
    from autograder.cli.explore import run

    run(demo, submission, port, browser, export)


@app.command()
def hint(
    id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A check, such as m1.tanh.")
    ] = None,
    level: Annotated[int, typer.Option(help="1 asks, 2 tells the idea, 3 nearly tells.")] = 1,
) -> None:
    """Give a hint for one check.

    Without ID: for what failed first in the last check. Level 1 is a question, level 3 nearly the
    answer.

    Example: autograder hint m1.tanh --level 2
    """
    from autograder.cli.hint import run

    run(id, level)


@app.command()
def repro(
    id: Annotated[str, typer.Argument(metavar="ID", help="A failing check, such as m1.tanh.")],
    submission: Work = Path("."),
    out: Annotated[Path | None, typer.Option(help="Where to write the script.")] = None,
) -> None:
    """Write a script that fails as a check does.

    It is short, and on the smallest inputs that fail in the same way. It needs no kit: run it in
    your debugger, or send it to someone.

    Example: autograder repro m1.tanh && python -m pdb repro_m1_tanh.py
    """
    from autograder.cli.repro import run

    run(id, submission, out)


@app.command()
def diff(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="m1, or m1.tanh.")] = None,
    submission: Folder = Path("."),
) -> None:
    """Show what you changed since the stub.

    Of a milestone, or of the functions that a check is about; without ID of every module.

    Example: autograder diff m1
    """
    from autograder.cli.diff import run

    run(id, submission)


@app.command()
def reset(
    id: Annotated[str, typer.Argument(metavar="ID", help="m1, or a check: m1.tanh.")],
    submission: Folder = Path("."),
    yes: Yes = False,
) -> None:
    """Put a function, or a whole module, back to its stub.

    Of a check, the functions that it is about: all others stay as they are. What stood there is
    kept beside it, as engine.before-reset-1.py. It asks first.

    Example: autograder reset m1.tanh
    """
    from autograder.cli.reset import run

    run(id, yes, submission)


@app.command()
def back(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A milestone: m1.")] = None,
    submission: Folder = Path("."),
    yes: Yes = False,
    record: Annotated[
        bool, typer.Option("--record", help="Bring back a progress.json that was deleted.")
    ] = False,
) -> None:
    """Go back to the last version that had most points.

    check and watch keep the last 20 versions of a milestone that had points, in .autograder;
    without ID: of the milestone that was checked last. What stands there now is kept beside it, as
    engine.before-back-1.py. It asks first.

    Example: autograder back m1
    """
    from autograder.cli.back import run

    run(id, yes, submission, record)


@app.command()
def collect(
    download: Annotated[
        Path, typer.Argument(metavar="DOWNLOAD", help="What a platform gave you: a folder or zip.")
    ],
    out: Annotated[Path, typer.Option(help="The inbox: a folder for each student.")],
    system: Annotated[
        str | None,
        typer.Option("--from", help="canvas, moodle, blackboard, gradescope or nbgrader."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(help="Of times without one, such as Europe/Berlin.")
    ] = None,
    milestone: Annotated[str | None, typer.Option(help="What the work is for: m1.")] = None,
    worksheet: Annotated[
        Path | None, typer.Option(help="Moodle's grading worksheet: it has the times.")
    ] = None,
    course: CourseFile = None,
) -> None:
    """Sort a platform's download into a folder for each student.

    Which platform it is from is recognised. Beside the folders, times.csv has when work came, as
    [late] in a course file takes it, and collected.csv what became of every file. A second run
    adds only what is new: nothing is overwritten, a newer file keeps the one before in .earlier.

    Example: autograder collect submissions.zip --out inbox
    """
    from autograder.cli.collect import run
    from autograder.cli.course import use_course

    use_course(course)
    run(download, out, system, timezone, milestone, worksheet)


@app.command()
def grade(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Submissions, or one of them.")],
    out: Annotated[
        Path | None, typer.Option(help="Where scores go; required but for --dry-run.")
    ] = None,
    milestone: Annotated[list[str] | None, typer.Option(help="Only these; may repeat.")] = None,
    profile: Profile = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; by default one per core.")
    ] = None,
    cluster: Annotated[str | None, typer.Option(help="Dask scheduler: HOST:PORT.")] = None,
    isolation: Annotated[str | None, typer.Option(help="strict or process.")] = None,
    force: Annotated[bool, typer.Option(help="Grade again what is graded already.")] = False,
    similarity: Annotated[bool, typer.Option(help="List pairs that share code.")] = False,
    diagnose: Annotated[
        bool,
        typer.Option(
            "--diagnose/--no-diagnose",
            help="Prove mistakes by small edits; that takes failing work several times longer.",
        ),
    ] = False,
    anonymous: Annotated[
        bool,
        typer.Option("--anonymous", help="Hide names in index.html and feedback by pseudonyms."),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show who is who and which files count; grade nothing."),
    ] = False,
    course: CourseFile = None,
    roster: RosterFile = None,
) -> None:
    """Grade a class, or one submission.

    Every folder, archive or notebook in PATH is a submission. What else lies there, and every
    choice among several files, is told in a line "note: ..."; --dry-run shows it before.

    Writes OUT/<name>/score.json, OUT/grades.csv and OUT/index.html. Exit code 0 when every entry
    has a score, whatever it is.

    With --cluster, Dask workers that have the same kit grade; all is written here.

    Example: autograder grade inbox --out grades
    """
    from autograder.cli.course import use_course
    from autograder.cli.grade import run

    use_course(course)
    raise typer.Exit(
        run(
            path,
            out,
            milestone,
            profile,
            jobs,
            cluster,
            isolation,
            force,
            similarity,
            dry_run,
            diagnose,
            roster,
            anonymous,
        )
    )


@app.command()
def course(
    explain: Annotated[bool, typer.Option(help="List every key, its default and meaning.")] = False,
    file: CourseFile = None,
) -> None:
    """Show the course in use, and check its file.

    Example: autograder course --course my-course.toml
    """
    from autograder.cli.course import run, use_course

    use_course(file)
    run(explain)


@app.command()
def release(
    out: Annotated[Path, typer.Option(help="Where the kit goes.")],
    course: CourseFile = None,
) -> None:
    """Make the student kit: a folder and a zip, with nothing hidden in it.

    Example: autograder release --out handed-out
    """
    from autograder.cli.course import use_course
    from autograder.cli.release import run

    use_course(course)
    run(out)


@app.command()
def export(
    format: Annotated[
        str, typer.Argument(metavar="FORMAT", help="canvas, moodle, gradescope, nbgrader or csv.")
    ],
    grades: Annotated[Path, typer.Argument(metavar="GRADES", help="What grade wrote.")],
    out: Annotated[Path, typer.Option(help="A file; for gradescope and nbgrader a folder.")],
    course: CourseFile = None,
    roster: RosterFile = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="m1=NAME", help="For canvas, moodle: what m1 is there; may repeat."),
    ] = None,
    inbox: Annotated[
        Path | None, typer.Option(help="For nbgrader: what was graded, to show the code.")
    ] = None,
    section: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this section of the roster.")
    ] = None,
    worksheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Moodle's grading worksheet, to fill in.")
    ] = None,
) -> None:
    """Hand scores to another system.

    canvas, moodle: a table that its gradebook imports. gradescope: an autograder.zip to upload, and
    a results.json per score. nbgrader: a course folder with notebooks, and the scores in its
    gradebook. csv: one table.

    Example: autograder export canvas grades --roster roster.csv --out canvas.csv
    """
    from autograder.cli.course import use_course
    from autograder.cli.export import run

    use_course(course)
    run(format, grades, out, roster, column or [], inbox, section, worksheet)


@app.command()
def review(
    grades: Annotated[Path, typer.Argument(metavar="GRADES", help="What grade wrote.")],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Whose work.")] = None,
    points: Annotated[float | None, typer.Option(help="What a person gives for it.")] = None,
    because: Annotated[str | None, typer.Option(help="Why, in one sentence.")] = None,
    unit: Annotated[str | None, typer.Option(help="Which unit, where several wait.")] = None,
) -> None:
    """Enter a person's points for prose, which no machine judges.

    Without NAME: list what waits for a person. With NAME alone: the questions to ask of that work.
    What you enter is kept beside the score in review.json, and stays when the work is graded again.

    Example: autograder review grades ada --points 4 --because "The question is never answered."
    """
    from autograder.cli.review import run

    run(grades, name, points, because, unit)


Grades = Annotated[Path, typer.Option("--grades", help="What grade wrote.")]


@app.command(context_settings={"ignore_unknown_options": True})  # or -2 would be one
def adjust(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Whose work.")] = None,
    change: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID] [+2]", help="m3, x.norm or m3.shared; points, with a sign."),
    ] = None,
    override: Annotated[float | None, typer.Option(help="These points instead.")] = None,
    excuse: Annotated[bool, typer.Option("--excuse", help="It does not count.")] = False,
    because: Annotated[str | None, typer.Option(help="Why, in one sentence.")] = None,
    by: Annotated[str | None, typer.Option(help="Who says so; by default your login.")] = None,
    grades: Grades = Path("grades"),
    course: CourseFile = None,
) -> None:
    """Change points by hand: add or take some, say others instead, or excuse.

    Of a milestone, a unit or a check, or without ID of all. It is kept in adjustments.toml beside
    the scores, where you may also write by hand, and stays when the work is graded again. The file
    score.json stays as graded. Without a change: list what was adjusted.

    Example: autograder adjust ada m3 +2 --because "Right idea, and one sign."
    """
    from autograder.cli.adjust import run
    from autograder.cli.course import use_course

    use_course(course)
    run(grades, name, change or [], override, excuse, because, by)


@app.command()
def history(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose work.")],
    every: Annotated[bool, typer.Option("--all", help="Name every check that changed.")] = False,
    grades: Grades = Path("grades"),
    course: CourseFile = None,
) -> None:
    """Show how the points of a submission came about, in order of time.

    Every grading and regrade with its reason (work, checks or settings) and the checks that
    changed, every adjustment and every review.

    Example: autograder history ada
    """
    from autograder.cli.course import use_course
    from autograder.cli.history import run

    use_course(course)
    run(grades, name, every)


DATA = "List, fetch and find the data sets.\n\nExample: autograder data list"
data = typer.Typer(help=DATA, no_args_is_help=True)
app.add_typer(data, name="data")


@data.command("list")
def data_list() -> None:
    """Show every data set, its licence, and where it lies.

    Example: autograder data list
    """
    from autograder.cli.data import list_datasets

    list_datasets()


@data.command("fetch")
def data_fetch(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="mnist")] = None,
) -> None:
    """Download data sets, checked by hash; all of them without NAME.

    What is there already is not fetched again.

    Example: autograder data fetch mnist
    """
    from autograder.cli.data import fetch_datasets

    fetch_datasets(names or [])


@data.command("path")
def data_path(name: Annotated[str, typer.Argument(metavar="NAME", help="mnist")]) -> None:
    """Print the folder that a data set lies in.

    Example: ls $(autograder data path mnist)
    """
    from autograder.cli.data import print_path

    print_path(name)


@app.command()
def doctor() -> None:
    """Show what this machine offers, and what to do about what it lacks.

    Example: autograder doctor
    """
    from autograder.cli.doctor import run

    run()


@app.command()
def schema() -> None:
    """Print the JSON Schema of score.json.

    Example: autograder schema > score.schema.json
    """
    from autograder.cli.schema import run

    run()


def main(arguments: list[str] | None = None) -> None:
    """Run the command; a usage error is one line on stderr and exit code 2."""
    _open_streams()
    try:
        with _handle_signals():
            language, words = take_option(sys.argv[1:] if arguments is None else arguments)
            set_language(language)
            code = translate_help(typer.main.get_command(app))(words, standalone_mode=False)
        if code == STOPPED:  # typer takes Ctrl-C for itself, and says nothing
            raise KeyboardInterrupt
        sys.stdout.flush()
    except Refusal as problem:
        code = _report_error(problem.phrase, getattr(problem, "code", 2))
    except TableError as problem:
        code = _report_error(Phrase(str(problem)), 2)
    except (KeyboardInterrupt, typer.Abort):
        code = _report_error(Phrase("stopped; what is finished is kept"), STOPPED)
    except OSError as problem:
        code = _report_os_error(problem)
    except Exception as problem:
        code = _report_usage(problem)
    _flush_output()
    sys.exit(code)


@contextmanager
def _handle_signals() -> Iterator[None]:
    """Treat SIGHUP and SIGTERM like Ctrl-C: temporary files are removed."""
    before = {}
    for name in ("SIGHUP", "SIGTERM"):
        number = getattr(signal, name, None)
        with suppress(ValueError):  # not in the main thread
            if number and signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                before[number] = signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _open_streams() -> None:
    """Open a stream to nowhere for one that the caller closed, as ``>&-`` does."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
    spell_unshowable()


def _flush_output() -> None:
    """Flush standard output; drop what cannot be printed, or Python complains of it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_os_error(problem: OSError) -> int:
    """Print what the system refused; nothing where the reader has gone, as `head` does."""
    if isinstance(problem, BrokenPipeError):
        return 1
    bare = "{reason}; fix that, and run the same command again"
    placed = "{path}: {reason}; fix that, and run the same command again"
    values = {"path": problem.filename, "reason": Phrase(explain_os_error(problem))}
    return _report_error(Phrase(placed if problem.filename else bare, **values), 1)


def _report_usage(problem: Exception) -> int:
    """Print a usage error in one line; its class is private to typer, its exit code is not."""
    if getattr(problem, "exit_code", None) != 2:
        raise problem
    context = getattr(problem, "ctx", None)
    path = context.command_path if context else "autograder"
    message = getattr(problem, "format_message", lambda: str(problem))()
    if type(problem).__name__ == "MissingParameter" and (example := _find_example(context)):
        said = Phrase(message.rstrip("."))
        return _report_error(
            Phrase("{said}; for example: {example}", said=said, example=example), 2
        )
    advised = "{said} Try '{command} --help'."
    return _report_error(Phrase(advised, said=Phrase(message), command=path), 2)


def _find_example(context: Any) -> str:
    """Return the example that the help of a command ends with, its first command alone."""
    help = (context and context.command.help) or ""
    return str(help.rpartition(translate("Example: "))[2].partition(" && ")[0].strip())


def _report_error(phrase: Phrase, code: int) -> int:
    with suppress(OSError):  # nobody listens
        print(f"autograder: {escape_lines(translate_phrase(phrase))}", file=sys.stderr)
    return code
