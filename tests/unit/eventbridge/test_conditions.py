import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_contracts.eventbridge.rules.matching.event_leaves import read_event
from ecr_contracts.eventbridge.rules.pattern import Pattern


def admits(condition, value):
    """Whether a condition, as JSON text, lets a value through, as JSON text."""
    return Pattern.parse(f'{{"a": [{condition}]}}').matches(read_event(f'{{"a": {value}}}'))


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ('"a"', ['"a"', '["b", "a"]'], ['"A"', '"a "', "1", "null"]),
        ("true", ["true"], ["1", "false", '"true"']),
        ("1", ["1", "1.0", "1e0", "10E-1"], ["true", '"1"', "1.0000000000000002"]),
        ("0", ["0", "-0.0", "0e5"], ["false", "null", "1e-400"]),
        ("0.1", ["0.1", "0.10", "1e-1"], ["0.10000000000000000001"]),
        ("null", ["null", "[null]"], ['"null"', "false", "0", "[]", "{}"]),
        ("9007199254740993", ["9007199254740993"], ["9007199254740992", "9007199254740993.0"]),
        ("1e400", ["1e400"], ["1E400", "1e401"]),
        ('{"exactly": "10.0.0.1"}', ['"10.0.0.1"'], ['"010.0.0.1"']),
        ('"10.0.0.1"', ['"10.0.0.1"', '"010.0.0.01"'], ['"10.0.0.2"', "10"]),
        ('"::1"', ['"::1"', '"0:0::1"'], ['"::2"']),
        ('{"prefix": "ab"}', ['"ab"', '"abc"'], ['"Ab"', '"a"', "1"]),
        ('{"prefix": ""}', ['""', '"x"'], ["1", "null", "true", "[]"]),
        ('{"prefix": {"equals-ignore-case": "aB"}}', ['"AbC"'], ['"ba"', "1"]),
        ('{"suffix": "bc"}', ['"abc"'], ['"bcd"', '"BC"', "12"]),
        (
            '{"suffix": {"equals-ignore-case": "bC"}}',
            ['"aBc"', '"bc"'],
            ['"c"', '"bcx"', '""', "1"],
        ),
        ('{"equals-ignore-case": "aB"}', ['"Ab"', '"AB"'], ['"abc"', '"a"', "1"]),
        ('{"equals-ignore-case": "STRASSE"}', ['"strasse"'], ['"straße"']),
        ('{"equals-ignore-case": "straße"}', ['"STRASSE"', '"straße"'], ['"strasse"', '"straßen"']),
        ('{"equals-ignore-case": "k"}', ['"K"'], ['"\\u212a"']),
        ('{"equals-ignore-case": "\\u03c2"}', ['"\\u03a3"', '"\\u03c2"'], ['"\\u03c3"']),
        ('{"suffix": {"equals-ignore-case": "ßx"}}', ['"aSSX"', '"ßX"'], ['"sx"', '"ssx"']),
        ('{"equals-ignore-case": "\\ud801\\udc00"}', ['"\\ud801\\udc00"'], ['"\\ud801\\udc28"']),
        ('{"equals-ignore-case": "\\u01c5"}', ['"\\u01c4"', '"\\u01c6"'], ['"\\u01c5"']),
        ('{"suffix": {"equals-ignore-case": "\\u0149"}}', ['"x\\u02bcN"'], ['"xN\\u02bc"']),
        ('{"equals-ignore-case": "a.c"}', ['"A.C"'], ['"abc"']),
        ('{"wildcard": "a*c"}', ['"ac"', '"abc"', '"a\\nc"'], ['"abcd"', '"xac"', "1"]),
        ('{"wildcard": "*"}', ['""', '"x"'], ["1", "null"]),
        ('{"wildcard": "a\\\\*"}', ['"a*"'], ['"ab"', '"a"']),
        ('{"numeric": [">", 0]}', ["1", "0.5", "1e3"], ["0", "-1", '"1"', "true", "null"]),
        ('{"numeric": [">", 0]}', ["9007199254740992"], ["9007199254740993", "1e400"]),
        ('{"numeric": [">", 0]}', ["18014398509481984"], ["9223372036854775808"]),
        ('{"numeric": ["<=", 5]}', ["5", "-7"], ["5.1"]),
        ('{"numeric": ["<", 5]}', ["4.9"], ["5"]),
        ('{"numeric": [">=", 5]}', ["5"], ["4.9"]),
        ('{"numeric": ["=", 5]}', ["5", "5.0"], ["4", "true"]),
        ('{"numeric": [">=", 1, "<", 3]}', ["1", "2.9"], ["0.9", "3"]),
        ('{"numeric": [">", 1, "<=", 3]}', ["1.1", "3"], ["1", "3.1"]),
        (
            '{"anything-but": "a"}',
            ['"b"', "1", "null", "true", '["a", "b"]'],
            ['"a"', "[]", '["a"]'],
        ),
        ('{"anything-but": ["a", "b"]}', ['"c"'], ['"a"', '"b"']),
        ('{"anything-but": 1}', ["2", '"1"', "true", "9007199254740993"], ["1", "1.0"]),
        ('{"anything-but": [1, 2]}', ["3"], ["2e0"]),
        ('{"anything-but": {"prefix": "a"}}', ['"b"', "1", "null"], ['"ab"']),
        ('{"anything-but": {"prefix": ["a", "b"]}}', ['"c"'], ['"ab"', '"b"']),
        ('{"anything-but": {"suffix": "a"}}', ['"ab"'], ['"ba"']),
        ('{"anything-but": {"equals-ignore-case": ["a", "B"]}}', ['"c"'], ['"A"', '"b"']),
        ('{"anything-but": {"wildcard": "a*"}}', ['"b"', "1"], ['"ab"']),
        ('{"cidr": "10.0.0.0/24"}', ['"10.0.0.0"', '"10.0.0.255"'], ['"10.0.1.0"', '"x"', "10"]),
        ('{"cidr": "10.0.0.77/24"}', ['"10.0.0.1"', '"010.0.0.1"'], ['"10.0.1.1"', '"10.0.0.999"']),
        ('{"cidr": "10.0.0.4/31"}', ['"10.0.0.4"', '"10.0.0.5"'], ['"10.0.0.3"', '"10.0.0.6"']),
        ('{"cidr": "2001:db8::/32"}', ['"2001:db8::1"', '"2001:0DB8::"'], ['"2001:db9::"']),
        ('{"cidr": "::ffff:a00:0/24"}', ['"10.0.0.1"'], ['"10.0.1.1"']),
        ('{"cidr": "0.0.0.0/0"}', ['"8.8.8.8"', '"2001:db8::1"', "7"], ['"x"', "true", '"1.2.3"']),
        ('{"cidr": "0.0.0.0/3"}', ['"31.0.0.0"', "12"], ['"32.0.0.0"', "1", "1.5", "-1"]),
        ('{"cidr": "::/0"}', ['"::"', '"8.8.8.8"', "7"], ["null", '":::"']),
    ],
)
def test_an_operator_lets_through_what_it_names(condition, yes, no):
    wrong = [value for value in yes if not admits(condition, value)]
    wrong += [value for value in no if admits(condition, value)]
    assert not wrong


@given(st.text(max_size=6), st.text(max_size=6))
def test_letter_case_is_judged_character_by_character(text, other):
    def same(one, character):
        if ord(one) > 0xFFFF:
            return one == character
        return character in (one.lower(), one.upper())

    if any(len(one.lower()) > 1 or len(one.upper()) > 1 for one in text):
        return  # they stand for more characters than one
    expected = len(text) == len(other) and all(map(same, text, other))
    [[leaf]] = Pattern.parse({"a": [{"equals-ignore-case": text}]}).branches
    assert leaf.admits(other) is expected
    for whole in (text.upper(), text.lower()):
        if len(whole) == len(text) and all(map(same, text, whole)):
            assert leaf.admits(whole)
            for operator, padded in (("prefix", whole + other), ("suffix", other + whole)):
                nested = {operator: {"equals-ignore-case": text}}
                assert Pattern.parse({"a": [nested]}).matches({"a": padded})
