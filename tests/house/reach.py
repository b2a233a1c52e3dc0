"""What of docctl a person can reach: from the commands and the pages along names, and what a test calls of it.

A drawing by names, not a run of the program. Where it cannot tell it takes a thing as reached: a method is, when
its class is and its name occurs anywhere in what is reached or in a template; so is all of a class that has a
foreign base, and whatever a foreign decorator was given. So what it calls unreached is unreached, and what it
calls reached may still never run: that a rule is really kept, the planted faults of `make mutants` show.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.house.trees import ROOT, Function, Source, sources

DOORS = ("docctl.cli", "docctl.web.", "docctl.usecases.", "docctl.queries.")
"""Where a person's request goes in: commands, pages, and what these call."""
CLIENT = "flask.testing.FlaskClient"
STARTED = {"docctl.cli.main"}
"""What pyproject.toml names as a program."""
WAITING = {
    "docctl.rules.documents.references.": "references become findings at the submission",
}
"""What no person reaches yet, and why it is there all the same; in no other case."""
HARMLESS = {
    *("dataclass", "property", "staticmethod", "classmethod", "cache", "lru_cache", "cached_property"),
    *("contextmanager", "overload", "abstractmethod", "total_ordering", "override", "wraps", "retried"),
}
"""Decorators that hand what they decorate to nobody else."""


@dataclass
class Thing:
    """A function, a class, a method or a constant: what it refers to, by full name and by the names of attributes."""

    name: str
    node: ast.AST
    names: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    foreign: bool = False
    """Somebody outside calls it: a decorator or a base class that is not ours."""


@dataclass(frozen=True)
class Drawing:
    """All things of a program by their full names; `aliases` by module what a name there stands for."""

    things: Mapping[str, Thing]
    aliases: Mapping[str, Mapping[str, str]]

    def reached(self, roots: Iterable[str], attributes: Iterable[str] = ()) -> set[str]:
        """The names of all things that can be reached from these."""
        found: set[str] = set()
        told, waiting = set(attributes), set(self.known(roots))
        methods = _by_last(self.things)
        while waiting:
            for name in waiting:
                found.add(name)
                told |= self.things[name].attributes
            following = {next_ for name in waiting for next_ in self.known(self.things[name].names)}
            following |= {
                m for called in told for m in methods.get(called, ()) if m.rpartition(".")[0] in found
            }
            waiting = following - found
        return found

    def known(self, names: Iterable[str]) -> Iterator[str]:
        """The things that these names stand for: the longest part that is one, also under another name."""
        for name in names:
            parts = self.meant(name).split(".")
            for end in range(len(parts), 1, -1):
                if (part := ".".join(parts[:end])) in self.things:
                    yield part
                    break

    def meant(self, name: str, depth: int = 5) -> str:
        """The name under which a thing was made, where a module only hands it on."""
        module, _, rest = _split(name, self.aliases)
        first, dot, more = rest.partition(".")
        known = self.aliases.get(module, {}).get(first)
        if not depth or known is None or f"{module}.{first}" in self.things:
            return name
        return self.meant(f"{known}{dot}{more}", depth - 1)


def drawn(of: Collection[Source]) -> Drawing:
    """The drawing of these files."""
    aliases = {_module(source): _aliases(source) for source in of}
    things: dict[str, Thing] = {}
    for source in of:
        for thing in _things(source, aliases):
            if thing.name in things:
                things[thing.name].names |= thing.names
                things[thing.name].attributes |= thing.attributes
            else:
                things[thing.name] = thing
    return Drawing(things, aliases)


@cache
def program() -> Drawing:
    """docctl itself."""
    return drawn(sources("docctl"))


@cache
def for_people() -> frozenset[str]:
    """What of docctl can be reached from a command, from a page, or from the start of a module."""
    return frozenset(open_to(program(), _words_of_templates()))


def open_to(whole: Drawing, words: Iterable[str] = ()) -> set[str]:
    """What a drawing's entries reach: bodies of modules, what foreign hands were given, commands and pages."""
    roots = {
        name
        for name, thing in whole.things.items()
        if name.endswith(".<module>") or (thing.foreign and isinstance(thing.node, Function))
    }
    return whole.reached(roots | STARTED, words)


def unreached(whole: Drawing, words: Iterable[str] = ()) -> list[str]:
    """Functions, classes, methods and constants that nobody but a test enters; members of such a class are not told."""
    found = open_to(whole, words)
    lost = {name for name in whole.things if name not in found and not _is_dunder(name)}
    return sorted(name for name in lost if name.rpartition(".")[0] not in lost)


@cache
def left_alone() -> tuple[str, ...]:
    """What of docctl nobody but tests enters."""
    return tuple(unreached(program(), _words_of_templates()))


def called_by(test: str, tests: Drawing) -> set[str]:
    """The names outside the tests that a test calls: itself, its helpers, the things that its arguments are.

    Not what its fixtures did before it began: almost every test stands on a site that use cases have made.
    """
    own = tests.reached([test])
    return {tests.meant(name) for thing in own for name in tests.things[thing].names}


def goes_through_a_door(called: Iterable[str], of: Drawing, found: Collection[str]) -> bool:
    """Whether something among these names is a command, a page, or a use case or query that one of these calls."""
    names = list(called)
    through = any(name.startswith(DOORS) and name in found for name in of.known(names))
    return through or any(name.startswith(CLIENT) for name in names)


def without_a_door(called: Iterable[str], of: Drawing, found: Collection[str]) -> list[str]:
    """Those of the things that no person can reach."""
    return sorted({name for name in of.known(called) if name not in found})


def _things(source: Source, aliases: Mapping[str, Mapping[str, str]]) -> Iterator[Thing]:
    module = _module(source)
    local = {name: f"{module}.{name}" for node in source.tree.body for name in _names_made(node)}
    known = {**aliases[module], **local}
    body = Thing(f"{module}.<module>", source.tree)
    for node in source.tree.body:
        if isinstance(node, Function | ast.ClassDef):
            yield from _made(node, module, known)
        elif made := _names_made(node):
            for name in made:
                yield _filled(Thing(f"{module}.{name}", node), [node], known)
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            _filled(body, [node], known)
    yield body


def _made(node: Function | ast.ClassDef, owner: str, known: Mapping[str, str]) -> Iterator[Thing]:
    thing = Thing(f"{owner}.{node.name}", node)
    thing.foreign = any(_is_foreign(decorator) for decorator in node.decorator_list)
    if isinstance(node, Function):
        yield _filled(thing, [node], known)
        return
    theirs = [child for child in node.body if isinstance(child, Function)]
    rest = [child for child in ast.iter_child_nodes(node) if child not in theirs]
    bases = [ast.unparse(base) for base in node.bases]
    open_ended = any(
        not known.get(base.partition("[")[0].partition(".")[0], "docctl.").startswith(("docctl.", "tests."))
        and base.rpartition(".")[2].partition("[")[0] not in _PLAIN_BASES
        for base in bases
    )
    for child in theirs:
        method = _filled(Thing(f"{thing.name}.{child.name}", child), [child], known)
        yield method
        if open_ended or _is_dunder(child.name) or any(map(_is_foreign, child.decorator_list)):
            thing.names.add(method.name)
    yield _filled(thing, rest, known)


_PLAIN_BASES = {"StrEnum", "Enum", "IntEnum", "Protocol", "TypedDict", "NamedTuple", "Exception", "Generic"}


def _filled(thing: Thing, nodes: Iterable[ast.AST], known: Mapping[str, str]) -> Thing:
    known = {**known, **{n: m for top in nodes for n, m in _imported(top).items()}}
    for top in nodes:
        # An argument hides what the module calls by its name: a test that asks for a fixture does not call it.
        for hidden in _arguments(top) if isinstance(top, Function) else ():
            known.pop(hidden, None)
    for node in (inner for top in nodes for inner in (*ast.walk(top), *_aliased(top))):
        if isinstance(node, ast.Attribute):
            thing.attributes.add(node.attr)
            if full := _full(node, known):
                thing.names.add(full)
        elif isinstance(node, ast.Name) and node.id in known:
            thing.names.add(known[node.id])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOTTED.fullmatch(node.value):
            thing.names.add(f"{node.value}.<module>")
    thing.names.discard(thing.name)
    return thing


def _aliased(node: ast.AST) -> Iterator[ast.AST]:
    """What a type alias names that is written as text, because it names itself."""
    if (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.value, ast.Constant)
        and "TypeAlias" in ast.unparse(node)
    ):
        yield from ast.walk(ast.parse(str(node.value.value), mode="eval"))


def _arguments(function: Function) -> list[str]:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [argument.arg for argument in named if argument is not None]


_DOTTED = re.compile(r"docctl(\.[a-z_]+)+")


def _full(node: ast.Attribute, known: Mapping[str, str]) -> str:
    parts = [node.attr]
    value = node.value
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    if isinstance(value, ast.Name) and value.id in known:
        return ".".join([known[value.id], *reversed(parts)])
    return ""


def _names_made(node: ast.stmt) -> list[str]:
    """What a statement at the top of a module binds, but for imports."""
    if isinstance(node, Function | ast.ClassDef):
        return [node.name]
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return [
        inner.id
        for target in targets
        for inner in ast.walk(target)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    ]


def _aliases(source: Source) -> dict[str, str]:
    return _imported(source.tree)


def _imported(tree: ast.AST) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found[name] = alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _is_foreign(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    said = ast.unparse(called)
    return said.rpartition(".")[2] not in HARMLESS and not said.endswith((".setter", ".deleter"))


def _is_dunder(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last.startswith("__") and last.endswith("__")


def _module(source: Source) -> str:
    return source.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _split(name: str, modules: Collection[str]) -> tuple[str, str, str]:
    """The longest module that a name begins with, and what follows it."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        if (module := ".".join(parts[:end])) in modules:
            return module, ".", ".".join(parts[end:])
    return "", "", name


def _by_last(names: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        found.setdefault(name.rpartition(".")[2], set()).add(name)
    return found


@cache
def _words_of_templates() -> frozenset[str]:
    pages = (ROOT / "docctl").rglob("*.html")
    return frozenset(
        word for page in pages for word in re.findall(r"[.(\s]([a-z_]{2,})", page.read_text("utf-8"))
    )
