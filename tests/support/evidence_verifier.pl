#!/usr/bin/env perl
# A second verifier of evidence files, written from docs/evidence.md and docs/ledger.md alone: it shares no line
# with the one in the file. Needs perl with its own modules, and openssl for the signatures.
#
#     perl evidence_verifier.pl FILE.zip [--key NAME+KEYID+BASE64]
use strict;
use warnings;
use Digest::SHA qw(sha256 sha256_hex sha1_hex);
use Encode qw(decode encode FB_CROAK LEAVE_SRC);
use File::Temp qw(tempdir);
use MIME::Base64 qw(encode_base64 decode_base64);

binmode STDOUT, ':utf8';
my ($file, $option, $trusted) = @ARGV;
my (%member, @name, $data, $manifest, %key, $first_key, $root, %image, %event, %scope, %child, %value, $words);
my $scratch = tempdir(CLEANUP => 1);

# The sections of the page, as the table in docs/evidence.md has them.
my @SECTIONS = map { [split ' '] } split /\n/, <<'TABLE';
documents document number level department registered_at registered_by_id:person withdrawn_day withdrawn_by_id:person withdrawn_reason
revisions revision id:revision title:titles state:word effective_day trial_until issued_at issued_by_id:person cancelled_at cancel_reason content pdf_sha256
submissions submission revision_id:revision number submitted_at submitted_by_id:person reason outcome:word outcome_at outcome_by_id:person outcome_reason
signatures signature submission_id:submission meaning:word part person_name person_id:person for_name for_id:person delegation_id:delegation signed_at comment voided_at content
trial_extensions trial_extension revision_id:revision until reason person_name person_id:person signed_at content
review_comments review_comment revision_id:revision running clause comment person_id:person person_name made_at content state:word answer answered_by_id:person answered_name answered_at
document_reviews document_review revision_id:revision part verdict:word evidence person_name person_id:person signed_at content
copies copy number revision_id:revision holder holder_name state:word issued_day issued_by_id:person print_no replaces_id:copy pdf_sha256
copy_steps copy_step copy_id:copy action:word state:word day at by_id:person reason approved_by_id:person witness_1_id:person witness_2_id:person
exchanged_prints exchanged_print copy_id:copy print_no day by_id:person
recalls recall copy_id:copy from_day cause:word reason by_id:person at voided_at
records record number template_revision_id:revision procedure_revision_id:revision state:word opened_at opened_by_id:person closed_at void_reason sealed_sha256
record_entries record_entry record_id:record id field id:value at by_id:person corrects_id cause:word reason
record_previous record_previous record_id:record name previous_id:record at by_id:person content
record_signatures record_signature record_id:record meaning:word step person_name person_id:person signed_at reason voided_at content
record_attachments record_attachment record_id:record running name step field media size at by_id:person signed_day returned_day reason sha256
attachment_marks attachment_mark record_id:record meaning:word person_name person_id:person signed_at reason content
record_voidings record_voiding record_id:record later_id:record step
record_holds record_hold record_id:record reason entered_by_id:person entered_at revoked_by_id:person revoked_at answer
disposals disposal number keeper reason state:word
disposal_items disposal_item disposal_id:disposal record_id:record ended_day kept_until content
disposal_signatures disposal_signature disposal_id:disposal meaning:word person_name person_id:person signed_at reason content
delegations delegation number absent_name absent_id:person delegate_name delegate_id:person roles from_day until_day reason state:word entered_by_id:person entered_at answered_by_id:person answered_at answer revoked_by_id:person revoked_at
people person login name department active
roles person_role person_id:person role:word granted_at revoked_at
TABLE
my $HEAD = <<'HEAD';
<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>WORDS</title>
<style>
@page { size: A4 landscape; margin: 14mm 12mm; }
@page { @bottom-right { content: counter(page) " / " counter(pages); } }
html { font-family: "Noto Sans SC", "Noto Serif SC", sans-serif; font-size: 8pt; line-height: 1.4; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { border: 0.5pt solid #888; padding: 1mm; text-align: left; vertical-align: top; }
th, td { overflow-wrap: anywhere; }
thead { display: table-header-group; }
th { background: #eee; }
tr { break-inside: avoid; }
h2 { break-after: avoid; }
small { display: block; color: #555; }
</style>
</head>
<body>
HEAD
my %DOWN = (
    document => [qw(revision document_author document_review copy)],
    revision => [qw(submission trial_extension review_comment)], submission => [qw(signature reroute)],
    copy => [qw(copy_step exchanged_print recall)], record => [qw(record_clock record_entry record_previous record_signature record_attachment attachment_mark record_voiding record_hold disposal_item)],
    disposal => ['disposal_signature'],
    person => ['person_role'],
);
my %UP = (
    attachment_id => 'record_attachment', previous_id => 'record', later_id => 'record',
    (map { ("${_}_id" => $_) } qw(calendar copy delegation disposal document record revision submission person)),
    (map { ("${_}_revision_id" => 'revision') } qw(procedure template)),
    (map { ("${_}_id" => 'person') }
        qw(absent answered_by approved_by by delegate entered_by for issued_by opened_by outcome_by registered_by revoked_by submitted_by to withdrawn_by witness_1 witness_2)),
);

sub broken { die { broken => $_[0] } }
sub unknown { die { unknown => $_[0] } }

# ---- canonical JSON: what is parsed is refused unless it is written in the one way ----------------------

sub number { my ($v) = @_; ref $v eq 'Number' or broken('a number is expected'); return $$v }
sub string { my ($v) = @_; defined $v && !ref $v or broken('a text is expected'); return $v }

sub object {
    my ($bytes, $what) = @_;
    my $text = eval { decode('UTF-8', $bytes, FB_CROAK | LEAVE_SRC) };
    defined $text or broken("$what is not UTF-8");
    my $found = any($text, $what);
    ref $found eq 'HASH' or broken("$what is no object");
    return $found;
}

sub any {
    my ($text, $what) = @_;
    pos($text) = 0;
    my $found = one(\$text, $what, 0);
    pos($text) == length $text or broken("$what is not canonical JSON");
    return $found;
}

sub one {
    my ($in, $what, $depth) = @_;
    $depth < 200 or broken("$what is not canonical JSON");
    return undef if $$in =~ /\Gnull/gc;
    return bless(\(my $v = $1), 'Truth') if $$in =~ /\G(true|false)/gc;
    return quoted($in, $what) if $$in =~ /\G"/gc;
    if ($$in =~ /\G(-?(?:0|[1-9][0-9]*))(?![0-9.eE])/gc) {
        my $n = $1;
        broken("$what is not canonical JSON") if $n eq '-0' || length($n) > 17 || abs($n) > 2**53 - 1;
        return bless(\$n, 'Number');
    }
    if ($$in =~ /\G\[/gc) {
        my @all;
        return \@all if $$in =~ /\G\]/gc;
        do { push @all, one($in, $what, $depth + 1) } while $$in =~ /\G,/gc;
        $$in =~ /\G\]/gc or broken("$what is not canonical JSON");
        return \@all;
    }
    $$in =~ /\G\{/gc or broken("$what is not canonical JSON");
    my (%all, $before);
    return \%all if $$in =~ /\G\}/gc;
    do {
        $$in =~ /\G"/gc or broken("$what is not canonical JSON");
        my $name = quoted($in, $what);
        my $order = encode('UTF-16BE', $name);
        broken("$what: keys are not in order") if defined $before && $before ge $order;
        $before = $order;
        $$in =~ /\G:/gc or broken("$what is not canonical JSON");
        $all{$name} = one($in, $what, $depth + 1);
    } while $$in =~ /\G,/gc;
    $$in =~ /\G\}/gc or broken("$what is not canonical JSON");
    return \%all;
}

my %SHORT = (b => "\b", f => "\f", n => "\n", r => "\r", t => "\t", '"' => '"', '\\' => '\\');
my %LONG = reverse %SHORT;

sub quoted {
    my ($in, $what) = @_;
    my $text = '';
    while ($$in !~ /\G"/gc) {
        if ($$in =~ /\G([^\x00-\x1f"\\]+)/gc) { $text .= $1 }
        elsif ($$in =~ /\G\\([bfnrt"\\])/gc) { $text .= $SHORT{$1} }
        elsif ($$in =~ /\G\\u00([01][0-9a-f])/gc && !exists $LONG{chr hex $1}) { $text .= chr hex $1 }
        else { broken("$what is not canonical JSON") }
    }
    return $text;
}

sub json {
    my ($v) = @_;
    return 'null' if !defined $v;
    return $$v if ref $v eq 'Number' || ref $v eq 'Truth';
    return '[' . join(',', map { json($_) } @$v) . ']' if ref $v eq 'ARRAY';
    if (ref $v eq 'HASH') {
        my @keys = sort { encode('UTF-16BE', $a) cmp encode('UTF-16BE', $b) } keys %$v;
        return '{' . join(',', map { json($_) . ':' . json($v->{$_}) } @keys) . '}';
    }
    (my $text = $v) =~ s/([\x00-\x1f"\\])/exists $LONG{$1} ? "\\$LONG{$1}" : sprintf '\\u%04x', ord $1/ge;
    return qq("$text");
}

sub bytes { return encode('UTF-8', $_[0]) }

# ---- the archive ----------------------------------------------------------------------------------------

my @table = map { my $c = $_; $c = $c & 1 ? 0xEDB88320 ^ ($c >> 1) : $c >> 1 for 1 .. 8; $c } 0 .. 255;

sub crc32 {
    my ($bytes) = @_;
    my $crc = 0xFFFFFFFF;
    $crc = $table[($crc ^ $_) & 0xFF] ^ ($crc >> 8) for unpack 'C*', $bytes;
    return $crc ^ 0xFFFFFFFF;
}

sub check_archive {
    my ($at, $end, $before) = (0, '', '');
    while (substr($data, $at, 4) eq "PK\3\4") {
        length($data) >= $at + 30 or broken('ZIP ends in the middle of a file');
        my ($crc, $size, $length) = unpack 'x14 V V x4 v', substr $data, $at, 30;
        length($data) >= $at + 30 + $length + $size or broken('ZIP ends in the middle of a file');
        my $name = substr $data, $at + 30, $length;
        my $part = qr/[0-9A-Za-z._-]+/;
        $name =~ m{\A$part(?:/$part)*\z} && $name !~ /\.\./ or broken('ZIP: a name that is none');
        my $head = pack 'a4 v5 V3 v2', "PK\3\4", 20, 0x800, 0, 0, 0x21, $crc, $size, $size, $length, 0;
        substr($data, $at, 30) eq $head && $name gt $before or broken("ZIP: $name is not written as it is");
        $member{$name} = substr $data, $at + 30 + $length, $size;
        crc32($member{$name}) == $crc or broken("$name: its checksum differs");
        $end .= pack('a4 v6 V3 v5 V2', "PK\1\2", 0x314, 20, 0x800, 0, 0, 0x21, $crc, $size, $size,
            $length, 0, 0, 0, 0, 0x81A40000, $at) . $name;
        push @name, $name;
        $before = $name;
        $at += 30 + $length + $size;
    }
    my $last = pack 'a4 v4 V2 v', "PK\5\6", 0, 0, scalar @name, scalar @name, length $end, $at, 0;
    substr($data, $at) eq $end . $last or broken('ZIP: the directory is another one');
    return scalar(@name) . ' files';
}

sub content { my ($name) = @_; defined $member{$name} or broken("$name is missing"); return $member{$name} }

sub lines {
    my ($name) = @_;
    my $all = content($name);
    $all eq '' || $all =~ /\n\z/ or broken("$name does not end in a newline");
    my @all = split /\n/, $all, -1;
    pop @all;
    return @all;
}

sub check_manifest {
    my $read = object(content('manifest.json'), 'manifest.json');
    string($read->{format}) eq 'docctl-evidence' or broken('this is no evidence file');
    my $version = $read->{version};
    unknown('the file has another version') if ref $version ne 'Number' || $$version != 1;
    my (%listed, $before);
    $before = '';
    for my $each (@{ $read->{files} }) {
        my $path = string($each->{path});
        $path gt $before or broken('manifest.json: the files are not in order');
        $before = $path;
        $listed{$path} = $each;
        defined $member{$path} or broken("$path is missing");
        length $member{$path} == number($each->{size}) && sha256_hex($member{$path}) eq string($each->{sha256})
            or broken("$path is another file");
    }
    for (grep { !/\Amanifest\.(?:json|note)\z/ } @name) { $listed{$_} or broken("$_ is not in the manifest") }
    $manifest = $read;
    return scalar(keys %listed) . ' files';
}

# ---- keys, notes, proofs --------------------------------------------------------------------------------

sub unbase64 {
    my ($text, $what) = @_;
    my $found = decode_base64($text);
    encode_base64($found, '') eq $text or broken("$what is not base64");
    return $found;
}

sub key_of {
    my ($text) = @_;
    my ($name, $id, $rest) = split /\+/, $text, 3;
    defined $rest && $name ne '' or broken('this is no key');
    my $found = unbase64($rest, 'the key');
    length $found == 33 && substr($found, 0, 1) eq "\1" or broken('this is no key');
    substr(sha256_hex("$name\n$found"), 0, 8) eq $id or broken('this is no key');
    return substr $found, 1;
}

sub put { my ($name, $bytes) = @_; open my $to, '>:raw', "$scratch/$name" or die $!; print $to $bytes; close $to }

sub is_signed {
    my ($public, $text, $signature) = @_;
    return 0 if length $signature != 64;
    put('key', pack('H*', '302a300506032b6570032100') . $public);
    put('text', $text);
    put('signature', $signature);
    my $command = "openssl pkeyutl -verify -pubin -keyform DER -inkey $scratch/key -rawin "
        . "-in $scratch/text -sigfile $scratch/signature >/dev/null 2>&1";
    return system($command) == 0;
}

sub note {
    my ($name, @keys) = @_;
    my $log = bytes(string($manifest->{log}));
    my @lines = split /\n/, content($name), -1;
    @lines == 6 && $lines[3] eq '' && $lines[5] eq '' or broken("$name is no note");
    eval { decode('UTF-8', content($name), FB_CROAK | LEAVE_SRC); 1 } or broken("$name is no text");
    my $dash = "\xE2\x80\x94 $log ";
    substr($lines[4], 0, length $dash) eq $dash or broken("$name is not signed in the name of the log");
    my $signature = unbase64(substr($lines[4], length $dash), $name);
    for my $known (@keys) {
        my ($of, $id) = split /\+/, $known;
        next if $of ne $log || unpack('H*', substr $signature, 0, 4) ne $id;
        return @lines[0 .. 2] if is_signed($key{$known}, join("\n", @lines[0 .. 2]) . "\n", substr $signature, 4);
    }
    broken("$name is not signed by a key that counts");
}

sub checkpoint {
    my ($name, @keys) = @_;
    my ($log, $size, $of) = note($name, @keys);
    my $found = unbase64($of, $name);
    $log eq bytes($manifest->{log}) && $size =~ /\A[1-9][0-9]{0,14}\z/ && length $found == 32
        or broken("$name is no checkpoint");
    return { size => $size, root => $found };
}

sub check_key {
    for (lines('keys')) { $key{$_} = key_of($_); $first_key = $_ if !defined $first_key }
    defined $first_key or broken('there is no key');
    !defined $trusted || defined $key{$trusted} or broken('the key that you gave is none of the file');
    $first_key = $trusted if defined $trusted;
    return defined $trusted ? 'the one that you gave' : 'NOT given; compared with that of the file';
}

sub check_note {
    my (undef, $word, $digest) = note('manifest.note', $first_key);
    $word eq 'evidence' && $digest eq sha256_hex(content('manifest.json')) or broken('manifest.note is of another');
    return 'signed';
}

sub check_checkpoint {
    $root = checkpoint('checkpoint', $first_key);
    $root->{size} == number($manifest->{subject}{size}) or broken('checkpoint is another one');
    return "$root->{size} events";
}

sub digests { return map { string($_) =~ /\A[0-9a-f]{64}\z/ ? pack 'H*', $_ : broken('a hash is none') } @{ $_[0] } }
sub node { return sha256("\1$_[0]$_[1]") }

sub is_under {
    my ($index, $size, $hash, @path) = @_;
    return 0 if $index < 0 || $index >= $size;
    my ($fn, $sn) = ($index, $size - 1);
    for my $p (@path) {
        return 0 if $sn == 0;
        if ($fn & 1 || $fn == $sn) {
            $hash = node($p, $hash);
            if (!($fn & 1)) { do { $fn >>= 1; $sn >>= 1 } until $fn & 1 || $fn == 0 }
        }
        else { $hash = node($hash, $p) }
        $fn >>= 1;
        $sn >>= 1;
    }
    return $sn == 0 && $hash eq $root->{root};
}

sub is_of_one_history {
    my ($old, @path) = @_;
    my ($first, $second) = ($old->{size}, $root->{size});
    return 0 if $first > $second;
    return !@path && $old->{root} eq $root->{root} if $first == $second;
    unshift @path, $old->{root} if !($first & ($first - 1));
    return 0 if !@path;
    my ($fn, $sn) = ($first - 1, $second - 1);
    while ($fn & 1) { $fn >>= 1; $sn >>= 1 }
    my $fr = my $sr = shift @path;
    for my $c (@path) {
        return 0 if $sn == 0;
        if ($fn & 1 || $fn == $sn) {
            ($fr, $sr) = (node($c, $fr), node($c, $sr));
            if (!($fn & 1)) { do { $fn >>= 1; $sn >>= 1 } until $fn & 1 || $fn == 0 }
        }
        else { $sr = node($sr, $c) }
        $fn >>= 1;
        $sn >>= 1;
    }
    return $sn == 0 && $fr eq $old->{root} && $sr eq $root->{root};
}

sub check_older {
    my @there = grep { m{\Acheckpoints/} } @name;
    my @told;
    for my $line (lines('consistency.jsonl')) {
        my $proof = object($line, 'consistency.jsonl');
        join(' ', sort keys %$proof) eq 'path size' or broken('consistency.jsonl: a line is another one');
        my $name = sprintf 'checkpoints/%09d', number($proof->{size});
        push @told, $name;
        my $old = checkpoint($name, sort keys %key);
        $old->{size} == number($proof->{size}) && is_of_one_history($old, digests($proof->{path}))
            or broken("$name is of another history");
    }
    "@told" eq "@there" or broken('consistency.jsonl does not name the files of checkpoints/');
    return scalar @told;
}

# ---- events and rows ------------------------------------------------------------------------------------

my $MEMBERS = 'act actor at details log object op rows schema seq v via why';

sub check_events {
    my @proofs = lines('proofs.jsonl');
    my ($seq, $hash, $at, $many) = (0, '00' x 32, '', 0);
    for my $line (lines('events.jsonl')) {
        my $entry = object($line, 'events.jsonl');
        my $n = number($entry->{seq});
        join(' ', sort keys %$entry) eq 'body entry_hash prev_hash seq' && $n > $seq or broken("event $n is not in its place");
        my ($prev) = digests([$entry->{prev_hash}]);
        my $body = bytes(string($entry->{body}));
        my $leaf = sha256("\0$prev$body");
        unpack('H*', $leaf) eq string($entry->{entry_hash}) or broken("event $n is not the one that was hashed");
        $n != $seq + 1 || unpack('H*', $prev) eq $hash or broken("event $n does not follow");
        my $proof = object(shift(@proofs) // '', 'proofs.jsonl');
        join(' ', sort keys %$proof) eq 'path seq' && number($proof->{seq}) == $n
            && is_under($n - 1, $root->{size}, $leaf, digests($proof->{path})) or broken("event $n is not proved");
        my $said = object($body, "event $n");
        join(' ', sort keys %$said) eq $MEMBERS && string($said->{log}) eq $manifest->{log}
            && number($said->{seq}) == $n && ( string($said->{at}) ge $at || $n != $seq + 1 || string($said->{act}) eq 'site.set_clock' ) or broken("event $n is not made as an event");
        $event{$n} = $said;
        take($n, $said, $_) for @{ $said->{rows} };
        ($seq, $hash, $at) = ($n, $entry->{entry_hash}, $said->{at});
        $many++;
    }
    !@proofs && $many == number($manifest->{events}) or broken('there are more or fewer events or proofs');
    return $many;
}

sub take {
    my ($seq, $said, $image) = @_;
    my ($t, $k, $row) = (string($image->{t}), number($image->{k}), $image->{row});
    my $prev = defined $image->{prev} ? number($image->{prev}) : undef;
    number($row->{last_seq}) == $seq && number($row->{id}) == $k && (defined $prev xor $k >> 16 == $seq)
        or broken("event $seq: $t $k is not made as a row");
    my $before;
    $before = today($t, { %$row, %{ $image->{was} }, last_seq => $image->{prev} }, $said->{schema}) if defined $prev;
    my $now = today($t, {%$row}, $said->{schema});
    unshift @{ $image{$t}{$k} }, { seq => $seq, prev => $prev, row => $now, before => $before };
    for my $parent (keys %DOWN) {
        for (grep { $_ eq $t } @{ $DOWN{$parent} }) { $child{$parent}{ number($row->{"${parent}_id"}) }{$t}{$k} = 1 }
    }
}

sub today {
    my ($t, $row, $schema) = @_;
    $schema = number($schema);
    if ($schema < 2 && $t =~ /\A(?:department|revision)\z/) {
        my ($zh, $en) = (delete $row->{title_zh}, delete $row->{title_en});
        my $alone = !defined $en || $en eq '' || ($t eq 'department' && $en eq $zh);
        $row->{title} = json($alone ? { zh => $zh } : { zh => $zh, en => $en });
    }
    if ($schema < 4 && $t eq 'recall') {
        my $why = $row->{reason};
        if (defined $row->{revision_id}) { @$row{qw(cause reason)} = ('superseded', undef) }
        elsif ($why =~ s/\A(withdrawn|cancelled): //) { @$row{qw(cause reason)} = ($1, $why) }
        else { $row->{cause} = 'by-hand' }
    }
    if ($schema < 4 && $t eq 'record_entry') {
        my $why = $row->{reason};
        if (!defined $why) { $row->{cause} = undef }
        elsif ($why =~ s/\Asent back: //) { @$row{qw(cause reason)} = ('sent-back', $why) }
        else { $row->{cause} = 'corrected' }
    }
    $row->{head} = '{}' if $schema < 5 && $t eq 'revision';
    $row->{secret} = undef if $schema < 7 && $t eq 'person';
    @$row{qw(signed_size signed_root)} = (undef, undef) if $schema < 7 && $t eq 'copy';
    $row->{trial_until} = undef if $schema < 8 && $t eq 'revision';
    $row->{revision} = undef if $schema < 8 && $t eq 'number_scheme';
    $row->{came} = bless(\(my $one = '1'), 'Number') if $schema < 10 && $t eq 'person';
    $row->{factor} = undef if $schema < 10 && $t eq 'person';
    @$row{qw(for_id for_name delegation_id)} = (undef) x 3 if $schema < 12 && $t eq 'signature';
    return $row;
}

sub newest { my ($t, $k) = @_; my $all = $image{$t}{$k}; return $all ? $all->[0]{row} : undef }
sub made { my ($t, $k) = @_; return newest($t, $k) // broken("no event here made $t $k") }
sub scoped { my ($t) = @_; return map { newest($t, $_) // () } sort { $a <=> $b } keys %{ $scope{$t} } }
sub is_whole { my ($t, $row) = @_; return $scope{$t}{ number($row->{id}) } }

sub want {
    my ($waiting, $t, $k, $whole) = @_;
    return if exists $scope{$t}{$k} && ($scope{$t}{$k} || !$whole);
    $scope{$t}{$k} = $whole;
    push @$waiting, [$t, $k];
}

my %NAMED = (document => 'number', record => 'number', copy => 'number', person => 'login');

sub check_subject {
    my $about = $manifest->{subject};
    my ($kind, $name, @waiting, $own) = (string($about->{kind}), string($about->{name}));
    for (@{ $about->{roots} }) {
        my ($t, $k) = (string($_->[0]), number($_->[1]));
        my $row = made($t, $k);
        if ($NAMED{$kind} && $t eq $kind) {
            $own = $k if !defined $own;
            string($row->{ $NAMED{$kind} }) eq $name or broken("the file is about $name, and holds another");
        }
        want(\@waiting, $t, $k, $t ne 'organisation' ? 1 : 0);
    }
    defined $own || !$NAMED{$kind} or broken("the file is about $name, and does not hold it");
    my ($first, $last) = (1, number($about->{size}));
    if ($kind eq 'period') {
        ($first, $last) = (number($about->{first}), number($about->{last}));
        check_period($about, $first, $last);
    }
    if ($kind eq 'period' || $kind eq 'person') {
        for my $seq (grep { $_ >= $first && $_ <= $last } sort { $a <=> $b } keys %event) {
            next if $kind eq 'person' && number($event{$seq}{actor}{id}) != $own;
            want(\@waiting, $_->{t}, ${ $_->{k} }, 0) for @{ $event{$seq}{rows} };
        }
    }
    while (my $next = shift @waiting) {
        my ($t, $k) = @$next;
        my $row = made($t, $k);
        for my $column (grep { defined $row->{$_} } keys %UP) {
            my $whole = $column =~ /_revision_id\z|\Adisposal_id\z/ || ($t eq 'copy' && $column eq 'revision_id') ? 1 : 0;
            want(\@waiting, $UP{$column}, number($row->{$column}), $whole);
        }
        next if !$scope{$t}{$k};
        for my $below (@{ $DOWN{$t} || [] }) { want(\@waiting, $below, $_, 1) for keys %{ $child{$t}{$k}{$below} } }
    }
    check_chains();
    check_counts();
    return 'all there';
}

sub check_period {
    my ($about, $first, $last) = @_;
    my ($from, $to) = map { string($about->{$_}) } qw(from_at to_at);
    my $inside = sub { my $at = $event{ $_[0] }{at}; $at ge $from && $at lt $to };
    $first <= $last or broken('the period is empty');
    for ($first .. $last) { $event{$_} && $inside->($_) or broken("event $_ of the period is missing") }
    for (grep { $_ >= 1 && $_ <= number($about->{size}) } $first - 1, $last + 1) {
        $event{$_} && !$inside->($_) or broken("event $_ beside the period is missing");
    }
}

sub check_chains {
    for my $t (keys %scope) {
        for my $k (keys %{ $scope{$t} }) {
            my @all = @{ $image{$t}{$k} };
            for my $n (0 .. $#all) {
                my $older = $all[$n + 1];
                my $said = $all[$n]{prev};
                (defined $said ? $said : 0) == ($older ? $older->{seq} : 0) or broken("an event of $t $k is missing");
                !$older || json($all[$n]{before}) eq json($older->{row}) or broken("event $all[$n]{seq} found $t $k otherwise");
            }
        }
    }
}

sub check_counts {
    for my $document (grep { is_whole('document', $_) } scoped('document')) {
        my @copies = map { newest('copy', $_) } keys %{ $child{document}{ ${ $document->{id} } }{copy} };
        my @running = sort { $a <=> $b } map { number($_->{running}) } @copies;
        "@running" eq join ' ', 1 .. @running or broken('copies are missing');
    }
    for my $revision (grep { is_whole('revision', $_) } scoped('revision')) {
        my $many = keys %{ $child{revision}{ ${ $revision->{id} } }{submission} };
        $many == number($revision->{submission}) or broken('submissions are missing');
    }
}

sub check_keys {
    my %named;
    for my $row (scoped('organisation')) {
        $named{ bytes($_->{row}{public_key}) } = 1 for @{ $image{organisation}{ ${ $row->{id} } } };
    }
    join(' ', sort keys %named) eq join(' ', sort keys %key) or broken('keys are not those that events name');
    return scalar keys %named;
}

# ---- texts, signatures, values --------------------------------------------------------------------------

sub file_name { my $name = bytes($_[0]); $name =~ s/([^A-Z0-9.-])/sprintf '_%02X', ord $1/ge; return $name }
sub list_of { my ($row) = @_; return any(string($row->{manifest}), 'a list of files') }

sub folder {
    my ($revision) = @_;
    (my $label = $revision->{label}) =~ tr{/}{-};
    my $document = made('document', number($revision->{document_id}));
    return 'documents/' . $document->{file_name} . '/' . file_name($label) . '/';
}

sub record_path { my ($r) = @_; return sprintf 'records/%04d/%s', number($r->{year}), file_name($r->{number}) }
sub issued { return grep { defined $_->{issued_at} } scoped('revision') }

sub check_signatures {
    for my $row (scoped('revision'), scoped('submission')) {
        sha256_hex(bytes(json(list_of($row)))) eq string($row->{content}) or broken('content is not the digest of its files');
    }
    for my $signature (scoped('signature')) {
        my $submission = made('submission', number($signature->{submission_id}));
        my $revision = made('revision', number($submission->{revision_id}));
        string($signature->{content}) eq $submission->{content} or broken('a signature names other content');
        my $counts = !defined $signature->{voided_at} && defined $revision->{issued_at}
            && number($revision->{submission}) == number($submission->{number});
        !$counts || $signature->{content} eq $revision->{content} or broken('a signature names other content than was issued');
    }
    return 'fit';
}

sub check_texts {
    for my $revision (issued()) {
        my $folder = folder($revision);
        for my $each (@{ list_of($revision) }) {
            my $found = content(bytes($folder . string($each->{path})));
            length $found == number($each->{size}) && sha256_hex($found) eq string($each->{sha256})
                && sha1_hex('blob ' . length($found) . "\0" . $found) eq string($each->{blob})
                or broken("$folder$each->{path} is another text");
        }
        next if !defined $revision->{pdf_sha256};
        sha256_hex(content($folder . 'issued.pdf')) eq $revision->{pdf_sha256} or broken("${folder}issued.pdf is another print");
    }
    return 'are those of the events';
}

sub entries {
    my ($record) = @_;
    my $all = $child{record}{ ${ $record->{id} } }{record_entry};
    return map { newest('record_entry', $_) } sort { $a <=> $b } grep { exists $scope{record_entry}{$_} } keys %{ $all || {} };
}

sub is_sealed { my ($record) = @_; return $record->{state} eq 'closed' && is_whole('record', $record) }

sub is_gone { my ($record) = @_; return $record->{state} eq 'destroyed' }

sub check_values {
    for my $record (scoped('record')) {
        my @entries = entries($record);
        if (is_gone($record)) {
            check_marks($record, @entries) if is_whole('record', $record);
            next;
        }
        my $name = record_path($record) . '.values.jsonl';
        my @lines = @entries ? map { object($_, $name) } lines($name) : ();
        @lines == @entries or broken("$name does not hold the entries");
        for my $n (0 .. $#lines) {
            my ($line, $entry) = ($lines[$n], $entries[$n]);
            number($line->{entry}) == number($entry->{id}) or broken("$name does not hold the entries");
            my $salt = string($line->{salt});
            $salt =~ /\A(?:[0-9a-f]{2})*\z/ or broken("$name: a salt is none");
            sha256_hex(pack('H*', $salt) . bytes(json($line->{value}))) eq string($entry->{seal})
                or broken("$name: $entry->{field} is not the value that was sealed");
            $value{ ${ $entry->{id} } } = defined $line->{value} && !ref $line->{value} ? $line->{value} : json($line->{value});
        }
        check_marks($record, @entries) if is_whole('record', $record);
        check_sealed($record, @lines) if is_sealed($record);
    }
    check_attachments();
    return 'are those that were sealed';
}

sub marks {
    my ($record) = @_;
    my $all = $child{record}{ ${ $record->{id} } }{record_signature};
    return map { newest('record_signature', $_) } sort { $a <=> $b } keys %{ $all || {} };
}

sub parts_of {
    my ($record, $table) = @_;
    my $all = $child{record}{ ${ $record->{id} } }{$table};
    return map { newest($table, $_) } sort { $a <=> $b } keys %{ $all || {} };
}

sub files_of {
    my ($record) = @_;
    return grep { exists $scope{record_attachment}{ ${ $_->{id} } } } parts_of($record, 'record_attachment');
}

sub file_path { my ($record, $file) = @_; return record_path($record) . '.files/' . string($file->{sha256}) }

sub attached_then {
    my ($record, $event) = @_;
    my %struck = map { ${ $_->{attachment_id} } => 1 }
        grep { $_->{meaning} eq 'struck' && number($_->{id}) >> 16 <= $event } parts_of($record, 'attachment_mark');
    return map { ['attachment', @$_{qw(step field id sha256)}] }
        grep { number($_->{id}) >> 16 <= $event && !$struck{ ${ $_->{id} } } } parts_of($record, 'record_attachment');
}

sub check_attachments {
    for my $record (scoped('record')) {
        next if is_gone($record);
        for my $file (files_of($record)) {
            my $found = content(file_path($record, $file));
            length $found == number($file->{size}) && sha256_hex($found) eq string($file->{sha256})
                or broken(file_path($record, $file) . ' is another file');
        }
    }
    for my $mark (scoped('attachment_mark')) {
        my $about = made('record_attachment', number($mark->{attachment_id}));
        string($mark->{content}) eq string($about->{sha256}) && same($mark->{record_id}, $about->{record_id})
            or broken('what is said of a file names another one');
    }
}

sub check_marks {
    my ($record, @entries) = @_;
    for my $mark (grep { $_->{meaning} ne 'sign' } marks($record)) {
        my %counting;
        for (@entries) { $counting{ $_->{field} } = $_ if number($_->{id}) >> 16 <= number($mark->{id}) >> 16 }
        my @named = map { [$_, $counting{$_}{id}, $counting{$_}{seal}] } sort keys %counting;
        push @named, attached_then($record, number($mark->{id}) >> 16);
        sha256_hex(bytes(json(\@named))) eq string($mark->{content}) or broken('a signature of a record names other entries');
    }
}

sub same { my ($one, $other) = @_; return json($one) eq json($other) }

sub check_sealed {
    my ($record, @lines) = @_;
    my $name = record_path($record) . '.json';
    sha256_hex(content($name)) eq string($record->{sealed_sha256}) or broken("$name is not the record that was sealed");
    my $told = object(content($name), $name);
    my @values = map { { entry => $_->{id}, salt => $_->{salt}, value => $_->{value} } } @{ $told->{entries} };
    same(\@values, \@lines) && string($told->{number}) eq $record->{number} or broken("$name holds other values");
    for my $entry (@{ $told->{entries} }) {
        my $row = made('record_entry', number($entry->{id}));
        my @theirs = map { $entry->{$_} } qw(field seal at corrects);
        same(\@theirs, [map { $row->{$_} } qw(field seal at corrects_id)]) or broken("$name: an entry is another one");
        my $reason = $row->{reason};
        same($entry->{reason}, $reason) || (defined $reason && same($entry->{reason}, "sent back: $reason"))
            or broken("$name: a reason is another one");
    }
    my $last = (sort { $a <=> $b } map { number($_->{id}) } marks($record))[-1];
    my @files = map { [@$_{qw(id sha256)}] } grep { number($_->{id}) < $last } files_of($record);
    same([map { [@$_{qw(id sha256)}] } @{ $told->{attachments} || [] }], \@files) or broken("$name: the files are others");
    my @ours = map { [@$_{qw(meaning step signed_at content person_name)}] } marks($record);
    my @theirs = map { [@$_{qw(meaning step at content)}, $_->{by}{name}] } @{ $told->{signatures} };
    same(\@ours, \@theirs) or broken("$name: the signatures are others");
}

# ---- what has to be there, and the page -----------------------------------------------------------------

sub belonging {
    my @all;
    for my $revision (issued()) {
        my $folder = folder($revision);
        push @all, map { bytes($folder . $_->{path}) } @{ list_of($revision) };
        push @all, $folder . 'issued.pdf' if defined $revision->{pdf_sha256};
    }
    for my $record (scoped('record')) {
        next if is_gone($record);
        push @all, record_path($record) . '.values.jsonl' if entries($record);
        push @all, record_path($record) . '.json' if is_sealed($record);
        push @all, map { file_path($record, $_) } files_of($record);
    }
    return sort @all;
}

sub check_files {
    my %wanted = map { $_ => 1 } belonging(), qw(README.txt checkpoint consistency.jsonl events.jsonl index.html keys
        manifest.json manifest.note proofs.jsonl verify.py words.json);
    for (sort keys %wanted) { defined $member{$_} or broken("$_ is missing") }
    for (@name) { $wanted{$_} || $_ eq 'index.pdf' || m{\Acheckpoints/} or broken("$_ belongs to nothing") }
    return 'each belongs to something';
}

my %MARK = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#x27;');
sub escaped { (my $text = $_[0]) =~ s/([&<>"'])/$MARK{$1}/g; return $text }
sub languages { my ($of) = @_; return map { string($of->{$_}) } reverse sort keys %{ $of || {} } }
sub said { my ($k) = @_; return join ' ', languages($words->{$k}) }
sub told { my ($k, $shown) = @_; return escaped(said($k)) . '<small>' . escaped($shown) . '</small>' }
sub paragraphs { my ($of) = @_; return join '', map { '<p>' . escaped($_) . "</p>\n" } languages($words->{"about $of"}) }
sub heading { my ($t, $c) = @_; return told($words->{"$t.$c"} ? "$t.$c" : $c, $c) }

sub section {
    my ($of, $headings, @lines) = @_;
    return '' if !@lines;
    my $page = qq(<section id="$of">\n<h2>) . told("section.$of", $of) . "</h2>\n" . paragraphs($of);
    $page .= "<table>\n<thead><tr>" . join('', map { "<th>$_</th>" } @$headings) . "</tr></thead>\n<tbody>\n";
    $page .= '<tr>' . join('', map { "<td>$_</td>" } @$_) . "</tr>\n" for @lines;
    return $page . "</tbody>\n</table>\n</section>\n";
}

sub called {
    my ($t, $k) = @_;
    my $row = newest($t, $k) // return $k;
    return "$row->{name} ($row->{login})" if $t eq 'person';
    return called('document', number($row->{document_id})) . " $row->{label}" if $t eq 'revision';
    return called('revision', number($row->{revision_id})) . ' (' . number($row->{number}) . ')' if $t eq 'submission';
    return plain($row->{number});
}

sub plain { my ($v) = @_; return !defined $v ? '' : ref $v eq 'Number' ? $$v : string($v) }

sub cell {
    my ($t, $column, $row) = @_;
    my ($name, $how) = split /:/, $column;
    my $held = plain($row->{$name});
    return $held if $held eq '';
    return escaped($held) if !$how;
    return told("$t.$name.$held", $held) if $how eq 'word';
    return escaped($value{$held} // '') if $how eq 'value';
    return escaped(join ' / ', languages(any($held, 'a title'))) if $how eq 'titles';
    return escaped(called($how, $held));
}

sub check_index {
    $words = object(content('words.json'), 'words.json');
    my $title = escaped(said('evidence'));
    (my $page = $HEAD) =~ s/WORDS/$title/;
    $page .= "<h1>$title</h1>\n" . paragraphs('evidence');
    my $about = $manifest->{subject};
    my @facts = map { [told("fact.$_", $_), escaped(plain($about->{$_}))] } grep { plain($about->{$_}) ne '' } qw(kind name from to);
    push @facts, [told('fact.size', 'size'), $root->{size}], [told('fact.root', 'root'), unpack 'H*', $root->{root}];
    $page .= section('subject', [map { told($_, $_) } qw(fact value)], @facts);
    for (@SECTIONS) {
        my ($of, $t, @columns) = @$_;
        my @headings = map { my ($name) = split /:/; heading($t, $name) } @columns;
        my @lines = map { my $row = $_; [map { cell($t, $_, $row) } @columns] } scoped($t);
        $page .= section($of, \@headings, @lines);
    }
    my @files = map { [qq(<a href="$_">$_</a>), length $member{$_}, sha256_hex($member{$_})] } belonging();
    $page .= section('files', [map { told($_, $_) } qw(path size sha256)], @files);
    my @events = map { event_line($_, $event{$_}) } sort { $a <=> $b } keys %event;
    $page .= section('events', [map { heading('event', $_) } qw(seq at act by object key why)], @events);
    bytes("$page</body>\n</html>\n") eq content('index.html') or broken('index.html does not say what the events say');
    return 'says what the events say';
}

sub event_line {
    my ($seq, $said) = @_;
    my $by = string($said->{actor}{name}) . ' (' . string($said->{actor}{login}) . ')';
    my ($type, $what) = map { plain(($said->{object} || {})->{$_}) } qw(type key);
    my $act = string($said->{act});
    return [$seq, escaped($said->{at}), told("act.$act", $act), map { escaped($_) } $by, $type, $what, plain($said->{why})];
}

# ---- the checks, one line each --------------------------------------------------------------------------

my $code = 0;

sub ask {
    my ($name, $check) = @_;
    my $said = eval { $check->() };
    my $error = $@;
    if (!$error) { print "ok      $name: $said\n"; return 1 }
    my $unknown = ref $error && $error->{unknown};
    my $why = ref $error ? $error->{broken} // $error->{unknown} : 'something in it is not made as it is written';
    print $unknown ? "?       $name: $why\n" : "BROKEN  $name: $why\n";
    $code = 1 if !$unknown;
    $code = 2 if $unknown && !$code;
    return 0;
}

sub quit { my ($end) = @_; print qw(whole BROKEN unknown)[$end], "\n"; exit $end }

$SIG{__WARN__} = sub { die { broken => 'something in it is not made as it is written' } };
if (defined $option && ($option ne '--key' || !eval { key_of($trusted // ''); 1 })) { print "?       this is no key\n"; quit(2) }
my $in;
if (!defined $file || !open $in, '<:raw', $file) { print "?       there is no such file\n"; quit(2) }
$data = do { local $/; <$in> } // '';
if (substr($data, 0, 2) ne 'PK') { print "?       this is no evidence file\n"; quit(2) }
ask('ZIP', \&check_archive) or quit($code);
ask('manifest', \&check_manifest);
quit($code) if !$manifest;
ask(@$_) for (
    ['key', \&check_key], ['manifest.note', \&check_note], ['checkpoint', \&check_checkpoint],
    ['older checkpoints', \&check_older], ['events', \&check_events], ['subject', \&check_subject],
    ['keys', \&check_keys], ['signatures', \&check_signatures], ['texts', \&check_texts],
    ['values', \&check_values], ['files', \&check_files], ['index.html', \&check_index],
);
quit($code);
