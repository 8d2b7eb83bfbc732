"""Each rule's docstring has an example that fires and one that stays silent."""

import doctest
import importlib
import pkgutil

import pytest

import curation.rules

MODULES = sorted(
    module.name for module in pkgutil.iter_modules(curation.rules.__path__)
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_rules_hold(name):
    module = importlib.import_module(f"curation.rules.{name}")

    failed, _ = doctest.testmod(module)

    assert failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_rule_has_two_examples(name):
    module = importlib.import_module(f"curation.rules.{name}")

    for rule in getattr(module, "RULES", ()):
        calls = (rule.check.__doc__ or "").count(">>> found(")
        assert calls >= 2, f"{rule.id} shows {calls} examples."
