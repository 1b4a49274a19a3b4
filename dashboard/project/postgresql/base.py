"""The connection; Django looks for this module by its name."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

#: What each parameter of the URL is on the server, for its side of the connection.
SESSION = {
    "keepalives_idle": "tcp_keepalives_idle",
    "keepalives_interval": "tcp_keepalives_interval",
    "keepalives_count": "tcp_keepalives_count",
    "tcp_user_timeout": "tcp_user_timeout",
    "idle_in_transaction_session_timeout": "idle_in_transaction_session_timeout",
}
#: What the client's library does not know.
_ONLY_SESSION = "idle_in_transaction_session_timeout"
_SET = ", ".join(["set_config(%s, %s, false)"] * len(SESSION))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose both ends notice within seconds that the other one is gone.

    Else the locks of a host that was cut off would be held for hours. The server's side is set
    after connecting, because poolers refuse settings in the request to connect.
    """

    def get_connection_params(self) -> dict[str, Any]:
        """Give what the client's library gets."""
        params: dict[str, Any] = super().get_connection_params()
        params.pop(_ONLY_SESSION, None)
        return params

    def init_connection_state(self) -> None:
        """Set what is the server's part."""
        super().init_connection_state()
        options = self.settings_dict["OPTIONS"]
        values = [(SESSION[each], str(options[each])) for each in SESSION]
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT {_SET}", [text for pair in values for text in pair])
