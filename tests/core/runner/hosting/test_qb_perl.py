"""qb in real Perl children, on a real socket."""

from __future__ import annotations

import os
import signal

import pytest

from qubecb.jobs.verbs import ALIASES, VERBS
from qubecb.runner.farm.conversation import Call, Conversation
from qubecb.runner.farm.memory import MemoryFarm
from tests.core.runner.children import Talk, converse, farm, order, perl


def run(script: str) -> Talk:
    return converse(perl(script), order(), farm())


@pytest.mark.parametrize("kind", ["work", "subjob", "host"])
def test_what_the_source_does_not_say_is_nothing(kind: str) -> None:
    script = "print defined qb::workid() ? 1 : 0, qb::subid(), defined qb::event()->{extra} ? 1 : 0"
    talk = converse(perl(script), order("failed", kind, None), farm())
    assert talk.output == "0-10"


def test_ids_that_are_text_are_given_and_taken_as_text() -> None:
    item = {"name": "7", "status": "running"}
    job = {"id": "render-7", "pgrp": "g-1", "agenda": [item]}
    script = (
        'print "$qb::jobid $qb::workid ", qb::workstatus(), "\\n";'
        'print +(qb::jobinfo("-id", $qb::jobid))[0]{pgrp}, "\\n";'
        'print qb::killwork($qb::jobid . ":7"), " ", scalar(qb::kill("nobody")), "\\n";'
    )
    talk = converse(perl(script), order(job=job), MemoryFarm(job))
    assert talk.output.splitlines() == [
        "render-7 render-7:7 running",
        "g-1",
        "render-7:7 0",
    ]


#: What a callback prints on the tests' farm.
PRINTED = [
    ("$qb::jobid", "1234"),
    ("$qb::subid", "-1"),
    ("$qb::workid", "1234:7"),
    ("qb::jobid()", "1234"),
    ("qb::subid()", "-1"),
    ("qb::workid()", "1234:7"),
    ("qb::event()->{name}", "failed"),
    ("qb::event()->{job}{id}", "1234"),
    ("$qb::QB_TIME_EPOCH_OFFSET", "946702800"),
    ('(qb::jobinfo("-id", $qb::jobid))[0]{name}', "shot_010"),
    ('qb::jobinfo("-id", $qb::jobid)->[0]{name}', "shot_010"),
    ('scalar(@{[qb::jobinfo("-pgrp", 1230)]})', "2"),
    ("(qb::jobinfo(-id => 77))[0]{name}", "Übung 東"),
    ("(qb::jobinfo(id => 77))[0]{status}", "failed"),
    ("(qb::jobinfo({-id => 77}))[0]{status}", "failed"),
    ("(qb::jobinfo(-id => [77, 1234]))[1]{id}", "1234"),
    ("(qb::jobinfo(-id => 77, 1234))[1]{id}", "1234"),
    ('(qb::jobinfo(-name => "Übung 東"))[0]{id}', "77"),
    ('(qb::jobinfo(-name => "\\x{dc}bung \\x{6771}"))[0]{id}', "77"),
    ("(qb::jobinfo(-name => (qb::jobinfo(-id => 77))[0]{name}))[0]{id}", "77"),
    ("(qb::jobinfo(status => 'blocked', user => 'jo'))[0]{id}", "1234"),
    ("(qb::jobinfo(-type => 'cmdline'))[0]{id}", "1230"),
    ("(qb::jobinfo(-id => 1234))[0]{agenda}[0]{name}", "7"),
    ("scalar(my @all = qb::jobinfo())", "3"),
    ("scalar(my @none = qb::jobinfo(-id => 99))", "0"),
    ("qb::jobstatus()", "blocked"),
    ("qb::jobstatus(77)", "failed"),
    ("qb::jobstatus(99)", "unknown"),
    ("qb::subjobstatus('1234.1')", "complete"),
    ("qb::subjobstatus(1)", "complete"),
    ("qb::workstatus()", "blocked"),
    ("qb::workstatus('25')", "blocked"),
    ("qb::workstatus(undef)", "blocked"),
    ("qb::jobstatus(undef)", "blocked"),
    ("qb::sibling('ribgen')", "1230"),
    ("defined qb::sibling('nothing') ? 1 : 0", "0"),
    ("qb::unblock($qb::jobid)", "1234.0"),
    ('qb::workunblock($qb::jobid.":7")', "1234:7"),
    ("qb::unblockwork('1234:25-29')", "1234:25 1234:26 1234:29"),
    ("qb::kill(1234, [1230])", "1234.0 1230.0"),
    ("scalar(qb::kill(1234, 1230))", "2"),
    ("scalar(qb::unblock(1230))", "0"),
    ("qb::unblock([])", ""),
    ("qb::remove(77)", "77"),
    ("qb::shove(1230)", "1230"),
    ("qb::modify({priority => 10}, 1230)", "1230"),
    ("qb::modify({-priority => '10'}, 1230)", "1230"),
    ("qb->can('unblock') ? 1 : 0", "1"),
    ("qb->can('nonsense') ? 1 : 0", "0"),
]


@pytest.mark.parametrize(("expression", "printed"), PRINTED)
def test_functions_give_what_the_documentation_says(
    expression: str, printed: str
) -> None:
    talk = run(f'use strict; use warnings; $, = " "; print {{*STDOUT}} {expression};')
    assert (talk.output, talk.status) == (printed, 0)
    assert talk.conversation.notes == []


def test_every_verb_reaches_the_farm_under_its_first_name() -> None:
    names = sorted({*VERBS, *ALIASES} - {"modify"})
    lines = [
        f"qb::{name}({'qb::workid()' if 'work' in name else '$qb::jobid'});"
        for name in names
    ]
    talk = run("use strict; use warnings; " + " ".join(lines))
    assert (talk.output, talk.status) == ("", 0)
    assert [one.verb for one in talk.conversation.actions] == [
        ALIASES.get(name, name) for name in names
    ]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("qb::kill(0)", "qb: id 0 means all of the user's jobs"),
        ("qb::jobinfo(-id => 0)", "qb: jobinfo: -id 0 means"),
        ("qb::jobstatus('x y')", "qb: jobstatus: the id must be an integer"),
        ("qb::subjobstatus('x y.0')", "qb: subjobstatus: the id must be"),
        ("qb::workstatus('007:3')", "qb: workstatus: the id must not begin"),
        ('qb::sibling("a\\0b")', "qb: sibling: the label contains a NUL"),
        ("qb::kill('007')", "qb: '007' is not an id: it must not begin"),
        ("qb::kill('all jobs')", "qb: 'all jobs' is not an id"),
        ("qb::kill()", "qb: kill() needs at least one id"),
        ("qb::kill(undef)", "qb: kill() takes ids"),
        ("qb::kill({id => 1})", "qb: kill() takes ids"),
        ("qb::killwork('1234')", "written like 1234:7"),
        ("qb::modify(1230)", "qb: modify() takes a hash reference first"),
        ("qb::modify({priority => sub {}}, 1)", "qb: a CODE cannot be sent"),
        ("my $a = []; push @$a, $a; qb::modify({env => $a}, 1)", "nested too deep"),
        ("qb::modify({status => 'complete'}, 1230)", "does not change 'status'"),
        ("qb::modify({notes => 'x' x 2000000}, 1230)", "more than 1 MiB"),
        ("qb::jobinfo(-colour => 'red')", "is not one of -id"),
        ("qb::subjobstatus()", "the event is not about an instance"),
        (
            "qb::subjobstatus([1])",
            "qb: an id is text such as '1234.7', not a reference",
        ),
        ("qb::workstatus({})", "qb: an id is text such as '1234:7', not a reference"),
        ("qb::submit({})", "qb: qb::submit() belongs to Qube's external API"),
        ("qb::hostinfo()", "start a separate script"),
        ("qb::submitcallback({})", "belongs to Qube's external API"),
        ("qb::rangejoin(1)", "belongs to Qube's external API"),
        ("qb::nonsense(1)", "qb: qb has no function nonsense()"),
    ],
)
def test_mistakes_die_with_the_place_in_the_script(call: str, says: str) -> None:
    talk = run(f"use strict;\n{call};")
    assert says in talk.output
    assert talk.output.endswith("at -e line 2.\n")
    assert talk.status != 0


def test_a_dying_call_can_be_caught_and_the_next_is_answered() -> None:
    talk = run(
        "eval { qb::kill(0) }; print $@ ? 'caught ' : ''; print qb::jobstatus(77)"
    )
    assert talk.output == "caught failed"


def test_a_silent_farm_ends_in_an_exception_and_a_later_call_is_answered() -> None:
    asked: list[Call] = []

    def late(conversation: Conversation, call: Call) -> bytes:
        asked.append(call)
        if len(asked) == 1:
            return b'{"answer": 0, "result": []}\n'
        return conversation.answer(asked[0]) + conversation.answer(call)

    script = "eval { qb::jobstatus(77) }; print $@; print qb::jobstatus(1234)"
    talk = converse(perl(script), order(), farm(), late, QUBECB_FARM_TIMEOUT="1")
    assert "the farm did not answer within 1 s at -e line 1." in talk.output
    assert talk.output.endswith("blocked")


def test_a_worker_that_is_gone_ends_in_an_exception() -> None:
    script = "for (1, 2) { eval { qb::jobinfo() }; print $@ }"
    talk = converse(perl(script), order(), farm(), lambda _farm, _call: b"")
    assert (
        talk.output.count("the connection to the farm is lost: the worker ended") == 2
    )


def test_a_process_without_a_farm_is_told_so() -> None:
    script = "$qb::_own{identity} = ''; qb::jobinfo()"
    assert "there is no farm" in run(script).output


def test_a_forked_process_is_refused_and_the_callback_goes_on() -> None:
    script = (
        "$| = 1; if (!fork) { eval { qb::jobinfo() }; print $@; exit 0 } wait;"
        " print qb::jobstatus(77)"
    )
    talk = run(script)
    assert "only in the callback's own process" in talk.output
    assert talk.output.endswith("failed")


def test_a_closed_line_is_told() -> None:
    script = "close $qb::_line; qb::jobinfo()"
    assert "the script closed it" in run(script).output


def test_programs_do_not_inherit_the_line() -> None:
    script = 'system("ls /proc/self/fd | wc -l"); print $ENV{QUBECB_FARM_FD} // "none"'
    assert run(script).output.split() == ["4", "none"]


def test_nothing_is_loaded_before_the_first_call() -> None:
    script = 'print "$qb::jobid $qb::workid ", join ",", keys %INC'
    assert run(script).output == "1234 1234:7 qb.pm"


def test_a_script_may_change_perls_special_variables() -> None:
    script = (
        "($\", $, , $\\, $/, $;) = (',', '-', '!', undef, ':');"
        " my $name = qb::jobinfo('-id', 77)->[0]{status}; print $name"
    )
    assert run(script).output == "failed!"


def test_what_jobinfo_gave_can_be_sent_back() -> None:
    kept = farm()
    kept.add({"id": 5, "status": "running", "env": {"DEBUG": True, "N": None}})
    script = (
        "my ($job) = qb::jobinfo('-id', 5); print qb::modify({env => $job->{env}}, 5)"
    )
    talk = converse(perl(script), order(), kept)
    assert talk.output == "5"
    assert kept.records[5].job.fields["env"] == {"DEBUG": True, "N": None}


def test_ids_are_those_of_the_start() -> None:
    script = "$ENV{QBJOBID} = 5; $qb::jobid = 6; print qb::jobid()"
    assert run(script).output == "1234"


def test_signals_do_not_cut_a_call_short() -> None:
    script = (
        "my $seen = 0; local $SIG{ALRM} = sub { $seen++ }; alarm 1;"
        " my $end = time + 2; qb::jobstatus(77) while time < $end; print $seen"
    )
    assert run(script).output == "1"


def test_a_signal_handler_in_the_middle_of_a_call_is_refused() -> None:
    def slow(conversation: Conversation, call: Call) -> bytes:
        os.kill(int(call.message["query"]["pairs"][1]), signal.SIGUSR1)
        return conversation.answer(call)

    script = (
        "$SIG{USR1} = sub { eval { qb::jobinfo() }; print $@ };"
        " qb::jobinfo('-id', $$); print 'whole'"
    )
    talk = converse(perl(script), order(), farm(), slow)
    assert (
        talk.output
        == "qb: qb was called again before its call ended at -e line 1.\nwhole"
    )
