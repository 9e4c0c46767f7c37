# SPDX-License-Identifier: Apache-2.0
"""The scenes of the older kernels on the one that runs, and a few with one played upon it."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "e2e/kernels"))

from test_old_kernels import FEW, SCENES, stages  # noqa: F401


@pytest.mark.parametrize("scene", SCENES)
def test_scene(stages, scene):  # noqa: F811
    stage = stages("", shared=True)
    scene(stage)
    stage.assert_clean()


@pytest.mark.parametrize("scene", FEW)
def test_where_nothing_is_shared(stages, scene):  # noqa: F811
    stage = stages("", shared=False)
    scene(stage)
    stage.assert_clean()


@pytest.mark.parametrize("scene", FEW)
def test_as_on_an_older_one(stages, scene):  # noqa: F811
    stage = stages("linux-4.19", shared=True)
    scene(stage)
    stage.assert_clean()
