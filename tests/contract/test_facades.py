"""The façades `contracts.<service>`: each name is defined once, by one of their modules.

That nobody takes a foreign name from them (`payments.Any`) mypy says: `implicit_reexport`.
"""

from collections import Counter
from pathlib import Path
from symtable import symtable
from types import ModuleType

import pytest

from contracts import events, membership, payments


@pytest.mark.parametrize("facade", [events, membership, payments])
def test_no_name_is_defined_by_two_modules(facade: ModuleType) -> None:
    """Of two star imports the later one would win without a word."""
    (folder,) = map(Path, facade.__path__)
    defined = Counter(
        symbol.get_name()
        for module in folder.glob("*.py")
        for symbol in symtable(module.read_text(), str(module), "exec").get_symbols()
        if symbol.is_assigned() and not symbol.is_imported() and symbol.get_name()[0] != "_"
    )
    assert len(defined) > 20
    assert [name for name, modules in defined.items() if modules > 1] == []
