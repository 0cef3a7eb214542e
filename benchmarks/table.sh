# shellcheck shell=bash
# Sourced by run.sh: numbers out of the CSV that the benchmarks print, and into a line of key=value.

# column FILE ROW_PATTERN NAME   the values of the column NAME in the rows that match, in order
column() {
  awk -F, -v pattern="$2" -v name="$3" '
    NR == 1 { for (i = 1; i <= NF; ++i) if ($i == name) wanted = i; next }
    $0 ~ pattern { print $wanted }' "$1"
}

# The median of the numbers on standard input.
median() {
  sort -g | awk '
    { sorted[NR] = $1 }
    END { if (NR) print (sorted[int((NR + 1) / 2)] + sorted[int(NR / 2) + 1]) / 2 }'
}

# The number $1 with three digits, as 2.41e6 and not as 2.41e+06.
short() {
  awk -v number="$1" 'BEGIN {
    text = sprintf("%.3g", number); sub(/e\+0*/, "e", text); sub(/e-0*/, "e-", text); print text }'
}

# median_of FILE ROW_PATTERN NAME
median_of() { short "$(column "$@" | median)"; }

# ratio_of FILE PATTERN PATTERN NAME   the median of first / second, round by round: what slows the
# machine down for a while slows both sides of a round down
ratio_of() {
  short "$(paste <(column "$1" "$2" "$4") <(column "$1" "$3" "$4") | awk '{ print $1 / $2 }' | median)"
}
