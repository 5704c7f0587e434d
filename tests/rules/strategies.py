"""Predicates and worlds of every shape that the language has, over few names, so that they meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from llem_rules.rules import Config, Surroundings
from llem_rules.rules.predicates import ORDERS, PLACES
from tests.rules.reference import World


def quiet(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The same strategy with a short name: hypothesis warns of long ones."""

    @st.composite
    def drawn(draw: st.DrawFn) -> Any:
        return draw(strategy)

    return drawn()


NAN, INF = float("nan"), float("inf")
FIELDS = ("a", "b", "c", "env", "not")
PATHS = (*FIELDS, "a.x", "a.y", "b.x", "b.x.y", "a.config_json", "b.config_json.x")
SECTIONS = ("m.Thing", "n.Other")
TYPES = ("int", "float", "bool", "str", "list", "tuple", "set", "dict", "none", "Thing", "m.Thing", "n.Other")
PATTERNS = ("", "a", "^a", "b$", "[0-9]+", "(?i)A", r"^\w+$")
VERSIONS = ("2", "2.0", "2.0.0", "2.1rc1", "2.1+cu124", "2.10", "unknown", "", 2, 2.5, None)
NAMES = {"env": ("A", "B"), "platform": ("device", "compute_capability"), "packages": ("torch", "flash_attn")}

paths = st.sampled_from(PATHS)
path_lists = st.lists(paths, min_size=1, max_size=3)
numbers = st.one_of(
    st.integers(-2, 4),
    st.booleans(),
    st.sampled_from((0.0, -0.0, 1.0, 0.5, 2.5, 1e308, NAN, INF, -INF, 2**64, 2**64 + 1, -(10**400))),
)
strings = st.sampled_from(("", "a", "ab", "A", "1", "x", "2.0", "@a", "@@a", "é\n ", "true"))
scalars = st.one_of(st.none(), numbers, strings)


def _tagged(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    few = st.lists(inner, max_size=3)
    kwargs = st.dictionaries(st.sampled_from(("x", "y")), inner, max_size=2)
    return st.one_of(
        st.builds(lambda name, kw: {"$native": name, "kwargs": kw}, st.sampled_from((*SECTIONS, "Thing")), kwargs),
        st.just({"$native": "m.Thing"}),
        st.builds(lambda items: {"$tuple": items}, few),
        st.builds(lambda items: {"$set": items}, few),
        st.builds(lambda pairs: {"$dict": pairs}, st.lists(st.tuples(inner, inner).map(list), max_size=3)),
        st.sampled_from(({"$dtype": "float16"}, {"$dtype": "torch.float16"}, {"$object": True})),
    )


mappings = st.dictionaries(st.sampled_from(("x", "y", "z")), scalars, max_size=3)
_values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(("x", "y", "z")), inner, max_size=3),
        _tagged(inner),
    ),
    max_leaves=8,
)
values = quiet(_values)

# ---------------------------------------------------------------- references

_atoms = st.one_of(
    paths.map("@{}".format),
    st.sampled_from([f"@{section}.{path}" for section in SECTIONS for path in ("a", "a.x")]),
    st.sampled_from(("0", "1", "2.5", ".5", "1e3", "3.")),
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blanks = st.sampled_from(("", " ", "  "))
    operators = st.sampled_from(("+", "-", "*", "/", "//", "%"))
    return st.one_of(
        st.builds("{}{}{}{}{}".format, inner, blanks, operators, blanks, inner),
        st.builds("({})".format, inner),
        st.builds("-{}".format, inner),
        st.builds("{}({})".format, st.sampled_from(("len", "abs", "min")), inner),
        st.builds("{}({}, {})".format, st.sampled_from(("min", "max")), inner, inner),
    )


def _with_leading_at(text: str) -> str:
    if text.startswith("@"):
        return text
    return f"@({text})" if text[0] in "-.0123456789" else f"@{text}"


_references = st.recursive(_atoms, _compound, max_leaves=5).map(_with_leading_at)
references = quiet(_references)

# ---------------------------------------------------------------- predicates

items = quiet(
    st.one_of(scalars, references, st.lists(st.one_of(scalars, references), max_size=2), mappings, _tagged(scalars))
)
right_lists = st.lists(items, max_size=4)
bare = quiet(st.one_of(scalars, references, right_lists, _tagged(scalars)))
orderable = st.one_of(numbers, strings, references)
divisors = st.one_of(numbers.filter(lambda n: n != 0 and not isinstance(n, bool)), references)
OPERATORS: dict[str, st.SearchStrategy[Any]] = {
    "==": st.one_of(bare, mappings),
    "!=": st.one_of(bare, mappings),
    **dict.fromkeys(("<", "<=", ">", ">="), orderable),
    "in": st.one_of(right_lists, references),
    "not_in": st.one_of(right_lists, references),
    "present": st.booleans(),
    "absent": st.booleans(),
    "type_is": st.one_of(st.sampled_from(TYPES), st.lists(st.sampled_from(TYPES), min_size=1, max_size=3)),
    "type_is_not": st.one_of(st.sampled_from(TYPES), st.lists(st.sampled_from(TYPES), min_size=1, max_size=3)),
    "multiple_of": divisors,
    "not_multiple_of": divisors,
    "contains": st.one_of(bare, mappings),
    "matches": st.sampled_from(PATTERNS),
    "distinct": st.booleans(),
    "ordered": st.sampled_from(ORDERS),
    "path_is": st.sampled_from(PLACES),
    "holds": st.sampled_from(("x", "x.json", "a/b")),
}
NESTED = ("length", "each", "any_item", "keys", "values", "lower", "parent")


def _operators(rights: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    tests = st.one_of([st.tuples(st.just(name), right) for name, right in rights.items()])
    return quiet(st.lists(tests, min_size=1, max_size=3, unique_by=lambda test: test[0]).map(dict))


_conditions = st.recursive(
    st.one_of(bare, _operators(OPERATORS)),
    lambda inner: _operators({**OPERATORS, **dict.fromkeys(NESTED, inner)}),
    max_leaves=3,
)
conditions = quiet(_conditions)
of_fields = quiet(
    st.one_of(conditions, _operators({**OPERATORS, "given": st.booleans(), **dict.fromkeys(NESTED, conditions)}))
)
versions = st.sampled_from(VERSIONS)
_version_conditions = st.one_of(
    versions,
    _operators(
        {
            **OPERATORS,
            **dict.fromkeys(("==", "!="), versions),
            **dict.fromkeys(("<", "<=", ">", ">="), versions.filter(lambda v: v is not None)),
            **dict.fromkeys(("in", "not_in"), st.lists(versions, max_size=3)),
        }
    ),
)
version_conditions = quiet(_version_conditions)


def _named(domain: str) -> st.SearchStrategy[dict[str, Any]]:
    held = version_conditions if domain == "packages" else conditions
    return st.dictionaries(st.sampled_from(NAMES[domain]), held, min_size=1, max_size=2).map(lambda n: {domain: n})


_leaves = st.one_of(
    st.dictionaries(paths.filter(lambda path: path not in ("env", "not")), of_fields, max_size=2),
    st.dictionaries(paths, of_fields, max_size=2).map(lambda entries: {"fields": entries}),
    *(_named(domain) for domain in NAMES),
    path_lists.map(lambda names: {"at_most_one_of": names}),
    st.one_of(paths, path_lists).map(lambda names: {"required_key": names}),
    st.dictionaries(
        paths,
        st.one_of(st.sampled_from(("x", "y")), st.lists(st.sampled_from(("x", "y", "a-b")), min_size=1, max_size=2)),
        min_size=1,
        max_size=2,
    ).map(lambda keys: {"required_key": keys}),
)
leaves = quiet(_leaves)


def _nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(inner, max_size=3)
    return st.one_of(
        several.map(lambda parts: {"all_of": parts}),
        several.map(lambda parts: {"any_of": parts}),
        inner.map(lambda part: {"not": part}),
        st.builds(lambda one, two: {**one, **two}, inner, inner),
    )


_predicates = st.recursive(leaves, _nested, max_leaves=5)
predicates = quiet(_predicates)

# ---------------------------------------------------------------- worlds

configs = st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)
sections = st.dictionaries(st.sampled_from(SECTIONS), st.dictionaries(st.just("a"), values), max_size=2)
whole_domains = {
    "env": st.dictionaries(st.sampled_from(NAMES["env"]), strings),
    "platform": st.dictionaries(st.sampled_from(NAMES["platform"]), scalars),
    "packages": st.dictionaries(
        st.sampled_from(("torch", "flash-attn", "Flash_Attn")),
        versions.filter(lambda v: isinstance(v, str)),
        max_size=1,
    ),
    "files": st.dictionaries(strings, st.sampled_from(("file", "folder", "repository")), max_size=2),
    "configs": st.dictionaries(strings, st.one_of(st.none(), mappings), max_size=4),
}
surroundings = st.fixed_dictionaries({name: st.one_of(st.none(), whole) for name, whole in whole_domains.items()})
worlds = st.builds(World, configs, st.dictionaries(st.sampled_from(FIELDS), values, max_size=2), sections, surroundings)


def config_of(world: World) -> Config:
    """The same world, as the package sees it."""
    return Config.of(
        world.config,
        world.defaults,
        {name: Config.of(kwargs) for name, kwargs in world.sections.items()},
        Surroundings(**world.surroundings),
    )


@st.composite
def completions(draw: st.DrawFn, world: World) -> World:
    """A world that knows all that this one knows, and everything else too."""
    complete = {name: {"a": draw(values)} for name in SECTIONS}
    known: dict[str, Any] = dict(world.surroundings)
    for name in ("env", "packages"):
        if known[name] is None:
            known[name] = draw(whole_domains[name])
    facts = {fact: draw(scalars) for fact in NAMES["platform"]}
    known["platform"] = {**facts, **(known["platform"] or {})}
    return World(world.config, world.defaults, {**complete, **world.sections}, known)


# ---------------------------------------------------------------- junk and rules

_unprintable = st.builds(pow, st.just(10), st.just(5000))
_keys = st.one_of(
    st.sampled_from((*OPERATORS, *NESTED, *NAMES, *PATHS, "all_of", "any_of", "not", "fields")),
    st.sampled_from(("at_most_one_of", "required_key", "$native", "$tuple", "$set", "$dict", "$object", "kwargs")),
    st.text(max_size=3),
    st.one_of(st.integers(), st.none(), st.booleans(), _unprintable),
)
junk = st.recursive(
    st.one_of(scalars, references, st.text(), st.floats(), st.integers(), _unprintable, st.binary(max_size=2)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_keys, inner, max_size=4)),
    max_leaves=20,
)
reference_text = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from(
            ("@a", "@", "(", ")", "+", "//", "**", " ", "1", "1.", "e5", "len", "min(", ",", "_0_", "or", "#", "'")
        ),
        max_size=12,
    ).map("".join),
).map("@{}".format)

_effects = st.sampled_from(
    (
        {"effect": "error", "channel": "exception", "exception": "ValueError"},
        {"effect": "warn", "channel": "logger"},
        {"effect": "dormant_silent", "channel": "none"},
    )
)
_common = {
    "id": st.sampled_from(("m.Thing.some-rule", "m.Thing.a_b-2")),
    "native_type": st.just("m.Thing"),
    "expected": _effects,
    "kwargs_positive": configs,
    "kwargs_negative": configs,
}
_extras: dict[str, st.SearchStrategy[Any]] = {
    "message_template": st.sampled_from(("a {b} c", None)),
    "reach": st.sampled_from(("construct", "build")),
    "source": st.just({"file": "m/thing.py", "function": "Thing.check"}),
    "summary": st.just("One sentence."),
    "added_by": st.sampled_from(("authored", "lift")),
    "cross_validated_by": st.just(["lift"]),
    "applies_to": st.just(">=5.0"),
    "tags": st.lists(st.just("t"), max_size=2),
}
_dormant = st.one_of(
    path_lists, st.dictionaries(paths, st.one_of(st.just({}), values.map(lambda v: {"effective": v})), max_size=3)
)
documents = st.one_of(
    st.fixed_dictionaries({"kind": st.just("invalidity"), **_common, "match": predicates}, optional=_extras),
    st.fixed_dictionaries(
        {"kind": st.just("dormancy"), **_common, "match": predicates, "dormant": _dormant}, optional=_extras
    ),
    st.fixed_dictionaries(
        {"kind": st.just("invariant"), **_common, "require": predicates}, optional={**_extras, "given": predicates}
    ),
)
