from dataclasses import dataclass, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manim_drumkit.errors import ConfigError
from manim_drumkit.settings import Settings, choice, color, flag, number, option_name, text


@dataclass(frozen=True)
class Knobs(Settings):
    gain_db: float = number(0, -60, 60, "DB", "Louder or not.")
    gate_db: float | None = number(None, -200, 0, "DB", "Silence below.")
    shape: str = choice("sine", ("sine", "saw"), "What it sounds like.")
    label: str | None = text("Its name.")
    tint: str | None = color("Its colour.")
    leave_out: bool = flag("Not heard.")


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())
)


def test_defaults_are_valid_and_what_is_unset_stays_so():
    assert Knobs() == Knobs(0, None, "sine", None, None, False)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"gain_db": 61}, "gain is 61; give a number from -60 to 60 db"),
        ({"gain_db": float("nan")}, "gain is nan; give a number from -60 to 60 db"),
        ({"gain_db": True}, "gain is True; give a number from -60 to 60 db"),
        ({"gain_db": None}, "gain is None; give a number from -60 to 60 db"),
        ({"gate_db": "-3"}, "gate is '-3'; give a number from -200 to 0 db"),
        ({"shape": "square"}, "shape is 'square'; choose sine or saw"),
        ({"label": 3}, "label is 3; give text in quotes"),
        ({"tint": "#12345"}, "tint is '#12345'; write #RRGGBB or a colour's name, like teal"),
        (
            {"tint": "#123456\n"},
            r"tint is '#123456\n'; write #RRGGBB or a colour's name, like teal",
        ),
        ({"leave_out": 1}, "leave-out is 1; give true or false"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_remedy(values, message):
    with pytest.raises(ConfigError) as caught:
        Knobs(**values)
    assert str(caught.value) == message


@given(st.sampled_from([each.name for each in fields(Knobs)]), ANYTHING)
def test_any_value_is_kept_as_it_is_or_refused_by_name(name, value):
    try:
        knobs = Knobs(**{name: value})
    except ConfigError as error:
        assert str(error).startswith(f"{name.removesuffix('_db').replace('_', '-')} is ")  # noqa: PT017
    else:
        assert getattr(knobs, name) == value


def test_a_table_is_read_by_the_names_that_users_know():
    assert Knobs.read({"gain": -3, "leave-out": True}, "a.toml") == {
        "gain_db": -3,
        "leave_out": True,
    }


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"gian": 3},
            "a.toml: unknown setting 'gian'; known are gain, gate, shape, label, tint, leave-out",
        ),
        ({"gain_db": 3}, "a.toml: unknown setting 'gain_db'"),
        ({"gain": 99}, "a.toml: gain is 99; give a number from -60 to 60 db"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_place(table, message):
    with pytest.raises(ConfigError) as caught:
        Knobs.read(table, "a.toml")
    assert str(caught.value).startswith(message)


def test_names_for_users_have_dashes_and_no_unit():
    names = [option_name(each) for each in fields(Knobs)]
    assert names == ["gain", "gate", "shape", "label", "tint", "leave-out"]
