"""The verbs of seals, and of devices that tell of goods on the road."""

from app.seals.operations.custody import APPLYING
from app.seals.operations.devices import (
    authenticated,
    bind_device,
    last_off,
    must_be_bound,
    register_device,
    revoke_device,
    tell,
    unbind_devices,
)
from app.seals.operations.goods import Goods, put_on, take_off
from app.seals.operations.sealing import (
    adopt,
    apply,
    check,
    checked_by_another,
    elsewhere,
    let_go,
    remove,
    replace,
)
from app.seals.operations.stocking import give_back, issue, receive, void

__all__ = [
    "APPLYING",
    "Goods",
    "adopt",
    "apply",
    "authenticated",
    "bind_device",
    "check",
    "checked_by_another",
    "elsewhere",
    "give_back",
    "issue",
    "last_off",
    "let_go",
    "must_be_bound",
    "put_on",
    "receive",
    "register_device",
    "remove",
    "replace",
    "revoke_device",
    "take_off",
    "tell",
    "unbind_devices",
    "void",
]
