"""Built-in roles by name."""

from __future__ import annotations

import re
from pathlib import Path

import roastery
from roastery import roles

PRODUCT = Path(roastery.__path__[0])


def test_every_role_has_the_name_that_azure_gives_it_and_an_id_of_its_own() -> None:
    constants = {name: value for name, value in vars(roles).items() if name.isupper() and name != "NAMES"}

    assert set(constants.values()) == set(roles.NAMES)
    assert len(set(constants.values())) == len(constants)
    assert len(set(roles.NAMES.values())) == len(roles.NAMES)


def test_a_role_is_assigned_by_its_definition_in_the_subscription() -> None:
    assert roles.definition_id(roles.READER, "s") == (
        "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
    )


def test_no_other_module_of_the_product_writes_out_the_id_of_a_role() -> None:
    ids = re.compile("|".join(roles.NAMES))
    bare = [
        file.relative_to(PRODUCT)
        for file in PRODUCT.rglob("*.py")
        if file.name != "roles.py" or file.parent != PRODUCT
        if ids.search(file.read_text(encoding="utf-8"))
    ]
    assert bare == []
