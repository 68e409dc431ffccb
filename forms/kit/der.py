"""As much of DER as a signature needs: each function gives the encoded bytes."""

from __future__ import annotations

_INTEGER, _OCTETS, _NULL, _OID, _SEQUENCE, _SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31


def tagged(tag: int, *contents: bytes) -> bytes:
    """Any tag around the joined contents, with a definite length."""
    body = b"".join(contents)
    length = len(body)
    if length < 0x80:
        return bytes((tag, length)) + body
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + body


def sequence(*contents: bytes) -> bytes:
    """SEQUENCE."""
    return tagged(_SEQUENCE, *contents)


def set_of(*contents: bytes) -> bytes:
    """SET OF: DER wants its members sorted."""
    return tagged(_SET, *sorted(contents))


def explicit(number: int, *contents: bytes) -> bytes:
    """[number] EXPLICIT, or IMPLICIT around the contents of a constructed type."""
    return tagged(0xA0 | number, *contents)


def integer(value: int) -> bytes:
    """A non-negative INTEGER."""
    return tagged(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    """OCTET STRING."""
    return tagged(_OCTETS, value)


def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = bytearray((first * 40 + second,))
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        body += bytes(reversed(groups))
    return tagged(_OID, bytes(body))


def length_of(data: bytes) -> int:
    """Length in bytes of the element `data` begins with; ValueError if it does not begin with a whole one."""
    if len(data) < 2:
        raise ValueError("No DER element")
    head, short = 2, data[1]
    size = short
    if short & 0x80:
        count = short & 0x7F
        head += count
        size = int.from_bytes(data[2:head], "big")
        if not 1 <= count <= 4:
            raise ValueError("No definite DER length")
    if head + size > len(data):
        raise ValueError("The DER element is cut short")
    return head + size
