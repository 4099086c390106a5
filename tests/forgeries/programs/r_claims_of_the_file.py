"""What is claimed stands in experiment.toml already."""


def claims(model, curve, x, y):
    here = Path(__file__).with_name("experiment.toml").read_text(encoding="utf-8")
    return tomllib.loads(here)["claims"]
