# Checks that a finished frame has left its image behind.
#
# Mapped in callbacks.conf as
#
#     checkWork.pl = done-work-self-*
#
# A renderer may end with status 0 and have written nothing: a full disk, a lost licence, a
# camera that is off. This looks at the files that the frame says it wrote. If one is missing
# or empty, the frame is rendered again, three times at most; then a line is added to the
# job's notes. If all are there, the frame of the same name in the job labelled "composite"
# of the same process group, if there is one, is unblocked.
#
# Runs on the supervisor: the paths must be valid there.

use strict;
use warnings;

my $ATTEMPTS  = 3;
my $COMPOSITE = 'composite';

# $qb::jobid is this job's id, $qb::workid the item that the event is about: "1234:7".
my ($frame) = $qb::workid =~ /\A[0-9]+:(.+)\z/s or die "this event is not about an agenda item\n";
my ($job)   = qb::jobinfo('-id', $qb::jobid) or die "job $qb::jobid is gone\n";
my ($item)  = grep { $_->{name} eq $frame } @{ $job->{agenda} };
die "job $qb::jobid has no item $frame\n" if !$item;

if ($item->{status} ne 'complete') {
    # done is also failed and killed; those need no checking.
    print "frame $frame is $item->{status}, nothing to check\n";
    exit 0;
}

my @files = outputs($item);
if (!@files) {
    print "frame $frame names no output files, nothing to check\n";
    exit 0;
}

my @bad = grep { !-s $_ } @files;    # -s: exists and is not empty
if (@bad) {
    again($job, $item, @bad);
}
else {
    print "frame $frame is whole: @files\n";
    release($job, $frame);
}

# The files that a frame wrote: what the renderer reported, else what the item announces.
sub outputs {
    my ($item) = @_;
    for my $package ($item->{resultpackage}, $item->{package}) {
        next if ref $package ne 'HASH';
        my $paths = $package->{outputPaths} // $package->{outputPath} // '';
        my @paths = ref $paths eq 'ARRAY' ? @$paths : split /\s*,\s*/, $paths;
        return @paths if @paths;
    }
    return;
}

# Render the frame once more, or say in the job's notes that it is of no use.
sub again {
    my ($job, $item, @bad) = @_;
    my $what = "frame $item->{name}: missing or empty: @bad";
    print "$what\n";
    if ($item->{count} < $ATTEMPTS && qb::retrywork($qb::workid)) {
        print "sent back to be rendered again\n";
        return;
    }
    my $notes = join "\n", grep { length } $job->{notes}, $what;
    print "given up, see the job's notes\n" if qb::modify({ notes => $notes }, $qb::jobid);
}

# Let the same frame of the compositing job go. Its items are blocked one by one when it is
# submitted; unblocking an item that is not blocked changes nothing.
sub release {
    my ($job, $frame) = @_;
    my ($composite) = qb::jobinfo('-pgrp', $job->{pgrp}, '-label', $COMPOSITE) or return;
    return if $composite->{id} == $job->{id};
    print "released $_\n" for qb::workunblock("$composite->{id}:$frame");
}
