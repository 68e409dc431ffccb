"""Key sets: made once even by many starters, private to their owner, rolled over and withdrawn by id."""

from __future__ import annotations

import json
import multiprocessing
import stat
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from app.clearance.keys import KeyStore
from app.clearance.trust import TrustBundle

START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keys"


def test_a_post_gets_one_set_and_keeps_it(folder: Path) -> None:
    first = KeyStore(folder, "TJ").post_keys("TJPPJ", START)
    store = KeyStore(folder, "TJ")
    assert store.post_keys("TJPPJ", START).key_id == first.key_id
    assert store.post_keys("TJPPJ", START) is store.post_keys("TJPPJ", START), "read once"
    assert store.post_keys("TJDUS", START).key_id != first.key_id


def test_files_are_the_owners_alone(folder: Path) -> None:
    KeyStore(folder, "TJ").post_keys("TJPPJ", START)
    for path in [folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not list(folder.rglob(".new-*"))


def _key_id(folder: Path) -> str:
    return KeyStore(folder, "TJ").post_keys("TJPPJ", START).key_id


def test_processes_starting_together_make_one_set(folder: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # imported once: then they do start together
    with ProcessPoolExecutor(4, mp_context=context) as pool:
        assert len(set(pool.map(_key_id, [folder] * 8))) == 1
    assert len(KeyStore(folder, "TJ").trust().keys) == 1


def test_certificates_are_those_of_document_signing(folder: Path) -> None:
    record = KeyStore(folder, "TJ").post_keys("TJPPJ", START).record
    leaf, issuing, root = (x509.load_der_x509_certificate(each) for each in (*record.chain, record.root))
    leaf.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
    usages = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [usage.dotted_string for usage in usages] == ["1.3.6.1.5.5.7.3.36"]
    assert issuing.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert leaf.not_valid_before_utc <= START < leaf.not_valid_after_utc


def test_the_bundle_holds_nothing_secret(folder: Path) -> None:
    store = KeyStore(folder, "TJ")
    store.post_keys("TJPPJ", START)
    text = (folder / "trust.json").read_text()
    assert "PRIVATE" not in text and "_key" not in text
    assert TrustBundle.from_json(text) == store.trust()


def test_roll_over_signs_with_the_new_and_still_trusts_the_old(folder: Path) -> None:
    store = KeyStore(folder, "TJ")
    old = store.post_keys("TJPPJ", START)
    new = store.roll_over("TJPPJ", START + timedelta(hours=1))
    later = START + timedelta(days=1)
    assert store.post_keys("TJPPJ", later).key_id == new.key_id
    assert KeyStore(folder, "TJ").post_keys("TJPPJ", later).key_id == new.key_id
    assert {record.key_id for record in store.trust().keys} == {old.key_id, new.key_id}


def test_a_set_at_its_end_is_followed_by_a_new_one(folder: Path) -> None:
    store = KeyStore(folder, "TJ")
    old = store.post_keys("TJPPJ", START)
    assert store.post_keys("TJPPJ", START + timedelta(days=700)).key_id == old.key_id
    assert store.post_keys("TJPPJ", START + timedelta(days=730)).key_id != old.key_id


def test_a_withdrawn_set_signs_no_more(folder: Path) -> None:
    store = KeyStore(folder, "TJ")
    old = store.post_keys("TJPPJ", START)
    record = store.revoke(old.key_id, compromised=False, now=START + timedelta(days=2))
    assert record.revoked_for(START + timedelta(days=3))
    assert not record.revoked_for(START + timedelta(days=1))
    assert store.trust().keys[0].revoked_at == START + timedelta(days=2)
    assert store.post_keys("TJPPJ", START + timedelta(days=3)).key_id != old.key_id
    assert store.revoke(old.key_id, compromised=True).revoked_for(START)
    for unknown in ("0" * 16, "../../authority", "*"):
        with pytest.raises(KeyError):
            store.revoke(unknown, compromised=True)


def test_names_that_leave_the_folder_are_refused(folder: Path) -> None:
    for post in ("../TJ", "", "tjppj", "A/B"):
        with pytest.raises(ValueError, match="post"):
            KeyStore(folder, "TJ").post_keys(post, START)
    with pytest.raises(ValueError, match="administration"):
        KeyStore(folder, "../x")


def test_keys_of_another_administration_are_not_taken_over(folder: Path) -> None:
    KeyStore(folder, "TJ").post_keys("TJPPJ", START)
    with pytest.raises(ValueError, match="belong to TJ"):
        KeyStore(folder, "AF").post_keys("AFSKB", START)


def test_a_neighbours_bundle_is_trusted_but_cannot_speak_for_others(folder: Path, tmp_path: Path) -> None:
    ours, theirs = KeyStore(folder, "TJ"), KeyStore(tmp_path / "af", "AF")
    own = ours.post_keys("TJPPJ", START)
    foreign = theirs.post_keys("AFSKB", START)
    ours.accept("AF", theirs.trust())
    assert {record.key_id for record in ours.trust().keys} == {own.key_id, foreign.key_id}
    forged = replace(theirs.trust().keys[0], key_id=own.key_id)
    ours.accept("AF", TrustBundle((forged,)))
    assert ours.trust().by_id[bytes.fromhex(own.key_id)].qr_public == own.record.qr_public
    with pytest.raises(ValueError, match="keys of TJ"):
        ours.accept("AF", ours.trust())
    with pytest.raises(ValueError, match="another administration"):
        ours.accept("TJ", theirs.trust())


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"version": 2}', "[" * 100_000, '{"version":1,"keys":[{}],"permits":{}}']
)
def test_what_is_no_bundle_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a trust bundle"):
        TrustBundle.from_json(text)


def test_the_bundle_survives_its_file(folder: Path) -> None:
    store = KeyStore(folder, "TJ")
    store.post_keys("TJPPJ", START)
    bundle = store.trust().with_permits(revoked=["A"], superseded=["B/0"])
    assert TrustBundle.from_json(bundle.to_json()) == bundle
    assert json.loads(bundle.to_json())["permits"] == {"revoked": ["A"], "superseded": ["B/0"]}
    assert KeyStore(folder / "empty", "TJ").trust() == TrustBundle()
