# Read by bin/up and bin/test: finds Python, makes .venv, installs into it what is missing.
# Needs: $root, the repository.

fail() {
    echo "qubecb: $*" >&2
    exit 1
}

# The one that is asked for, else the first interpreter that is new enough.
find_python() {
    for python in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return
        fi
        [ -z "${PYTHON:-}" ] || break
    done
    found=$("${PYTHON:-python3}" --version 2>/dev/null || echo "no Python")
    fail "Python 3.11 or newer is needed and $found was found; install one, or name it: PYTHON=/path/to/python3.11 $0"
}

# install NAME FILE...: installs requirements unless exactly these are installed already.
install() {
    stamp="$root/.venv/qubecb-$1.installed"
    shift
    if [ -x "$root/.venv/bin/python" ] && cat "$@" | cmp -s - "$stamp"; then
        return
    fi
    # one that was not made to its end has no pip
    if ! "$root/.venv/bin/python" -m pip --version >/dev/null 2>&1; then
        find_python
        [ -w "$root" ] || fail "$root cannot be written, so .venv cannot be made there"
        echo "qubecb: making .venv with $("$python" --version)"
        "$python" -m venv "$root/.venv" ||
            fail "$python cannot make a virtual environment; on Debian, install python3-venv"
    fi
    [ -w "$root/.venv" ] || fail "$root/.venv cannot be written, and needs other packages than it has"
    echo "qubecb: installing packages"
    rm -f "$stamp"
    set -- "$@" --
    requirements=
    while [ "$1" != -- ]; do
        requirements="$requirements -r $(basename "$1")"
        shift
    done
    # shellcheck disable=SC2086 # file names of ours, without blanks
    (cd "$root" && .venv/bin/python -m pip install --quiet --disable-pip-version-check $requirements) ||
        fail "the packages cannot be installed; is there a way to a package index?"
    # shellcheck disable=SC2086
    (cd "$root" && cat $(echo "$requirements" | sed 's/-r //g')) >"$stamp"
}
