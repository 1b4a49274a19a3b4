package qb;

# The functions of qb.pm, loaded by the first call of one of them.
#
# Texts are bytes in UTF-8, as in the environment and in most Perl scripts; decoded texts
# are taken too.

use strict;
use warnings;

our (%_own, $_line);

my $seconds = ($_own{seconds} || '') =~ /\A([0-9]+(?:\.[0-9]+)?)\z/ && $1 > 0 ? $1 : 30;
my $number = 0;
my $received = '';
my $broken;
our $_busy;
my $longest = 1024 * 1024 - 1;
my $interrupted = 4;    # EINTR; to write $!{EINTR} would load Errno.pm

# The names of qubecb.jobs.verbs but for modify, and below those of qb_external.py. Perl can read
# neither; a test holds them equal.
my @verbs = qw(
    block unblock kill fail retire complete migrate preempt interrupt suspend resume
    retry requeue remove top bottom shove
    blockwork unblockwork killwork failwork retirework completework retrywork requeuework
    workblock workunblock workkill workfail workcomplete workretry workrequeue
);
my @external = qw(
    submit hostinfo ping hist stats stdout stderr joborder hostorder jobtagvalues
    archivejob recoverjob validatejob jobconfig jobobj jobtypeavailable reportjob
    reportwork requestwork convertpath supervisorconfig localconfig workerconfig
    updatelocalconfig updateworkerconfig getsupervisor setsupervisor gettimeout
    settimeout getlogpath setlogpath getusers setusers isadmin currenttime version
    waitfor genframes genchunks genpartitions rangesplit rangechunk rangepartition
    workerlock workerping workerpathmap bannedworkers getresources updateresources
    updateworkerproperties updateworkerresources deleteworkerproperties
    deleteworkerresources getpreferences setpreference deletepreference admincommand
    qbadmin_reconfigureworkers updatepassword checkpassword encryptpassword
    submitcallback workorder info log error workerinfo resource CONST binarySort
    rangejoin rangeorder Job Work Subjob Host Callback QBObject JobValidator JobTallyValidator
);

for my $verb (@verbs) {
    no strict 'refs';
    *{"qb::$verb"} = sub { return _act($verb, [@_], {}) };
}
for my $name (@external) {
    no strict 'refs';
    *{"qb::$name"} = sub {
        _refuse("qb::$name() belongs to Qube's external API, which callbacks do not have;"
            . ' start a separate script that uses it, in the background');
    };
}

# The ids of this run: of the job, of the event's instance (-1: none), and the event's
# agenda item, 'jobid:name' (undef: none).
sub jobid  { return $_own{jobid} }
sub subid  { return $_own{subid} }
sub workid { return $_own{workid} }

# The event that fired the callback, as a hash reference.
sub event {
    return _ask(name => 'event')->[0];
}

# Jobs as hash references: jobinfo(-id => 1234), jobinfo("-pgrp", 1234, "-status", "failed").
# An array reference in scalar context. Without any pair: all jobs.
sub jobinfo {
    my $jobs = _jobs('jobinfo', _flat(@_));
    return wantarray ? @$jobs : $jobs;
}

# Ask for jobs; an error names the function that the script called.
sub _jobs {
    my ($function, $pairs) = @_;
    return _ask(name => 'jobinfo', query => { function => $function, pairs => _plain($pairs) });
}

# The status of a job, an instance or an item; unless given, of this run's.
sub jobstatus {
    my ($job) = @{ _jobs('jobstatus', ['-id', $_[0] // $_own{jobid}]) };
    return $job ? $job->{status} : 'unknown';
}

sub subjobstatus {
    my $which = $_[0] // $_own{subid};
    _refuse("the event is not about an instance; name one, such as '1234.0'") if $which eq '-1';
    return _status_of('subjobstatus', 'subjobs', 'id', _split($which, '.'));
}

sub workstatus {
    my $which = $_[0] // $_own{workid};
    _refuse("the event is not about an agenda item; name one, such as '1234:7'") if !defined $which;
    return _status_of('workstatus', 'agenda', 'name', _split($which, ':'));
}

# The id of the job with that label in this job's process group, or undef.
sub sibling {
    my ($label) = @_;
    _refuse('sibling() takes a label') if !defined $label || ref $label;
    my ($own) = @{ _jobs('sibling', ['-id', $_own{jobid}]) } or return undef;
    my ($found) = @{ _jobs('sibling', ['-pgrp', $own->{pgrp}, '-label', $label]) };
    return $found ? $found->{id} : undef;
}

# Change fields of jobs: modify({priority => 10}, 1234). Gives the ids changed.
sub modify {
    my ($fields, @ids) = @_;
    _refuse('modify() takes a hash reference first') if ref $fields ne 'HASH';
    my %clean = map { (my $name = $_) =~ s/\A-//; ($name => $fields->{$_}) } keys %$fields;
    return _act('modify', \@ids, \%clean);
}

sub _missing {
    my ($name) = @_;
    _refuse("qb has no function $name()");
}

# One verb for all ids. In scalar context: how many were affected.
sub _act {
    my ($verb, $ids, $arguments) = @_;
    _refuse("$verb() needs at least one id") if !@$ids;
    my @targets = map { ref $_ eq 'ARRAY' ? @$_ : $_ } @$ids;
    for my $target (@targets) {
        _refuse("$verb() takes ids such as 1234 or '1234:7'") if !defined $target || ref $target;
    }
    return () if !@targets;
    my @affected = @{ _ask(
        name => 'act', verb => $verb,
        targets   => [map { _bytes($_) } @targets],
        arguments => _plain($arguments),
    ) };
    return @affected;
}

sub _status_of {
    my ($function, $parts, $key, $job, $wanted) = @_;
    my ($found) = @{ _jobs($function, ['-id', $job]) } or return 'unknown';
    for my $part (@{ $found->{$parts} }) {
        return $part->{status} if $part->{$key} eq $wanted;
    }
    return 'unknown';
}

# A job's id and what follows the separator; without one it is of this job.
sub _split {
    my ($which, $separator) = @_;
    _refuse("an id is text such as '1234${separator}7', not a reference") if ref $which;
    my ($job, $rest) = split /\Q$separator\E/, $which, 2;
    return defined $rest ? ($job, $rest) : ($_own{jobid}, $which);
}

# Pairs may come as one hash or array reference.
sub _flat {
    return [@_] if @_ != 1;
    return [%{ $_[0] }] if ref $_[0] eq 'HASH';
    return [@{ $_[0] }] if ref $_[0] eq 'ARRAY';
    return [@_];
}

# A copy of data with every text as bytes; JSON can hold nothing else.
sub _plain {
    my ($value, $depth) = (@_, 0);
    _refuse('this is nested too deep to be sent to the farm') if $depth > 50;
    my $kind = ref $value;
    return defined $value ? _bytes($value) : undef if !$kind;
    return [map { _plain($_, $depth + 1) } @$value] if $kind eq 'ARRAY';
    return { map { _bytes($_) => _plain($value->{$_}, $depth + 1) } keys %$value }
        if $kind eq 'HASH';
    return $value if $kind eq 'JSON::PP::Boolean';
    _refuse("a $kind cannot be sent to the farm");
}

# A text as UTF-8 bytes, whether it was decoded or not.
sub _bytes {
    my $text = "$_[0]";
    if (utf8::downgrade($text, 1)) {
        my $copy = $text;
        return $text if utf8::decode($copy);
    }
    utf8::encode($text);
    return $text;
}

# The line to the worker.

my $json;

sub _json {
    require JSON::PP;
    return $json ||= JSON::PP->new->allow_nonref;
}

sub _ask {
    my %call = @_;
    _reach();
    local $_busy = 1;
    my $wanted = ++$number;
    my $deadline = time + $seconds;
    my $text = _json()->encode({ %call, call => $wanted }) . "\n";
    _refuse('this is too much for one call: more than 1 MiB') if length $text > $longest;
    _write($text, $deadline);
    while (1) {
        my $answer = _json()->decode(_line($deadline));
        next if !defined $answer->{answer} || $answer->{answer} != $wanted;
        _refuse($answer->{error}{message}) if $answer->{error};
        return $answer->{result};
    }
}

# See that the socket is still the one of the start, in the process of the start.
sub _reach {
    _refuse('qb was called again before its call ended') if $_busy;
    _refuse($broken) if $broken;
    _refuse('there is no farm: this process was not started by qubecb') if !$_own{identity};
    _refuse("qb works only in the callback's own process, not in one forked from it")
        if $$ != $_own{pid};
    _same_line();
}

sub _same_line {
    _refuse('the connection to the farm is lost: the script closed it')
        if join(' ', (stat $_line)[0, 1]) ne $_own{identity};
}

sub _write {
    my ($text, $deadline) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $sent = 0;
    while ($sent < length $text) {
        _wait(1, $deadline, $sent);
        my $length = length($text) - $sent;
        my $wrote = syswrite $_line, $text, $length > 4096 ? 4096 : $length, $sent;
        next if !defined $wrote && $! == $interrupted;
        _refuse($broken = "the connection to the farm is lost: $!") if !defined $wrote;
        $sent += $wrote;
    }
}

# The next whole line from the worker.
sub _line {
    my ($deadline) = @_;
    my $end;
    my $searched = 0;
    while (($end = index $received, "\n", $searched) < 0) {
        $searched = length $received;
        _wait(0, $deadline, 0);
        my $read = sysread $_line, $received, 65536, length $received;
        next if !defined $read && $! == $interrupted;
        _refuse("the connection to the farm is lost: $!") if !defined $read;
        _refuse($broken = 'the connection to the farm is lost: the worker ended') if !$read;
    }
    my $found = substr $received, 0, $end;
    substr($received, 0, $end + 1) = '';
    return $found;
}

# Wait until the socket has room or something to read; a signal only makes it look again.
sub _wait {
    my ($writing, $deadline, $sent) = @_;
    while ((my $left = $deadline - time) > 0) {
        my $bits = '';
        vec($bits, fileno $_line, 1) = 1;
        my ($reads, $writes) = $writing ? (undef, $bits) : ($bits, undef);
        my $ready = select($reads, $writes, undef, $left);
        return if $ready > 0;
        last if !$ready;
        _same_line();
    }
    $broken = 'the connection to the farm is lost: a call was cut short' if $sent;
    _refuse("the farm did not answer within $seconds s");
}

# Die with the place in the script that called, as Carp would.
sub _refuse {
    my ($message) = @_;
    my $level = 0;
    my ($package, $file, $at);
    do { ($package, $file, $at) = caller $level++ } while defined $package && $package eq 'qb';
    die defined $file ? "qb: $message at $file line $at.\n" : "qb: $message\n";
}

1;
