"""The models by name, and what every one of them must keep to."""

import pytest

from ml.core import models
from ml.errors import InputError


def test_an_unknown_model_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(InputError) as caught:
        models.get("prophet")
    assert "'prophet'" in str(caught.value)
    assert all(name in str(caught.value) for name in models.FORECASTERS)


def test_every_model_goes_by_its_own_name() -> None:
    assert {models.get(name).name for name in models.FORECASTERS} == set(models.FORECASTERS)
    assert set(models.BASELINES) <= set(models.FORECASTERS)
