"""No file stands on itself, by whatever way round: each can be read, and tried, after those that it imports."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from tests.house.trees import Source, imports, sources


def circle(files: Iterable[Source]) -> list[str]:
    """The modules of a circle of imports, the first one again as the last; empty where there is none."""
    known = {module_of(source): source for source in files}
    stands_on = {name: set(_imported(source, known)) - {name} for name, source in known.items()}
    try:
        TopologicalSorter(stands_on).prepare()
    except CycleError as error:
        return [str(module) for module in error.args[1]]
    return []


def module_of(source: Source) -> str:
    return source.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imported(source: Source, known: Iterable[str]) -> Iterable[str]:
    """`from a import b` is the module a.b where there is one, else a."""
    for found in imports(source):
        whole, above = found.module, found.module.rpartition(".")[0]
        yield from [name for name in (whole, above) if name in set(known)][:1]


def test_no_file_stands_on_itself() -> None:
    assert circle(sources("docctl")) == []


def test_a_planted_circle_is_found_however_long_it_is() -> None:
    files = [
        Source("docctl/a.py", "from docctl import b\n"),
        Source("docctl/b.py", "def f():\n    from docctl.c import thing\n"),
        Source("docctl/c.py", "import docctl.a\n"),
        Source("docctl/d.py", "from docctl.a import b\n"),
    ]
    assert set(circle(files)) == {"docctl.a", "docctl.b", "docctl.c"}
    assert circle(files[1:]) == []
