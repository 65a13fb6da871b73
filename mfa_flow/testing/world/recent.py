"""A memory that stays flat: the newest are kept, however long a tenant lives."""

from collections import OrderedDict
from typing import TypeVar

KEPT = 10_000
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Recent(OrderedDict[_Key, _Value]):
    """What was put in last, ten thousand at most. For each one more the oldest is forgotten."""

    def __setitem__(self, key: _Key, value: _Value) -> None:
        super().__setitem__(key, value)
        if len(self) > KEPT:
            self.popitem(last=False)
