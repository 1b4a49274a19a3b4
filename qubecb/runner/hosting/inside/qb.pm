package qb;

# The qb module of a Perl callback: what Qube's own callbacks find under that name.
#
# It needs Perl 5 and its core only, and loads nothing at all (not even strict) before its
# first call: loading one module costs more than Perl's own start, and most callbacks ask
# little. The functions are in qb_calls.pm beside this file; docs/qb-module.md describes them.

$| = 1;    # what is printed appears in order with what goes to standard error

our $jobid  = $ENV{QBJOBID} || 0;
$jobid = int $jobid if $jobid =~ /\A[0-9]+\z/;    # else text, as some farms' ids are
our $subid  = defined $ENV{QUBECB_SUBID} ? int $ENV{QUBECB_SUBID} : -1;
our $workid = $ENV{QUBECB_WORKID};
our $QB_TIME_EPOCH_OFFSET = 946702800;
our ($QB_API_BINARY, $QB_API_XML, $QB_CLIENT_DEFAULT_CONF) = (1, 2, '/etc/qb.conf');

# What the process knows about itself; a script that changes the variables above or its
# environment does not change these.
our %_own = (
    jobid => $jobid, subid => $subid, workid => $workid, pid => $$,
    seconds => $ENV{QUBECB_FARM_TIMEOUT}, calls => __FILE__,
);

# Opened at once: from here on, programs that the script starts do not inherit it.
our $_line;
my $_fd = delete $ENV{QUBECB_FARM_FD};
if (defined $_fd && $_fd ne '' && open $_line, '+<&=', $_fd and -S $_line) {
    $_own{identity} = join ' ', (stat _)[0, 1];
}

# The first call of a function loads them all, and goes on to it.
sub AUTOLOAD {
    my $name = our $AUTOLOAD;
    return if $name eq 'qb::DESTROY';
    _load();
    goto &$name if defined &$name;
    $name =~ s/.*:://;
    unshift @_, $name;
    goto &_missing;
}

sub can {
    _load();
    goto &UNIVERSAL::can;
}

sub _load {
    return if $_own{loaded}++;
    (my $file = $_own{calls}) =~ s/qb\.pm\z/qb_calls.pm/;
    require $file;
}

1;
