import numpy as np
import pytest
from manim import DOWN, PI, RIGHT, tempconfig

from manim_drumkit.scene.camera import SolidCamera
from manim_drumkit.scene.labels import Label, fitted, text_width


@pytest.fixture(autouse=True)
def small():
    with tempconfig({"pixel_width": 320, "pixel_height": 180, "frame_rate": 15}):
        yield


def ink(label, *, phi=0.0, theta=-PI / 2, zoom=1.0):
    """Draw a label that faces the camera; return its bounding box in units and its pixels."""
    camera = SolidCamera()
    camera.set_phi(phi)
    camera.set_theta(theta)
    camera.set_zoom(zoom)
    camera.add_fixed_orientation_mobjects(label)
    camera.reset()
    camera.capture_mobjects([label])
    seen = camera.pixel_array[..., :3].max(axis=2)
    rows, columns = (np.flatnonzero(seen.max(axis=axis) > 100) for axis in (1, 0))
    return tuple(8 / 180 * (each[-1] - each[0]) for each in (columns, rows) if len(each)), (
        seen.astype(int)
    )


@pytest.mark.parametrize("text", ["HH", "Kick", "Hgjp", "H語"])
def test_capitals_are_as_high_as_asked_for_whatever_the_text(text):
    label = Label(text, height=1.5)
    _, seen = ink(label)
    first = seen[:, np.flatnonzero(seen.max(axis=0) > 100)[:6]]
    rows = np.flatnonzero(first.max(axis=1) > 128)
    assert (np.ptp(rows) + 1) * 8 / 180 == pytest.approx(1.5, abs=0.1)


def test_labels_beside_each_other_share_a_baseline():
    lows = []
    for text in ("Hx", "Hgjpq", "H|"):
        label = Label(text, height=1.0).move_to([0, 1, 0])
        _, seen = ink(label)
        first = seen[:, np.flatnonzero(seen.max(axis=0) > 100)[:5]]
        lows.append(np.flatnonzero(first.max(axis=1) > 128).max())
    assert max(lows) - min(lows) <= 1


@pytest.mark.parametrize(("phi", "theta", "zoom"), [(1.3, 0.4, 1), (0.7, 3, 2.5), (2, -1, 0.5)])
def test_a_label_faces_the_camera_at_the_same_size_from_everywhere(phi, theta, zoom):
    box, seen = ink(Label("Snare", height=0.8))
    turned, other = ink(Label("Snare", height=0.8), phi=phi, theta=theta, zoom=zoom)
    assert turned == pytest.approx(box, abs=0.05)
    np.testing.assert_allclose(other, seen, atol=3)


def test_a_label_stands_where_its_point_is_seen():
    label = Label("o", height=0.5).move_to([2, 1, 0])
    _, seen = ink(label)
    rows, columns = np.nonzero(seen > 100)
    assert columns.mean() == pytest.approx(160 + 2 * 180 / 8, abs=1.5)
    assert abs(rows.mean() - (90 - 180 / 8)) < 4


def test_labels_can_be_moved_scaled_and_coloured_like_other_mobjects():
    label = Label("Tom", height=0.5, color="#FF0000")
    before, _ = ink(label)
    after, _ = ink(label.scale(2).shift(RIGHT + DOWN))
    assert after[0] == pytest.approx(2 * before[0], rel=0.1)
    assert not ink(label.set_opacity(0))[1].any()


@pytest.mark.parametrize("text", ["", " ", "\t", "\N{ZERO WIDTH SPACE}"])
def test_a_label_without_letters_draws_nothing(text):
    assert not ink(Label(text))[1].any()
    assert text_width(text) == 0


@pytest.mark.parametrize("text", ["\\frac{1}{2} $x$", "<b>bold", "a&b", "x" * 99, "שלום", "🥁"])
def test_a_label_of_any_text_can_be_made(text):
    ink(Label(text, height=0.2))


def test_all_labels_are_as_high_as_the_longest_allows():
    texts, high = fitted(["Kick", "Snare"], 2.0, 0.5, 0.1)
    assert texts == ["Kick", "Snare"]
    assert high * text_width("Snare") <= 2.0 + 1e-9
    assert high == min(0.5, 2.0 / text_width("Snare"))


def test_one_long_label_is_cut_short_and_leaves_the_others_as_they_are():
    names = ["Kick", "Snare", "Hat", "Overhead Left AKG C414 very long name"]
    (*short, cut), high = fitted(names, 2.0, 0.5, 0.1)
    assert short == names[:3]
    assert cut.startswith("Ov")
    assert cut.endswith("…")
    assert high * max(map(text_width, [*short, cut])) <= 2.0 + 1e-9
    assert high > 0.3


@pytest.mark.parametrize(("width", "wanted"), [(0.3, 0.5), (2.0, 0.05)])
def test_labels_are_left_out_where_they_would_be_too_small(width, wanted):
    texts, _ = fitted(["Kick drum", "Snare drum"], width, wanted, 0.1)
    assert texts == ["", ""]
