"""What honest work has no use for: one row for each, and why a teacher may want to look at it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unusual:
    """A use of the language that honest work does not have.

    Attributes
    ----------
    what : str
        What the code does, after ``engine.py, line 3:``.
    why : str
        What it may be there for.
    names : tuple of str
        Modules, and things in modules: ``sys._getframe``; what is below counts too.
    attributes : tuple of str
        Names after a dot, whatever stands before it; as a text they count too.
    builtins : tuple of str
        Built-in functions, called or passed on.
    """

    what: str
    why: str
    names: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    builtins: tuple[str, ...] = ()


UNUSUAL = {
    "frames": Unusual(
        "looks into the frames of its callers",
        "the question, and what is done with the answer, may be read or changed there",
        (
            "sys._getframe", "sys._current_frames", "sys._current_exceptions", "inspect.stack",
            "inspect.currentframe", "inspect.trace", "inspect.getouterframes",
            "inspect.getinnerframes", "inspect.getframeinfo", "traceback.walk_stack",
        ),
        (
            "_getframe", "_current_frames", "currentframe", "getouterframes", "f_locals", "f_back",
            "f_globals", "f_builtins", "tb_frame", "gi_frame", "cr_frame", "ag_frame",
        ),
    ),
    "objects": Unusual(
        "searches the process for objects",
        "those of the grader may be found there",
        ("gc.get_objects", "gc.get_referrers", "gc.get_referents"),
        ("get_objects", "get_referrers", "get_referents", "__subclasses__"),
    ),
    "insides": Unusual(
        "opens a function from inside",
        "so functions that are not its own can be read or changed",
        ("types.FunctionType", "types.CodeType", "types.FrameType"),
        (
            "__code__", "__closure__", "cell_contents", "__globals__", "__builtins__", "co_consts",
            "co_code",
        ),
    ),
    "modules": Unusual(
        "reaches for modules that it did not import",
        "a module of the grader, or one that all share, may be read or changed there",
        ("sys.modules", "sys.meta_path", "sys.path_hooks", "sys.path_importer_cache"),
        ("meta_path", "path_hooks"),
    ),
    "imports": Unusual(
        "imports by a name that is computed",
        "which module that is cannot be read here",
        ("importlib.import_module", "importlib.util", "importlib.machinery", "runpy"),
        builtins=("__import__",),
    ),
    "kit": Unusual(
        "uses the kit's own modules",
        "the milestone is to be built, and the worker's side of the grader is among them",
        ("autograder", "msgspec", "__main__"),
    ),
    "replaced": Unusual(
        "replaces a part of the standard library or of NumPy",
        "a clock, a count or a comparison that others use may be another one afterwards",
        ("unittest.mock", "builtins"),
    ),
    "traced": Unusual(
        "follows or measures the program from inside",
        "the code that asks the question may be followed, too",
        (
            "sys.settrace", "sys.setprofile", "sys.addaudithook", "sys.monitoring",
            "threading.settrace", "threading.setprofile", "tracemalloc",
        ),
        ("settrace", "setprofile", "addaudithook"),
    ),
    "system": Unusual(
        "speaks to the system, past Python",
        "an answer, or a file, may come and go by another way",
        (
            "ctypes", "_ctypes", "mmap", "fcntl", "resource", "socket", "signal", "atexit",
            "os._exit", "os.abort", "os.fork", "os.kill", "os.write", "os.dup", "os.dup2",
            "os.pipe", "os.memfd_create",
        ),
    ),
    "executed": Unusual(
        "runs text as code",
        "what it does cannot be read here",
        builtins=("exec", "eval", "compile"),
    ),
    "decoded": Unusual(
        "unpacks data that stands in the code",
        "labels, weights or answers may be packed there",
        (
            "base64", "binascii", "zlib.decompress", "zlib.decompressobj", "bz2", "lzma", "marshal",
            "quopri", "codecs.decode", "codecs.encode",
        ),
        ("fromhex", "b64decode", "b85decode", "a85decode", "b32decode", "unhexlify"),
    ),
    "literal": Unusual(
        "holds a long text or number that no person reads",
        "labels, weights or answers may be packed there",
    ),
    "table": Unusual(
        "holds a large table of numbers",
        "labels, weights or answers may stand there in place of work",
    ),
    "keys": Unusual(
        "looks data up by its bytes or its hash",
        "known inputs may be recognised, and answered from a table",
        ("hashlib", "zlib.crc32", "zlib.adler32"),
        ("tobytes",),
    ),
    "complex": Unusual(
        "computes with complex numbers",
        "a complex step gives derivatives without backpropagation",
        ("cmath", "numpy.complex64", "numpy.complex128", "numpy.csingle", "numpy.cdouble",
         "numpy.imag"),
        ("imag",),
    ),
    "solved": Unusual(
        "solves linear equations",
        "weights may be computed at once, in place of training",
        (
            "numpy.linalg.lstsq", "numpy.linalg.solve", "numpy.linalg.pinv", "numpy.linalg.inv",
            "numpy.linalg.tensorsolve", "numpy.polyfit", "numpy.polynomial",
        ),
        ("lstsq", "pinv"),
    ),
    "files": Unusual(
        "reads a file that was not given to it",
        "data sets lie there with their labels; its own source holds whatever stands in comments",
        ("inspect.getsource", "inspect.getsourcelines", "linecache", "importlib.resources",
         "importlib.metadata", "pkgutil"),
        ("getsource",),
    ),
    "named": Unusual(
        "is named like a module of the standard library, of NumPy or of the kit",
        "the grader never takes it for that module; under another name nobody has to ask",
    ),
    "encoding": Unusual(
        "is written in an unusual encoding",
        "what a person reads there need not be what Python runs",
    ),
    "unread": Unusual(
        "could not be read",
        "it takes too much time or memory to parse, or there is too much of it",
    ),
}  # fmt: skip

FREE = ("autograder.notebook",)  # below a name above, and yet of use
KEPT_OPEN = (  # parts of the standard library and of NumPy that programs do set
    "sys.path",
    "sys.stdout",
    "sys.stderr",
    "sys.stdin",
    "sys.argv",
    "sys.displayhook",
    "sys.excepthook",
    "sys.dont_write_bytecode",
    "sys.tracebacklimit",
    "os.environ",
    "numpy.float",
    "numpy.int",
    "numpy.bool",
    "numpy.object",
    "numpy.str",
)
