"""Samples of callbacks.conf, each awkward in its own way, and strategies for more."""

from __future__ import annotations

from hypothesis import strategies as st

from qubecb.conffile.document import BYTE_ORDER_MARK

DOCUMENTED = b"""\
#
# callbacks.conf
#
# syntax of this file is :
# filename = triggers
#
logFailuresToDB.py = failed-job-self
mail-status.qcb = done-job-self
checkWork.pl = done-work-self-*
submitted.py = submit-job-self
"""

SAMPLES: dict[str, bytes] = {
    "empty": b"",
    "documented": DOCUMENTED,
    "crlf": DOCUMENTED.replace(b"\n", b"\r\n"),
    "cr": DOCUMENTED.replace(b"\n", b"\r"),
    "mixed endings": b"a.py = done-job-self\r\nb.py = done-job-self\rc.pl=x\n\r\n",
    "no final newline": b"a.py = done-job-self",
    "only a mark": BYTE_ORDER_MARK,
    "mark": BYTE_ORDER_MARK + b"a.py = done-job-self\nb.py = done-job-self\n",
    "latin-1": b"# von M\xfcller\na.py = done-job-self # f\xfcr\nb\xfc.py = x\n",
    "nul": b"a.py = done-job-self\0\n\0b.py = done-job-self\n",
    "utf-16": "a.py = done-job-self\n".encode("utf-16"),
    "blanks": b"\t a.py\t=  done-job-self  \n   \n\x0b\nb.py=done-job-self\n",
    "quotes": b'a.py = "done-job-self" # so\nb.py="done-job-self"\n',
    "broken": b"a.py done-job-self\n= done-job-self\nb.py =\nc.py = done-jb-self\n",
    "options": b"# qubecb: timeout=300\n# qubecb: memory=4G\na.py = done-job-self\n"
    b"# qubecb: nice=5\n\n# qubecb: cpu=5\nb.py = done-job-self\n# qubecb: files=64",
    "twice": b"a.py = done-job-self\na.py = failed-job-self\n",
    "form feed": b"a.py = done-job-self\n\x0c\nb.py = done-job-self\x85\n\xe2\x80\xa8x",
}

_PIECES = st.sampled_from(
    [
        *(b"a.py", b"b.pl", b"c.qcb", b" ", b"\t", b"=", b" = ", b"#", b" # ", b'"'),
        *(b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xef\xbb\xbf", b"# qubecb: "),
        *(b"timeout=3", b"nice=2", b"done-job-self", b"&&", b"failed-work-self-*"),
    ]
)
#: Random bytes, and random bytes that look more like a callbacks.conf.
FILES = st.one_of(
    st.binary(max_size=200),
    st.lists(_PIECES, max_size=40).map(b"".join),
    st.sampled_from(list(SAMPLES.values())),
)
TRIGGERS = st.sampled_from(
    ["done-job-self", "failed-work-self-*", "a-job-b && (c-job-d || e-job-f)"]
)
NAMES = st.sampled_from(["new.py", "mail status.qcb", "x-1.pl", "prüfen.py"])
