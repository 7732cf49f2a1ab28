import inspect

import pytest

from manim_drumkit.segment.patches import GET_FRAME, TARGETS, UPDATE_FRAME, replaced_methods


def method(target):
    return inspect.getattr_static(target.load_owner(), target.name)


@pytest.mark.parametrize("target", TARGETS, ids=lambda each: f"{each.owner}.{each.name}")
def test_every_method_that_is_replaced_is_as_expected_in_this_manim(target):
    assert target.as_expected()


@pytest.mark.parametrize("target", TARGETS, ids=lambda each: f"{each.owner}.{each.name}")
def test_manim_has_its_own_method_back_afterwards(target):
    own = method(target)
    with pytest.raises(ZeroDivisionError), replaced_methods({target: lambda own: print}):
        assert method(target) is print
        raise ZeroDivisionError
    assert method(target) is own


def test_where_one_method_is_strange_none_is_replaced(monkeypatch):
    monkeypatch.setattr(GET_FRAME.load_owner(), GET_FRAME.name, lambda renderer: None)
    own = method(UPDATE_FRAME)
    replacements = {UPDATE_FRAME: lambda own: print, GET_FRAME: lambda own: print}
    with (
        pytest.warns(RuntimeWarning, match=r"CairoRenderer\.get_frame of manim is not as"),
        replaced_methods(replacements),
    ):
        assert method(UPDATE_FRAME) is own
