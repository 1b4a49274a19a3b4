# Read by bin/test: runs one part after the other, and tells at the end which failed, whichever did.
# Needs: $logs, a directory of its own.

failed=

# part NAME COMMAND...: runs it, shows what it prints, and remembers whether it failed.
part() {
    name=$1
    shift
    echo "== $name"
    { "$@" 2>&1 && echo 0 >"$logs/status" || echo $? >"$logs/status"; } | tee "$logs/printed"
    if [ "$(cat "$logs/status")" != 0 ]; then
        failed="$failed${failed:+, }$name"
        {
            echo "-- $name"
            # what pytest says of each test that failed, and its closing line; of others the end
            grep -aE '^(FAILED|ERROR) |^(.\[[0-9;]*m)*=+ .* in [0-9.]+s' "$logs/printed" ||
                tail -n 15 "$logs/printed"
        } >>"$logs/failures"
    fi
}

# begin COMMAND...: starts it beside the parts that follow. One at a time.
begin() {
    "$@" >"$logs/begun" 2>&1 &
    begun=$!
}

# finish NAME: waits for what was begun, and shows it as a part.
finish() {
    wait "$begun" && ended=0 || ended=$?
    begun=
    part "$1" as_it_ended
}

as_it_ended() {
    cat "$logs/begun"
    return "$ended"
}

# tell: every failure of all parts again; gives 0 when there was none.
tell() {
    if [ -z "$failed" ]; then
        echo "== every part passed"
        return 0
    fi
    echo "== failed: $failed"
    cat "$logs/failures"
    return 1
}
