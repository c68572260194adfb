import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_contracts.core import limits
from ecr_contracts.core.errors import EventTextError, PatternError
from ecr_contracts.eventbridge.rules.matching.event_leaves import read_event
from ecr_contracts.eventbridge.rules.pattern import Pattern
from tests.gen_event_patterns import (
    EVENTS,
    EXACT_NUMBERS,
    FLAT_PATTERNS,
    JSON_VALUES,
    LEAVES,
    PATTERNS,
    respelled,
    shuffled,
)

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "rule-matching.jsonl").read_text("utf-8").splitlines()
]


def answer(pattern, event):
    """What the command prints of two JSON texts."""
    try:
        parsed = Pattern.parse(pattern)
    except PatternError:
        return "invalid"
    return parsed.matches(read_event(event))


def matches(pattern, event):
    """Whether data matches a pattern; `explain` says the same, and so do texts."""
    parsed = Pattern.parse(pattern)
    matched = parsed.matches(event)
    assert (parsed.explain(event) == ()) is matched
    assert answer(json.dumps(pattern), json.dumps(event)) is matched
    return matched


def refused(pattern):
    with pytest.raises(PatternError) as caught:
        Pattern.parse(pattern)
    return caught.value


# --- what AWS's engine answers --------------------------------------------------------------------


def test_every_answer_of_the_engine_is_given():
    wrong = [case for case in CASES if answer(case["pattern"], case["event"]) != case["expect"]]
    assert not wrong
    assert len(CASES) == 460


def test_the_cases_of_the_engine_are_explained_as_they_are_answered():
    for case in CASES:
        if case["expect"] != "invalid":
            mismatches = Pattern.parse(case["pattern"]).explain(read_event(case["event"]))
            assert (mismatches == ()) is case["expect"]


# --- keys, dots, arrays ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "event", "expected"),
    [
        pytest.param({"a.b": [1]}, {"a": {"b": 1}}, True, id="dotted in the pattern"),
        pytest.param({"a": {"b": {"c": [1]}}}, {"a.b.c": 1}, True, id="dotted twice"),
        pytest.param({"a": {"b": [1]}}, {"a.b": 1}, True, id="dotted in the event"),
        pytest.param({"a": {"b": {"c": [1]}}}, {"a": {"b.c": 1}}, True, id="dotted below"),
        pytest.param({"a": {"b": [1]}}, {"a.b": 2, "a": {"b": 1}}, True, id="either spelling"),
        pytest.param({"a": {"b": [1]}}, {"a.b": 2, "a": {"b": 3}}, False, id="neither spelling"),
        pytest.param({"a": {"": [1]}}, {"a": {"": 1}}, True, id="an empty key"),
        pytest.param({"a": ["x"]}, {"a": [["y"], [["x"]]]}, True, id="arrays in arrays"),
        pytest.param({"a": [1]}, {"a": {"b": 1}}, False, id="a leaf at an object"),
        pytest.param({"a": {"b": [1]}}, {"a": 1}, False, id="an object at a leaf"),
        pytest.param({"a": [None]}, {}, False, id="null is not absent"),
    ],
)
def test_a_leaf_is_found_by_the_keys_that_lead_to_it(pattern, event, expected):
    assert matches(pattern, event) is expected


@pytest.mark.parametrize(
    ("event", "exists"),
    [
        ({"a": None}, True),
        ({"a": ""}, True),
        ({"a": [None]}, True),
        ({"a": [[], ["x"]]}, True),
        ({"a": [{"b": 1}, 2]}, True),
        ({}, False),
        ({"a": []}, False),
        ({"a": {}}, False),
        ({"a": {"b": 1}}, False),
        ({"a": [{"b": 1}]}, False),
        ({"a": [[], [[]]]}, False),
    ],
)
def test_exists_looks_at_leaves_only(event, exists):
    assert matches({"a": [{"exists": True}]}, event) is exists
    assert matches({"a": [{"exists": False}]}, event) is not exists


ORDERS = {
    "orders": [
        {"id": 1, "state": "open", "lines": [{"sku": "x", "count": 1}, {"sku": "y", "count": 2}]},
        {"id": 2, "state": "done", "lines": [{"sku": "x", "count": 2}], "note": "n"},
    ]
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param({"id": [1], "state": ["open"]}, True, id="one element"),
        pytest.param({"id": [1], "state": ["done"]}, False, id="two elements"),
        pytest.param({"lines": {"sku": ["x"], "count": [2]}}, True, id="one inner element"),
        pytest.param({"lines": {"sku": ["y"], "count": [1]}}, False, id="two inner elements"),
        pytest.param({"id": [1], "lines": {"sku": ["x"], "count": [2]}}, False, id="both levels"),
        pytest.param({"id": [1], "note": [{"exists": False}]}, True, id="absent from the chosen"),
        pytest.param({"id": [2], "note": [{"exists": False}]}, False, id="present in the chosen"),
        pytest.param({"note": [{"exists": False}]}, False, id="absent, and nothing is chosen"),
        pytest.param(
            {"note": [{"exists": False}], "state": ["open"]}, False, id="chosen later, by name"
        ),
    ],
)
def test_what_meets_a_pattern_stands_in_one_element_of_each_array(pattern, expected):
    assert matches({"orders": pattern}, ORDERS) is expected


def test_either_value_of_a_key_that_stands_twice_in_an_event_counts():
    pattern = Pattern.parse({"a": {"b": [1]}, "c": [{"exists": True}]})
    assert pattern.matches(read_event('{"a": {"b": 1}, "a": {"b": 2}, "c": 3}'))
    assert pattern.matches(read_event('{"a": {"b": 1, "b": 2}, "c": 3, "c": 4}'))
    assert not pattern.matches(read_event('{"a": {"b": 3}, "a": {"b": 2}, "c": 3}'))


def test_the_last_leaf_of_a_key_that_stands_twice_in_a_pattern_counts():
    pattern = Pattern.parse('{"a": {"b": [1], "c": [1]}, "a": {"b": [2]}}')
    assert pattern == Pattern.parse({"a": {"b": [2], "c": [1]}})
    assert "empty array" in refused('{"a": [], "a": [1]}').problem


# --- $or ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"s": 1, "d": {"a": 1}}, True),
        ({"s": 1, "d": {"b": 1, "c": 1}}, True),
        ({"s": 1, "d": {"b": 1}}, False),
        ({"s": 2, "d": {"a": 1}}, False),
    ],
)
def test_alternatives_add_to_what_stands_beside_them(event, expected):
    assert matches({"s": [1], "d": {"$or": [{"a": [1]}, {"b": [1], "c": [1]}]}}, event) is expected


def test_alternatives_multiply_out():
    pattern = {
        "$or": [{"a": [1]}, {"$or": [{"b": [1]}, {"c": [1]}]}],
        "d": {"$or": [{"x": [1]}, {"y": [1]}]},
    }
    assert len(Pattern.parse(pattern).branches) == 6
    assert matches(pattern, {"c": 1, "d": {"y": 1}})
    assert not matches(pattern, {"c": 1, "d": {"z": 1}})


def test_an_alternative_replaces_the_leaf_that_stands_before_it():
    assert matches({"a": [1], "$or": [{"a": [2]}, {"b": [1]}]}, {"a": 2})
    assert not matches({"$or": [{"a": [2]}, {"b": [1]}], "a": [1]}, {"a": 2})


def test_or_is_a_field_like_any_other_where_it_lists_operators():
    pattern = {"$or": [{"prefix": "x"}, {"exists": False}]}
    assert matches(pattern, {"$or": "xy"})
    assert not matches(pattern, {"$or": "y"})
    assert matches({"$or": ["x"]}, {"$or": "x"})
    assert matches({"$or": {"a": [1]}}, {"$or": {"a": 1}})


@pytest.mark.parametrize(
    ("written", "path", "problem"),
    [
        ('{"$or": [{"a": [1]}]}', '$["$or"]', "two objects or more"),
        ('{"$or": [{"a": [1]}, "x"]}', '$["$or"][1]', "is an object"),
        ('{"$or": [{"a": [1]}, {}]}', '$["$or"][1]', "an empty object"),
        ('{"$or": [{"a": [1]}, {"b": {"cidr": [1]}}]}', '$["$or"][1].b.cidr', "a reserved word"),
    ],
)
def test_alternatives_that_are_refused(written, path, problem):
    error = refused(written)
    assert error.path == path
    assert problem in error.problem


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "place", "words"),
    [
        ("[]", (1, 1), "$: a pattern is a JSON object"),
        ("{}", (1, 1), "$: an empty object wants nothing; EventBridge refuses it"),
        ("", (1, 1), "$: a JSON value is wanted here"),
        ('{"a": ["x"]} x', (1, 14), "$: the pattern has ended here, but more text follows"),
        ('{"a": ["x"],}', (1, 13), "$: a key in double quotes is wanted here"),
        ('{"a" ["x"]}', (1, 6), "$.a: a colon is wanted here"),
        ('{"a": ["x" "y"]}', (1, 12), "$.a: a comma or ] is wanted here"),
        ('{"a": ["x"] "b": [1]}', (1, 13), "$: a comma or } is wanted here"),
        ('{"a": ["x\ny"]}', (1, 8), "$.a[0]: this text has no end on its line, or holds"),
        ('{"a": ["\\x"]}', (1, 8), "$.a[0]: this text has an escape that JSON does not know"),
        ('{"a": [01]}', (1, 8), "$.a[0]: a JSON value is wanted here"),
        ('{"a": [NaN]}', (1, 8), "$.a[0]: a JSON value is wanted here"),
        ('{\n  "a": {\n    "b": []\n  }\n}', (3, 10), "$.a.b: an empty array wants nothing"),
        ('{"a": "x"}', (1, 7), '$.a: a value stands in an array, as in ["aws.ecr"]'),
        ('{"a": [["x"]]}', (1, 8), "$.a[0]: an array stands within an array; list its values"),
        ('{"a": [{}]}', (1, 8), "$.a[0]: an empty object is no operator"),
        (
            '{"a": [{"prefx": "x"}]}',
            (1, 9),
            "no operator is called 'prefx'; did you mean 'prefix'?",
        ),
        ('{"a": [{"prefix": "x", "suffix": "y"}]}', (1, 24), "one operator stands in an object"),
        ('{"a": [{"prefix": ["x"]}]}', (1, 19), "$.a[0].prefix: prefix takes a text"),
        ('{"a": [{"suffix": {"wildcard": "x"}}]}', (1, 20), "or equals-ignore-case within"),
        (
            '{"a": [{"prefix": {"equals-ignore-case": 1}}]}',
            (1, 42),
            "equals-ignore-case takes a text",
        ),
        ('{"a": [{"wildcard": "a**"}]}', (1, 21), "two asterisks stand in a row"),
        ('{"a": [{"wildcard": "a\\\\b"}]}', (1, 21), "a backslash stands only before *"),
        ('{"a": [{"exists": "true"}]}', (1, 19), "exists takes true or false"),
        ('{"a": [{"exactly": 1}]}', (1, 20), "exactly takes a text"),
        ('{"a": [{"numeric": 1}]}', (1, 20), "numeric takes an array"),
        ('{"a": [{"numeric": []}]}', (1, 20), "a comparison and a number belong together"),
        ('{"a": [{"numeric": ["=>", 1]}]}', (1, 21), "wanted here is one of = < <= > >="),
        ('{"a": [{"numeric": [">", "1"]}]}', (1, 26), "a number is wanted here"),
        ('{"a": [{"numeric": [">", true]}]}', (1, 26), "a number is wanted here"),
        ('{"a": [{"numeric": ["<", 1, ">", 0]}]}', (1, 29), "a range is > or >= with a number"),
        ('{"a": [{"numeric": ["=", 1, "<", 2]}]}', (1, 29), "a range is > or >= with a number"),
        ('{"a": [{"numeric": [">", 1, ">", 2]}]}', (1, 29), "wanted here is one of < <="),
        ('{"a": [{"numeric": [">", 1, "<", 2, 3]}]}', (1, 29), "and nothing more"),
        ('{"a": [{"numeric": [">", 1, "<"]}]}', (1, 20), "belong together"),
        ('{"a": [{"numeric": [">=", 2, "<=", 2]}]}', (1, 36), "the upper end of a range is above"),
        ('{"a": [{"numeric": ["=", 1e400]}]}', (1, 26), "EventBridge cannot compare 1e400"),
        ('{"a": [{"anything-but": 9007199254740993}]}', (1, 25), "cannot compare 9007199254740993"),
        ('{"a": [{"anything-but": []}]}', (1, 25), "an empty list excludes nothing"),
        ('{"a": [{"anything-but": ["x", 1]}]}', (1, 25), "texts or numbers, not both"),
        ('{"a": [{"anything-but": null}]}', (1, 25), "takes texts and numbers only"),
        ('{"a": [{"anything-but": [true]}]}', (1, 26), "takes texts and numbers only"),
        ('{"a": [{"anything-but": {"exists": true}}]}', (1, 26), "takes no 'exists'"),
        ('{"a": [{"anything-but": {"prefix": ""}}]}', (1, 36), "has the empty prefix"),
        ('{"a": [{"anything-but": {"suffix": ["x", ""]}}]}', (1, 42), "has the empty suffix"),
        (
            '{"a": [{"anything-but": {"prefix": {"equals-ignore-case": "x"}}}]}',
            (1, 36),
            "takes texts",
        ),
        ('{"a": [{"anything-but": {"wildcard": "**"}}]}', (1, 38), "two asterisks"),
        ('{"a": [{"cidr": 1}]}', (1, 17), "cidr takes a text"),
        ('{"a": [{"cidr": "10.0.0.0"}]}', (1, 17), "a block is an address, a slash"),
        ('{"a": [{"cidr": "10.0.0.0/-1"}]}', (1, 17), "a block is an address, a slash"),
        ('{"a": [{"cidr": "10.0.0.256/8"}]}', (1, 17), "'10.0.0.256' is no IP address"),
        ('{"a": [{"cidr": "10.0.0.1/32"}]}', (1, 17), "the mask has 0 to 31 bits"),
        ('{"a": [{"cidr": "::1/128"}]}', (1, 17), "the mask has 0 to 127 bits"),
    ],
)
def test_what_is_refused_is_told_with_its_place_and_reason(written, place, words):
    error = refused(written)
    assert (error.line, error.column) == place
    assert words in str(error)
    assert str(error).startswith(f"{place[0]}:{place[1]}: $")
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"a": {1: ["x"]}}, "$.a: a key is a text, and 1 is int"),
        ({"a": [float("nan")]}, "$.a[0]: JSON has no nan (float)"),
        ({"a": [{"prefix": b"x"}]}, "$.a[0].prefix: JSON has no b'x' (bytes)"),
        ({"a": []}, "$.a: an empty array"),
        (None, "$: a pattern is a JSON object"),
    ],
)
def test_what_is_refused_of_data_has_a_path(data, words):
    error = refused(data)
    assert str(error).startswith(words)
    assert (error.line, error.column) == (0, 0)


@given(JSON_VALUES)
def test_whatever_json_says_is_a_pattern_or_refused(value):
    try:
        parsed = Pattern.parse(value)
    except PatternError as error:
        path = error.path
        assert answer(json.dumps(value), "{}") == "invalid"
        assert refused(json.dumps(value)).path == path
    else:
        assert Pattern.parse(json.dumps(value)) == parsed


@given(st.text(st.sampled_from('{}[]",:$or1e.\\ \nabx'), max_size=40))
def test_whatever_text_is_a_pattern_or_refused(text):
    try:
        Pattern.parse(text)
    except PatternError as error:
        line, column = error.line, error.column
        assert 1 <= column <= len(text.split("\n")[line - 1]) + 1


# --- hostile input --------------------------------------------------------------------------------


def nested(depth):
    return '{"a":' * depth + "[1]" + "}" * depth


def test_deep_patterns_are_refused_with_a_place():
    assert Pattern.parse(nested(99)) == Pattern.parse(json.loads(nested(99)))
    assert "nested deeper than 100 levels" in refused(json.loads(nested(100))).problem
    for depth in (100, 1_000, 100_000):
        assert "nested deeper than 100 levels" in refused(nested(depth)).problem
    assert "nested deeper than 100 levels" in refused("[" * 100_000).problem
    endless: dict = {}
    endless["a"] = endless
    assert "nested deeper than 100 levels" in refused(endless).problem


def test_data_that_refers_to_itself_over_and_over_is_refused():
    bomb = ["x"]
    for _ in range(12):
        bomb = [bomb] * 10
    assert f"more than {limits.PATTERN_VALUES} values" in refused({"a": bomb}).problem


def test_ten_thousand_values_are_matched_like_one():
    values = [f"v{number}" for number in range(10_000)]
    pattern = Pattern.parse({"a": values, "b": list(range(10_000))})
    assert pattern.matches({"a": "v9999", "b": 9999})
    assert not pattern.matches({"a": "v10000", "b": 9999})
    assert not pattern.matches({"a": "v9999", "b": True})


def test_too_many_alternatives_are_refused():
    assert (
        len(Pattern.parse({"$or": [{"a": [n]} for n in range(limits.PATTERN_BRANCHES)]}).branches)
        == limits.PATTERN_BRANCHES
    )
    many = {"$or": [{"a": [n]} for n in range(limits.PATTERN_BRANCHES + 1)]}
    assert f"more than {limits.PATTERN_BRANCHES} combinations" in refused(many).problem
    multiplied = {f"k{n}": {"$or": [{"a": [1]}, {"b": [1]}]} for n in range(40)}
    error = refused(multiplied)
    assert error.path == '$.k9["$or"]'
    assert f"more than {limits.PATTERN_BRANCHES} combinations" in error.problem


def test_large_arrays_of_objects_are_not_searched_pair_by_pair():
    items = [{"a": 1, "b": number, "c": [{"d": number}]} for number in range(5_000)]
    pattern = Pattern.parse({"l": {"a": [1], "b": [4_999], "c": {"d": [4_998]}}})
    assert not pattern.matches({"l": items})
    [mismatch] = pattern.explain({"l": items})
    assert mismatch.apart


def test_a_message_repeats_no_long_text():
    long = "x" * 1_000_000
    for leaf in (
        {long: 1},
        {"prefix": "a", long: 1},
        {"anything-but": {long: 1}},
        {"cidr": f"{long}/8"},
        {"wildcard": f"{long}**"},
    ):
        assert len(refused({"a": [leaf]}).problem) < 400
    assert len(refused(f'{{"a": [{{"numeric": ["=", {"9" * 100_000}]}}]}}').problem) < 400


def test_ten_thousand_texts_in_any_case_are_matched_in_time():
    texts = [{"equals-ignore-case": f"{number}-{'ab' * 50}"} for number in range(10_000)]
    pattern = Pattern.parse({"a": texts})
    assert pattern.matches({"a": "9999-" + "aB" * 50})
    assert not pattern.matches({"a": "9999-" + "aB" * 51})


def test_a_number_of_any_length_is_compared_by_its_spelling():
    huge = "9" * 10_000
    assert (
        Pattern.parse(f'{{"a": [{huge}]}}').matches({"a": int("9" * 4_000) * 10**6_000 + 1})
        is False
    )
    assert answer(f'{{"a": [{huge}]}}', f'{{"a": {huge}}}') is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]", "an event is a JSON object"),
        ('{"a": NaN}', "JSON has no NaN"),
        ('{"a": 1', "1:8: "),
        ('{"a":' + "[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_event_is_refused(text, words):
    with pytest.raises(EventTextError, match=words):
        read_event(text)


def test_what_is_no_object_is_no_event():
    with pytest.raises(TypeError, match="an event is an object, not list"):
        Pattern.parse({"a": [1]}).matches([])


# --- explanations ---------------------------------------------------------------------------------


def explained(pattern, event):
    return [
        (mismatch.leaf.path, mismatch.leaf.wanted, mismatch.seen, mismatch.apart)
        for mismatch in Pattern.parse(pattern).explain(event)
    ]


def test_an_explanation_names_the_keys_what_they_want_and_what_is_there():
    pattern = {
        "source": ["aws.ecr", {"prefix": {"equals-ignore-case": "my."}}],
        "detail": {"result": [{"anything-but": ["FAILURE", "x"]}], "tags": [{"exists": True}]},
        "region": ["us-east-1"],
    }
    event = {"source": "aws.s3", "region": "us-east-1", "detail": {"result": "x", "tags": []}}
    assert explained(pattern, event) == [
        ("$.detail.result", '[{"anything-but": ["FAILURE", "x"]}]', ("x",), False),
        ("$.detail.tags", '[{"exists": true}]', ([],), False),
        ("$.source", '["aws.ecr", {"prefix": {"equals-ignore-case": "my."}}]', ("aws.s3",), False),
    ]
    assert explained({"detail": {"x": [1]}}, {}) == [("$.detail.x", "[1]", (), False)]


def test_an_explanation_tells_what_is_met_in_another_element():
    pattern = {"orders": {"id": [1], "state": ["done"]}}
    assert explained(pattern, ORDERS) == [("$.orders.state", '["done"]', ("open", "done"), True)]


def test_an_explanation_names_nothing_that_may_be_absent_from_the_chosen_element():
    pattern = {"orders": {"id": [1], "note": [{"exists": False}], "state": ["done"]}}
    assert [path for path, *_ in explained(pattern, ORDERS)] == ["$.orders.state"]
    pattern["orders"]["id"] = [2]
    assert explained(pattern, ORDERS) == [("$.orders.note", '[{"exists": false}]', ("n",), True)]


def test_an_explanation_is_that_of_the_branch_that_lacks_least():
    pattern = {"a": [1], "$or": [{"b": [1], "c": [1]}, {"d": [1]}]}
    assert [path for path, *_ in explained(pattern, {"a": 1})] == ["$.d"]
    assert [path for path, *_ in explained(pattern, {"a": 1, "b": 1})] == ["$.c"]


def test_a_leaf_knows_its_place():
    pattern = Pattern.parse('{\n "b": [1],\n "a": {"x": [2]}\n}')
    [branch] = pattern.branches
    assert [(leaf.name, leaf.line, leaf.column) for leaf in branch] == [("a.x", 3, 8), ("b", 2, 2)]


@given(LEAVES)
def test_what_a_leaf_wants_is_told_as_a_pattern(leaf):
    [[parsed]] = Pattern.parse({"a": leaf}).branches
    assert Pattern.parse(f'{{"a": {parsed.wanted}}}') == Pattern.parse({"a": leaf})


# --- properties -----------------------------------------------------------------------------------


def plain_leaves(value, name=None, membership=()):
    """The leaves of an event, as the documentation has them: names, values, memberships."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from plain_leaves(child, key if name is None else f"{name}.{key}", membership)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            is_scalar = not isinstance(child, dict | list)
            within = () if is_scalar else ((id(value), index),)
            yield from plain_leaves(child, name, membership + within)
    else:
        yield name, value, membership


def agree(membership, other):
    chosen = dict(membership)
    return all(chosen.get(array, index) == index for array, index in other)


def meets(branch, event):
    """Whether an event meets a branch: all choices are tried, one leaf of the event for each."""
    # Of equal lists in an event none may be the same object, or they are one array.
    listed = list(plain_leaves(event))
    options = [
        [None, *((value, at) for name, value, at in listed if name == leaf.name)] for leaf in branch
    ]
    for choice in product(*options):
        membership, is_met = (), True
        for leaf, chosen in zip(branch, choice, strict=True):
            if chosen is None:
                here = [at for name, _, at in listed if name == leaf.name and agree(membership, at)]
                is_met = leaf.admits_absence and not here
            else:
                value, at = chosen
                is_met = agree(membership, at) and any(
                    condition.holds(value) for condition in leaf.conditions
                )
                membership += at
            if not is_met:
                break
        if is_met:
            return True
    return False


@settings(max_examples=400)
@given(PATTERNS, EVENTS)
def test_a_pattern_matches_what_meets_a_branch_however_one_looks(pattern, event):
    parsed, fresh = Pattern.parse(pattern), json.loads(json.dumps(event))
    expected = any(meets(branch, fresh) for branch in parsed.branches)
    assert parsed.matches(event) is expected
    assert (parsed.explain(event) == ()) is expected
    assert parsed.matches(read_event(json.dumps(event))) is expected


@given(PATTERNS)
def test_a_pattern_is_the_same_as_data_and_as_text(pattern):
    parsed = Pattern.parse(pattern)
    for text in (json.dumps(pattern), json.dumps(pattern, indent=3, ensure_ascii=False)):
        assert Pattern.parse(text) == parsed


@given(FLAT_PATTERNS, EVENTS, st.data())
def test_the_order_of_keys_does_not_matter(pattern, event, data):
    # Of two spellings of one key the last counts: then the order does matter.
    names = [leaf.name for leaf in Pattern.parse(pattern).branches[0]]
    if len(names) < json.dumps(pattern).count(": ["):
        pattern = {name: ["a"] for name in names}
    parsed = Pattern.parse(pattern)
    assert Pattern.parse(shuffled(pattern, data.draw)) == parsed
    assert parsed.matches(shuffled(event, data.draw)) is parsed.matches(event)


@given(EXACT_NUMBERS, EXACT_NUMBERS, st.data())
def test_numbers_are_equal_by_value_in_any_notation(number, other, data):
    wanted, seen = data.draw(respelled(number)), data.draw(respelled(other))
    assert answer(f'{{"a": [{wanted}]}}', f'{{"a": {seen}}}') is (number == other)
    but = f'{{"a": [{{"anything-but": {wanted}}}]}}'
    assert answer(but, f'{{"a": {seen}}}') is (number != other)
    numeric = f'{{"a": [{{"numeric": ["=", {wanted}]}}]}}'
    assert answer(numeric, f'{{"a": [{seen}]}}') is (number == other)


@given(PATTERNS, EVENTS)
def test_one_more_condition_lets_no_less_through(pattern, event):
    if Pattern.parse(pattern).matches(event):
        wider = {"$or": [pattern, {"never": ["x"]}]}
        assert Pattern.parse(wider).matches(event)
