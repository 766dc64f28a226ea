"""The pages on which a system administrator keeps accounts."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.cast import Cast

SignIn = Callable[[str], FlaskClient]
OWN = "这是您本人的账号"


def test_nobody_is_offered_to_revoke_the_own_roles(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("sun").get(f"/accounts/{cast.accounts['sun']}").text
    assert OWN in page
    assert "/revoke" not in page
    assert "/active" not in page


def test_an_account_that_is_switched_off_is_signed_out_at_its_next_page(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in("wu")
    assert browser.get("/account").status_code == 200
    sign_in("sun").post(f"/accounts/{cast.accounts['wu']}/active", data={"active": "0"})
    assert browser.get("/account").status_code == 302


def test_roles_of_others_can_be_revoked_and_their_accounts_switched_off(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in("sun").get(f"/accounts/{cast.accounts['wu']}").text
    assert OWN not in page
    assert "/revoke" in page
    assert f"/accounts/{cast.accounts['wu']}/active" in page
