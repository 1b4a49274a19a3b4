"""Callbacks in the Qube language: the code strings of `.qcb` files, and the mails they send."""
