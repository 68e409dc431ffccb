"""Two factors: code generators, recovery codes, and the setting that makes them a duty."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from app import create_app
from app.accounts.models import SignIn
from app.accounts.rules import FAILURES_ALLOWED
from app.core import journal
from tests.factories.accounts import account, csrf, send, sign_in
from tests.journeys.test_signin import events, who


@pytest.fixture
def officer(session):
    return account(session, login="bahrom")


class Generator:
    """The person's telephone. Each code it gives is of a later time step, since none is taken twice."""

    def __init__(self, page: str) -> None:
        key = re.search(r'<code dir="ltr">([A-Z2-7 -]+)</code>', page)[1]
        self.totp = TOTP(key=key.replace(" ", "").replace("-", ""), format="base32")
        left = 30 - time.time() % 30
        if left < 5:  # a step that ends within the test would make the first code too old
            time.sleep(left)
        self.at = int(time.time()) - 60

    def code(self) -> str:
        self.at += 30
        return self.totp.generate(time=self.at).token


def set_up(client) -> Generator:
    page = send(client, "/tf-setup", setup="authenticator").get_data(as_text=True)
    generator = Generator(page)
    action = re.search(r'action="(/tf-(?:setup|validate)[^"]*)"', page)[1]
    answer = client.post(action, data={"csrf_token": csrf(client, "/tf-setup"), "code": generator.code()})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return generator


@pytest.fixture
def generator(client, officer):
    sign_in(client, "bahrom")
    made = set_up(client)
    send(client, "/logout", "/account")
    return made


def test_a_code_generator_is_set_up_and_journaled(client, session, officer):
    sign_in(client, "bahrom")
    set_up(client)
    session.refresh(officer)
    assert officer.has_second_factor() and "account.second_factor_added" in events(session, officer)
    assert session.execute(select(SignIn.second_factor).where(SignIn.account_id == officer.id)).scalar_one()


def test_the_secret_is_stored_sealed(client, session, officer):
    sign_in(client, "bahrom")
    generator = set_up(client)
    session.refresh(officer)
    assert generator.totp.base32_key not in officer.tf_totp_secret and '"enckey"' in officer.tf_totp_secret
    assert generator.totp.base32_key not in str(session.execute(select(journal.JournalEntry.after)).all())


def test_a_wrong_code_sets_nothing_up(client, session, officer):
    sign_in(client, "bahrom")
    page = send(client, "/tf-setup", setup="authenticator").get_data(as_text=True)
    action = re.search(r'action="(/tf-setup/[^"]+)"', page)[1]
    client.post(action, data={"csrf_token": csrf(client, "/tf-setup"), "code": "000000"})
    session.refresh(officer)
    assert not officer.has_second_factor()


def test_the_password_alone_no_longer_signs_in(client, officer, generator):
    answer = sign_in(client, "bahrom")
    assert answer.location.startswith("/tf-validate")
    assert who(client) is None
    assert client.get("/change-password").location.startswith("/login")


def test_password_and_code_sign_in(client, session, officer, generator):
    sign_in(client, "bahrom")
    answer = send(client, "/tf-validate", code=generator.code())
    assert answer.status_code == 302 and who(client) == "bahrom"
    assert session.execute(select(SignIn.second_factor).where(SignIn.account_id == officer.id)).scalar_one()


def test_codes_may_be_typed_with_persian_digits_and_spaces(client, officer, generator):
    sign_in(client, "bahrom")
    code = generator.code().translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert send(client, "/tf-validate", code=f" {code[:3]} {code[3:]} ").status_code == 302
    assert who(client) == "bahrom"


def test_no_code_is_taken_twice(client, officer, generator):
    sign_in(client, "bahrom")
    code = generator.code()
    assert send(client, "/tf-validate", code=code).status_code == 302
    send(client, "/logout", "/account")
    sign_in(client, "bahrom")
    again = send(client, "/tf-validate", code=code)
    assert again.status_code == 200 and who(client) is None


@pytest.mark.parametrize("code", ["", "123", "abcdef", "1" * 400, "\x00\x00", "-1", "1e5", "000000"])
def test_wrong_codes_are_refused_plainly(client, officer, generator, code):
    sign_in(client, "bahrom")
    answer = send(client, "/tf-validate", code=code)
    assert answer.status_code == 200 and b"error-summary" in answer.data and who(client) is None


def test_guessing_codes_locks_the_account(client, session, officer, generator):
    sign_in(client, "bahrom")
    for _ in range(FAILURES_ALLOWED):
        send(client, "/tf-validate", code="000000")
    session.refresh(officer)
    assert officer.is_locked()
    answer = send(client, "/tf-validate", code=generator.code())
    assert answer.status_code == 200 and b"closed for 15 minutes" in answer.data and who(client) is None


def test_the_right_password_does_not_forget_wrong_codes(client, session, officer, generator):
    """Otherwise whoever knows the password could guess codes for ever, four at a time."""
    for _ in range(FAILURES_ALLOWED):
        sign_in(client, "bahrom")
        send(client, "/tf-validate", code="000000")
    session.refresh(officer)
    assert officer.is_locked()


def test_a_recovery_code_signs_in_once(client, session, officer):
    sign_in(client, "bahrom")
    set_up(client)
    page = send(client, "/mf-recovery-codes", generate_new_codes="1").get_data(as_text=True)
    codes = re.findall(r'<code dir="ltr">([0-9a-f-]+)</code>', page)
    assert len(codes) == 8
    session.refresh(officer)
    assert not set(codes) & set(officer.mf_recovery_codes)
    send(client, "/logout", "/account")
    for code, opens in ((codes[0].upper(), True), (codes[0], False), ("0000-0000-0000", False), (codes[1], True)):
        sign_in(client, "bahrom")
        assert b"/mf-recovery" in client.get("/tf-validate").data
        send(client, "/mf-recovery", code=code)
        assert (who(client) == "bahrom") is opens, code
        if opens:
            send(client, "/logout", "/account")


def test_guessing_recovery_codes_locks_too(client, session, officer, generator):
    sign_in(client, "bahrom")
    for _ in range(FAILURES_ALLOWED):
        send(client, "/mf-recovery", code="0000-0000-0000")
    session.refresh(officer)
    assert officer.is_locked()


def test_a_decision_wants_the_code_again_too(client, session, officer, generator):
    sign_in(client, "bahrom")
    send(client, "/tf-validate", code=generator.code())
    from tests.factories.accounts import PASSWORD

    assert b'name="code"' in client.get("/verify-password").data
    assert send(client, "/verify-password", password=PASSWORD).status_code == 200
    assert send(client, "/verify-password", password=PASSWORD, code="000000").status_code == 200
    assert send(client, "/verify-password", password=PASSWORD, code=generator.code()).status_code == 302


def test_switching_it_off_is_journaled_and_needs_a_fresh_sign_in(client, session, officer):
    from tests.journeys.test_signin import later

    sign_in(client, "bahrom")
    set_up(client)
    later(session, minutes=16)
    assert client.get("/tf-setup").location.startswith("/verify-password")
    later(session, minutes=-16)
    assert send(client, "/tf-setup", setup="disable").status_code == 302
    session.refresh(officer)
    assert not officer.has_second_factor()
    assert "account.second_factor_dropped" in events(session, officer)


@pytest.fixture
def strict(settings, session):
    """The application where deciding roles need two factors."""
    made = create_app(replace(settings, second_factor="required", database_url=None))
    made.testing = True
    return made


def test_where_it_is_required_a_deciding_person_gets_no_further_than_the_set_up(strict, session, officer):
    client = strict.test_client()
    assert sign_in(client, "bahrom").location == "/tf-setup"
    assert who(client) is None
    page = client.get("/tf-setup").get_data(as_text=True)
    assert 'value="disable"' not in page
    set_up(client)
    assert who(client) == "bahrom"
    assert b'value="disable"' not in client.get("/tf-setup").data
    send(client, "/tf-setup", setup="disable")
    session.refresh(officer)
    assert officer.has_second_factor()


def test_where_it_is_required_traders_and_auditors_need_none(strict, session):
    for role, login in (("trader", "somon"), ("auditor", "eyes")):
        account(session, role, "*", login=login)
        client = strict.test_client()
        sign_in(client, login)
        assert who(client) == login


def test_who_gets_a_deciding_role_while_signed_in_is_sent_to_the_set_up(strict, session):
    from app.accounts.commands import GiveGrant
    from app.accounts.operations import grant
    from app.core.actors import SYSTEM

    account(session, "auditor", "*", login="eyes")
    client = strict.test_client()
    sign_in(client, "eyes")
    assert who(client) == "eyes"
    grant(session, GiveGrant("eyes", "supervisor", "TJPPJ"), by=SYSTEM)
    session.flush()
    assert client.get("/account").location == "/tf-setup"
    assert client.post("/account/tokens", data={"csrf_token": csrf(client, "/tf-setup"), "scope": "decide", "days": "1"}).location == "/tf-setup"
    set_up(client)
    assert who(client) == "eyes"


def test_the_second_step_cannot_be_taken_without_the_first(client, officer, generator):
    for url in ("/tf-validate", "/mf-recovery", "/tf-setup", "/tf-select"):
        answer = client.post(url, data={"csrf_token": csrf(client), "code": generator.code(), "setup": "authenticator"})
        assert answer.location == "/login", url
    assert who(client) is None
