"""The verbs of seals, and of devices that tell of goods on the road."""

from app.seals.operations.devices import (
    authenticated,
    bind_device,
    last_off,
    must_be_bound,
    register_device,
    revoke_device,
    tell,
)
from app.seals.operations.sealing import (
    APPLYING,
    adopt,
    apply,
    check,
    checked_by_another,
    elsewhere,
    give_back,
    issue,
    let_go,
    receive,
    remove,
    replace,
    void,
)

__all__ = [
    "APPLYING",
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
    "receive",
    "register_device",
    "remove",
    "replace",
    "revoke_device",
    "tell",
    "void",
]
