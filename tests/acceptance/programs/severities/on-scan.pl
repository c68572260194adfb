use strict;
use warnings;
use JSON::PP;

# cat event.json | perl on-scan.pl
local $/;
my $event = decode_json(<STDIN>);
my $detail = $event->{detail};
exit 0 unless ($detail->{'scan-status'} // '') eq 'COMPLETE';

my $counts = $detail->{'finding-severity-counts'};
die "no critical count" unless exists $counts->{CRITICAL};
print encode_json({ critical => $counts->{CRITICAL} }), "\n";
