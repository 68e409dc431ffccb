"""What the sign-in extension says, in our words, so that our catalogues translate it. {name} stands where it puts a value."""

from __future__ import annotations

from typing import Any

from flask_babel import Domain

from app.core.text import Text, _
from app.edge.locale import translate

#: The extension's message → our sentence and the kind of notice.
MESSAGES: dict[str, tuple[Text, str]] = {
    "UNAUTHENTICATED": (_("Sign in first."), "info"),
    "UNAUTHORIZED": (_("Your role does not allow this."), "error"),
    "REAUTHENTICATION_REQUIRED": (_("Confirm that it is you, then go on."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (_("Thank you. You can decide for the next 15 minutes."), "success"),
    "API_ERROR": (_("The form was not complete. Try again."), "error"),
    "INVALID_REDIRECT": (_("The address to go on to is not one of ours."), "error"),
    "INVALID_PASSWORD": (_("The password is not right."), "error"),
    "PASSWORD_NOT_PROVIDED": (_("Give the password."), "error"),
    "PASSWORD_IS_THE_SAME": (_("The new password is the old one. Choose another."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (_("The two passwords differ."), "error"),
    "PASSWORD_CHANGE": (_("The password is changed."), "success"),
    "TWO_FACTOR_INVALID_TOKEN": (_("The code is not right, or was used already. Wait for the next one."), "error"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_("You are signed in with two factors."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (_("The code generator is set up."), "success"),
    "TWO_FACTOR_PERMISSION_DENIED": (_("Start the sign-in again."), "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_("Choose one of the ways offered."), "error"),
    "TWO_FACTOR_DISABLED": (_("The code generator is switched off."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (_("The set-up took too long. Start again."), "error"),
    "INVALID_RECOVERY_CODE": (_("The code is not right, or was used already. Wait for the next one."), "error"),
    "NO_RECOVERY_CODES_SETUP": (_("There are no recovery codes yet."), "info"),
    "WEBAUTHN_EXPIRED": (_("The passkey took too long. Start again."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (_("Give the passkey a name."), "error"),
    "WEBAUTHN_NAME_INUSE": (_("You have a passkey of that name. Choose another name."), "error"),
    "WEBAUTHN_NAME_NOT_FOUND": (_("You have no passkey of that name."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (_("A passkey's name has letters, digits, spaces, - and _."), "error"),
    "INVALID_INPUT_LENGTH": (_("The text is too long."), "error"),
    "INVALID_INPUT": (_("The text holds a character that is not possible here."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (_("The passkey is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (_("The passkey is added."), "success"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (_("The passkey was not accepted. Try again, or sign in with your password."), "error"),
}


class Words(Domain):
    """Stands where the extension looks up its own translations."""

    def gettext(self, string: str, **variables: Any) -> str:
        sentence = translate(Text(string))
        return sentence % variables if variables and "%(" in sentence else sentence

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        return self.gettext(singular if num == 1 else plural, num=num, **variables)

    @staticmethod
    def format_list(items: list[str], **kwargs: Any) -> str:
        return ", ".join(items)
