"""Files people hand in: who may, what is taken, where they lie, and that not a byte changes unseen."""

from __future__ import annotations

import os
import re
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from app.attachments import operations as attachments
from app.attachments import stores
from app.attachments.queries import damaged
from app.core import db, journal
from app.core.errors import ChangedMeanwhile, Forbidden, Invalid, NotFound, TooLarge, WrongState
from app.declarations import operations, queries, schemas
from app.declarations.commands import AddDocument, DeleteDraft, LodgeDeclaration, SaveDraft
from app.flows import deciding, lodging
from app.reference.queries import codebook
from app.registers import integrity
from config.settings import Settings, SettingsError
from tests.factories import declarations
from tests.factories.actors import OTHER_PARTY, PARTY, POST, actor, auditor, officer, other_trader, trader
from tests.factories.scans import BAD, GOOD, pdf, picture

SCAN = picture("PNG")


@pytest.fixture
def folder(tmp_path):
    """Files come into a folder for the length of a test."""
    made = tmp_path / "files"
    made.mkdir()
    stores.use(made)
    yield made
    stores.use()


@pytest.fixture(params=["database", "folder"])
def anywhere(request, tmp_path):
    """Once with the files in their rows and once in a folder."""
    stores.use(tmp_path if request.param == "folder" else None)
    yield request.param
    stores.use()


def upload(session, content: bytes = SCAN, name: str = "invoice.png", party: str = PARTY, by=None):
    kept = attachments.upload(session, post=POST, party=party, name=name, content=content, by=by or trader(party))
    session.flush()
    return kept


def refused(session, content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        upload(session, content)
    return [(f.pointer, f.rule) for f in refusal.value.findings]


# Taking files


@pytest.mark.parametrize("name", GOOD)
def test_a_scan_is_kept_to_the_byte(session, anywhere, name):
    content, media_type = GOOD[name]
    kept = upload(session, content)
    opened = attachments.opened(session, POST, kept.id, by=trader())
    assert (opened.content, opened.media_type, opened.size) == (content, media_type, len(content))


@pytest.mark.parametrize("name", BAD)
def test_hostile_files_are_refused_at_the_field_and_leave_nothing(session, folder, name):
    content, rule = BAD[name]
    assert refused(session, content) == [("/file", rule)]
    assert session.execute(text("SELECT count(*) FROM attachment")).scalar_one() == 0
    assert list(folder.iterdir()) == []


def test_empty_and_too_large_files_are_refused(session):
    assert refused(session, b"") == [("/file", "file.empty")]
    stores.use(largest=1024)
    try:
        with pytest.raises(TooLarge, match="0.000976562 MB|0.000977"):
            upload(session, SCAN + b"\0" * 1024)
        assert upload(session, picture("PNG", optimize=True)[:0] + pdf()).size <= 1024
    finally:
        stores.use()
    with pytest.raises(TooLarge, match="10 MB"):
        upload(session, b"%PDF-1.7" + b"\0" * (10 * 1024 * 1024))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\scan.pdf", "C:_temp_scan.pdf"),
        ("скан ۱۲.pdf", "скан ۱۲.pdf"),
        ("gpj.\u202efdp", "gpj.\ufffdfdp"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie: x"),
        ("...", "file"),
        ("", "file"),
        ("x" * 500, "x" * 120 + "…"),
    ],
)
def test_the_name_is_a_label(session, folder, name, label):
    kept = upload(session, name=name)
    assert kept.name == label
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert names == {kept.sha256}, "no name of a person's is ever a path"


def test_the_digest_is_in_the_journal(session):
    kept = upload(session)
    (entry,) = journal.queued(session)
    assert entry["event"] == "attachment.kept"
    assert entry["after"]["sha256"] == stores.digest(SCAN) == kept.sha256
    assert entry["after"]["party"] == PARTY


def test_who_may_hand_in(session):
    upload(session, by=officer())
    for nobody in (other_trader(), officer("TJDUS"), auditor(), actor("liaison")):
        with pytest.raises(Forbidden):
            upload(session, by=nobody)


# Handing them out


def test_the_answer_is_saved_and_never_shown(session):
    kept = upload(session, pdf(), name='счёт "1".exe')
    headers = attachments.opened(session, POST, kept.id, by=trader()).headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment; ")
    plain = re.search(r'filename="([^"]*)"', headers["Content-Disposition"])
    assert plain is not None and plain[1].endswith(".exe.pdf") and plain[1].isascii()
    assert "filename*=UTF-8''%D1%81" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_who_may_open(session):
    kept = upload(session)
    for one in (trader(), officer(), auditor()):
        assert attachments.opened(session, POST, kept.id, by=one).content == SCAN
    for other in (other_trader(), officer("TJDUS"), actor("liaison"), actor("administrator", "*")):
        with pytest.raises(NotFound):
            attachments.opened(session, POST, kept.id, by=other)
    with pytest.raises(NotFound):
        attachments.opened(session, "TJDUS", kept.id, by=trader())
    with pytest.raises(NotFound):
        attachments.opened(session, POST, uuid4(), by=trader())


def test_a_message_is_no_scan(session, anywhere):
    kept = attachments.keep(
        session, post=POST, kind="asycuda", name="x", media_type="application/xml", content=b"<a/>", by=trader()
    )
    session.flush()
    with pytest.raises(NotFound):
        attachments.opened(session, POST, kept.id, by=officer())
    assert attachments.content(session, POST, kept.id) == b"<a/>"


# Naming them in a declaration


def words(**document) -> dict:
    body = declarations.words()
    body["documents"][0].update(document)
    return body


def test_a_declaration_names_its_scans_and_keeps_every_word_of_its_papers(session):
    kept = upload(session)
    paper = {
        "issuer": "Chamber of commerce",
        "issue_place": "Kabul",
        "expires": "2027-11-09",
        "attachment": str(kept.id),
    }
    body = words(**paper)
    body["items"][0]["documents"][0].update(paper)
    with db.transaction() as deed:
        lodged = declarations.lodged(deed, body)
    said = queries.declared(session, queries.find(session, lodged.declaration.reference, by=officer()))
    assert said.documents == body["documents"]
    assert said.items[0]["documents"] == body["items"][0]["documents"]
    opened = operations.opened_file(session, lodged.declaration.reference, kept.id, by=officer())
    assert opened.content == SCAN


def test_a_file_of_another_firm_cannot_be_named(session):
    foreign = upload(session, party=OTHER_PARTY)
    body = words(attachment=str(foreign.id))
    body["items"][0]["documents"][0]["attachment"] = str(uuid4())
    with pytest.raises(Invalid) as refusal, db.transaction() as deed:
        declarations.lodged(deed, body)
    told = {(f.pointer, f.rule) for f in refusal.value.findings if f.severity == "error"}
    assert told == {("/documents/0/attachment", "document.file"), ("/items/0/documents/0/attachment", "document.file")}
    assert {f.rule for f in lodging.check(session, body, by=trader())} >= {"document.file"}, "told before lodging, too"


def test_the_database_itself_keeps_out_what_is_no_file_of_the_post(own_database):
    with db.transaction() as deed:
        kept = upload(deed)
    with db.transaction() as deed:
        declarations.lodged(deed, words(attachment=str(kept.id)))
    with (
        psycopg.connect(own_database.superuser_url.replace("+psycopg", ""), autocommit=True) as owner,
        pytest.raises(psycopg.errors.ForeignKeyViolation, match="fk_declaration_document_attachment"),
    ):
        owner.execute("UPDATE declaration_document SET attachment = gen_random_uuid() WHERE place = 0 AND item = 0")


def test_nothing_is_asked_where_no_file_is_named(session, statements):
    assert queries.foreign_files(session, schemas.read(declarations.words())) == []
    assert statements == []


def test_officials_do_not_see_what_lies_beside_a_draft(session):
    kept = upload(session)
    with db.transaction() as deed:
        draft = operations.save_draft(deed, SaveDraft(post=POST, body=words(attachment=str(kept.id))), by=trader())
    assert operations.opened_file(session, draft.reference, kept.id, by=trader()).content == SCAN
    with pytest.raises(NotFound):
        operations.opened_file(session, draft.reference, kept.id, by=officer())
    other = upload(session, pdf())
    with pytest.raises(NotFound):
        operations.opened_file(session, draft.reference, other.id, by=trader())


# Handing in later


def add(session, reference: str, by=None, item: int = 0, version: int | None = None, **document):
    given = {"type": "851", "number": "PH-220", **document}
    return operations.add_document(
        session, AddDocument(reference, given, item, version), codebook(session), by=by or trader()
    )


@pytest.fixture
def waiting(session):
    """A declaration that waits for an officer, because a certificate is missing."""
    body = declarations.words()
    body["items"][0].update(commodity="080620", description="Raisins", documents=[])
    with db.transaction() as deed:
        lodged = declarations.lodged(deed, body)
    return lodged.declaration


def test_a_document_is_handed_in_later(session, waiting):
    kept = upload(session)
    version = waiting.version
    with db.transaction() as deed:
        added = add(deed, waiting.reference, attachment=str(kept.id), item=1, expires="2027-01-01")
    assert (added.role, added.login, added.item) == ("trader", "trader", 1)
    found = queries.find(session, waiting.reference, by=officer())
    session.refresh(found)
    assert found.version == version + 1, "nobody decides on the file as it was before"
    (shown,) = queries.presented(session, found)
    assert (shown.id, shown.number, shown.attachment, str(shown.expires)) == (added.id, "PH-220", kept.id, "2027-01-01")
    said = queries.declared(session, found)
    assert said.items[0]["documents"] == [], "what was declared stays"
    together = queries.with_presented(said, [shown])
    assert together.items[0]["documents"] == [
        {"type": "851", "number": "PH-220", "expires": "2027-01-01", "attachment": str(kept.id)}
    ]
    assert operations.opened_file(session, waiting.reference, kept.id, by=officer()).content == SCAN
    last = journal.history(session, POST, "declaration", str(found.id))[-1]
    assert (last.event, last.after["added"]["number"]) == ("declaration.document-added", "PH-220")


def test_an_officer_adds_one_without_a_file(session, waiting):
    assert [f.pointer for f in deciding.blocks(session, waiting)] == ["/items/0/commodity"]
    with db.transaction() as deed:
        added = add(deed, waiting.reference, by=officer(), date="2026-11-09")
    assert (added.role, added.attachment, added.item) == ("officer", None, 0)
    assert deciding.blocks(session, waiting) == [], "the release waits for it no more"
    said = queries.with_presented(queries.declared(session, waiting), queries.presented(session, waiting))
    assert said.documents[-1] == {"type": "851", "number": "PH-220", "date": "2026-11-09"}


def test_what_cannot_be_added(session, waiting):
    def rules(**more) -> set[tuple[str, str]]:
        with pytest.raises(Invalid) as refusal, db.transaction() as deed:
            add(deed, waiting.reference, **more)
        return {(f.pointer, f.rule) for f in refusal.value.findings}

    foreign = upload(session, party=OTHER_PARTY)
    assert rules(type="ZZZZ", item=7, attachment=str(foreign.id)) == {
        ("/type", "code.document_type"),
        ("/item", "document.item"),
        ("/attachment", "document.file"),
    }
    with db.transaction() as deed:
        add(deed, waiting.reference)
    assert rules() == {("/number", "document.again")}
    for nobody in (officer("TJDUS"), other_trader()):
        with pytest.raises(NotFound), db.transaction() as deed:
            add(deed, waiting.reference, by=nobody, number="X-1")
    with pytest.raises(Forbidden), db.transaction() as deed:
        add(deed, waiting.reference, by=auditor(), number="X-1")


def test_nothing_is_added_to_a_draft_or_on_an_old_version(session, waiting):
    with db.transaction() as deed:
        draft = operations.save_draft(deed, SaveDraft(post=POST, body=declarations.words()), by=trader())
    with pytest.raises(WrongState), db.transaction() as deed:
        add(deed, draft.reference)
    with db.transaction() as deed:
        operations.delete_draft(deed, DeleteDraft(draft.reference, None), by=trader())
    seen = waiting.version
    with db.transaction() as deed:
        add(deed, waiting.reference, version=seen)
    with pytest.raises(ChangedMeanwhile), db.transaction() as deed:
        add(deed, waiting.reference, version=seen, number="PH-221")


def test_the_words_of_a_later_document_are_read_like_the_others():
    assert schemas.read_document({"type": "851", "number": "PH-220"}) == (0, {"type": "851", "number": "PH-220"})
    assert schemas.read_document({"type": "851", "number": "P", "item": 3})[0] == 3
    with pytest.raises(Invalid) as refusal:
        schemas.read_document({"type": "?", "number": "=A1", "item": 1000, "file": "x", "expires": "20000-01-01"})
    assert {(f.pointer, f.rule) for f in refusal.value.findings} == {
        ("/type", "format"),
        ("/number", "text.formula"),
        ("/item", "range"),
        ("/file", "unknown"),
        ("/expires", "date"),
    }


# Where they lie


def test_the_folder_holds_what_the_row_does_not(session, folder):
    kept = upload(session)
    path = folder / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    assert path.read_bytes() == SCAN
    assert path.stat().st_mode & 0o077 == 0, "nobody else on the machine reads it"
    assert session.execute(text("SELECT content IS NULL FROM attachment")).scalar_one()
    assert upload(session, name="again").sha256 == kept.sha256
    assert [p for p in folder.rglob("*") if p.is_file()] == [path], "the same bytes lie there once"


def test_a_file_is_on_the_disk_before_its_row_is_committed(folder, monkeypatch):
    """Forced to the disk under another name, then renamed, then the folders: the order a power cut respects."""
    did: list[str] = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(
        os, "fsync", lambda number: (did.append(str(Path(f"/proc/self/fd/{number}").readlink())), sync(number))[1]
    )
    monkeypatch.setattr("pathlib.Path.replace", lambda self, to: (did.append("rename"), replace(self, to))[1])
    sha256 = stores.digest(SCAN)
    stores.write(SCAN, sha256)
    first, *rest = did
    assert f"/.{sha256}." in first
    assert rest == ["rename", str(folder / sha256[:2] / sha256[2:4]), str(folder / sha256[:2]), str(folder)]


def test_an_interrupted_write_leaves_nothing_that_could_be_read(folder, monkeypatch):
    def fails(number: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no space"):
        stores.write(SCAN, stores.digest(SCAN))
    assert [p for p in folder.rglob("*") if p.is_file()] == []


def test_a_damaged_copy_is_made_whole_when_the_file_comes_again(folder):
    sha256 = stores.digest(SCAN)
    stores.write(SCAN, sha256)
    _flip(folder / sha256[:2] / sha256[2:4] / sha256)
    stores.write(SCAN, sha256)
    assert stores.read(sha256) == SCAN


def test_a_link_in_the_folder_is_not_followed(folder, tmp_path):
    sha256 = stores.digest(SCAN)
    stores.write(SCAN, sha256)
    path = folder / sha256[:2] / sha256[2:4] / sha256
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    with pytest.raises(stores.Damaged):
        stores.read(sha256)


def _flip(path) -> None:
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


# Not a byte changes unseen


def test_a_flipped_byte_in_the_folder_is_told(session, folder):
    with db.transaction() as deed:
        kept = upload(deed)
    assert list(damaged(session)) == []
    assert [d for d in integrity.compare(session)[1] if d.kind == "attachment"] == []
    path = folder / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    _flip(path)
    with pytest.raises(stores.Damaged):
        attachments.opened(session, POST, kept.id, by=trader())
    assert [(p, id) for p, id, _sha, _what in damaged(session, POST)] == [(POST, kept.id)]
    assert [(d.subject, d.key) for d in integrity.compare(session)[1] if d.kind == "attachment"] == [
        (str(kept.id), "file")
    ]
    path.unlink()
    assert [id for _post, id, _sha, _what in damaged(session)] == [kept.id]
    stores.use()
    with pytest.raises(stores.Damaged):
        attachments.content(session, POST, kept.id)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE attachment SET content = set_byte(content, 20, get_byte(content, 20) # 1)",
        "UPDATE attachment SET sha256 = repeat('0', 64)",
        "UPDATE attachment SET content = 'x', size = 1, sha256 = encode(sha256('x'), 'hex')",
        "DELETE FROM attachment",
    ],
)
def test_a_flipped_byte_in_the_database_is_told(own_database, tampering):
    with db.transaction() as deed:
        kept = upload(deed)
    with db.reading() as session:
        assert integrity.compare(session)[1] == []
    with psycopg.connect(own_database.superuser_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute(sql.SQL(tampering))
    with db.reading() as session:
        assert {(d.kind, d.subject) for d in integrity.compare(session)[1]} == {("attachment", str(kept.id))}


def test_a_changed_word_of_a_later_document_is_told(own_database):
    with db.transaction() as deed:
        lodged = declarations.lodged(deed, declarations.yellow())
    with db.transaction() as deed:
        added = add(deed, lodged.declaration.reference, date="2026-11-09", issuer="Plant protection")
    with db.reading() as session:
        assert integrity.compare(session)[1] == []
    with psycopg.connect(own_database.superuser_url.replace("+psycopg", ""), autocommit=True) as owner:
        owner.execute("UPDATE declaration_presented_document SET number = 'PH-221'")
    with db.reading() as session:
        assert {(d.kind, d.subject, d.key) for d in integrity.compare(session)[1]} == {
            ("document", str(added.id), "added")
        }


def test_the_application_can_neither_change_nor_take_away(own_database):
    with db.transaction() as deed:
        upload(deed)
    with own_database.app_connection() as connection:
        for deed in (
            "UPDATE attachment SET name = 'x'",
            "DELETE FROM attachment",
            "UPDATE declaration_presented_document SET number = 'x'",
            "DELETE FROM declaration_presented_document",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(sql.SQL(deed))


# The setting


def test_the_setting_names_the_database_or_a_folder(tmp_path):
    assert Settings.from_env({"GUZAR_FILES": "database"}).files is None
    assert Settings.from_env({}).files is None
    assert Settings.from_env({"GUZAR_FILES": str(tmp_path)}).files == tmp_path
    assert Settings.from_env({"GUZAR_LARGEST_FILE": "2"}).largest_file == 2 * 1024 * 1024
    for wrong in ("files", str(tmp_path / "missing"), "/dev/null"):
        with pytest.raises(SettingsError, match="GUZAR_FILES"):
            Settings.from_env({"GUZAR_FILES": wrong})
    with pytest.raises(SettingsError, match="GUZAR_LARGEST_FILE"):
        Settings.from_env({"GUZAR_LARGEST_FILE": "21"})


def test_lodging_by_draft_keeps_the_scan(session):
    """Uploaded before lodging, named in the draft, and there for the officer afterwards."""
    kept = upload(session)
    body = words(attachment=str(kept.id))
    with db.transaction() as deed:
        draft = operations.save_draft(deed, SaveDraft(post=POST, body=body), by=trader())
    with db.transaction() as deed:
        lodging.lodge(deed, LodgeDeclaration(schemas.read(body), draft.reference, draft.version), by=trader())
    found = queries.find(session, draft.reference, by=officer())
    assert queries.files(session, found) == frozenset({UUID(str(kept.id))})
