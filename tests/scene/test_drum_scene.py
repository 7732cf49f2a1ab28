from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from manim import PI, config, tempconfig

from manim_drumkit.scene.drum_scene import DrumScene

angles = st.floats(0, PI), st.floats(-PI, PI)
sizes = st.tuples(*[st.floats(0.1, 100)] * 3)
middles = st.tuples(*[st.floats(-50, 50)] * 3)


@pytest.fixture(scope="module")
def scene():
    with tempconfig({"dry_run": True, "pixel_width": 160, "pixel_height": 90}):
        yield DrumScene()


@given(*angles, sizes, middles)
def test_the_camera_sees_all_that_it_looks_at(scene, phi, theta, size, middle):
    corners = np.array(middle) + np.array(list(product((-0.5, 0.5), repeat=3))) * size
    scene.look_at(corners, phi=phi, theta=theta)
    scene.camera.reset_rotation_matrix()
    seen = scene.camera.project_points(corners)[:, :2]
    room = np.array([config.frame_width, config.frame_height]) / 2
    assert (np.abs(seen) <= room).all()
    assert (np.abs(seen) > 0.7 * room).any()  # and they fill the picture


def test_looking_again_gives_the_same_camera_whatever_was_seen_before(scene):
    corners = np.array(list(product((-1.3, 2.7), repeat=3)))
    scene.look_at(corners, phi=1.1, theta=0.3)
    first = scene.camera.frame_center.copy(), scene.camera.get_zoom()
    for i in range(20):
        scene.look_at(corners * (1 + 0.37 * i) + i, phi=0.1 * i, theta=0.2 * i)
    scene.look_at(corners, phi=1.1, theta=0.3)
    np.testing.assert_array_equal(scene.camera.frame_center, first[0])
    assert scene.camera.get_zoom() == first[1]
