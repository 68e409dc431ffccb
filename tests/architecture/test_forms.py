"""Every released form draws its own sample, and none is changed after its release by accident."""

from __future__ import annotations

import inspect
import io
from itertools import permutations

import pypdf
import pytest

from forms import FORMS
from forms.kit.words import LANGUAGES


@pytest.mark.parametrize(("name", "version"), sorted(FORMS))
def test_a_form_renders_its_sample(name, version):
    form = FORMS[name, version]
    for pair in list(permutations(LANGUAGES, 2))[::7]:
        pdf = form.render(form.SAMPLE, languages=pair, qr_text="GZ1:ABC", data=b"{}")
        assert pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


@pytest.mark.parametrize(("name", "version"), sorted(FORMS))
def test_a_sample_survives_being_frozen(name, version):
    form = FORMS[name, version]
    content = type(form.SAMPLE)
    assert content.__dataclass_params__.frozen
    assert content.from_json(form.SAMPLE.as_json()) == form.SAMPLE


@pytest.mark.parametrize(("name", "version"), sorted(FORMS))
def test_a_form_takes_no_clock_and_no_database(name, version):
    """What it prints is handed over: a reprint years later must not look anything up."""
    source = inspect.getsource(FORMS[name, version])
    assert ".now(" not in source and ".today(" not in source
