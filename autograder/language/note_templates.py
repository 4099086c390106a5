"""What a teacher is told of files that were handed in, as templates, as `templates` has them."""

NOTE_TEMPLATES = (
    # what was chosen among several
    "{module}.py is there twice: {text}; {file} was taken: {reason}",
    "{module}.py is there {count} times: {text}; {file} was taken: {reason}",
    "{file} are there twice, in {text}; those in {where} were taken: {reason}",
    "{file} are there {count} times, in {text}; those in {where} were taken: {reason}",
    "{file} was taken too, though the others lie in {where}",
    "{file} were taken too, though the others lie in {where}",
    "{file} was taken as {module}",
    "{file} was taken from a cell of {path}",
    "{file}: {path} was taken, not {text}",
    "the top folder",
    # what was left out
    "{file} was left out: {reason}",
    "{file}: not taken, since sources lie beside the archive",
    "its name has characters that cannot be seen",
    "its name is longer than {count} bytes",
    "it lies more than {count} folders deep",
    "{file} holds more than {count} KiB; a document is a few pages of text",
    "a {text} archive; hand in a .zip or .tar.gz",
    "it says whose each submission is",
    "a folder that tools make",
    # who is who
    "{file} was opened: it is a platform's export",
    "{file} names nobody: it is a submission of its own",
    "{file} name nobody: each is a submission of its own",
    "files of one sender are one submission, by their names: {text}",
    # where something unusual stands
    "{file}, line {text}",
    "{file}, lines {text}",
    "the work",
    # what became of the files of a platform's download
    "{text}: no file was handed in, so it is not graded",
    "{text}: what is there is newer",
    "{text}: newer; the one before is in {where}",
    "there already",
    "left out: {reason}",
    "read: when it was handed in",
    "whose each submission is was read there",
    "{file} lacks it",
    "it is a link",
    "{file} is not UTF-8 and was read as Windows-1252: look whether the names are right",
)
