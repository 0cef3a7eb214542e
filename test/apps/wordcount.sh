#!/bin/sh
# wordcount.sh NP FARM_APP [LAUNCHER...]: farm_app wordcount agrees with tr, sort and uniq, and with
# itself however the documents are cut; what it cannot do it says.
np=$1
app=$2
shift 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
docs=$folder/docs
export LC_ALL=C

fail() {
  echo "wordcount.sh (np $np): $*"
  exit 1
}

# count OUTPUT FOLDER ARGUMENT...   the totals end up in $folder/totals
count() {
  output=$1
  shift
  # shellcheck disable=SC2086  # the launcher is words
  $launcher "$app" wordcount "$@" --output "$output" 2>"$folder/totals" || {
    cat "$folder/totals"
    fail "no success from: wordcount $*"
  }
}

# refused TEXT ARGUMENT...   the command fails and says TEXT
refused() {
  text=$1
  shift
  # shellcheck disable=SC2086
  if $launcher "$app" wordcount "$@" >"$folder/said" 2>&1; then fail "no failure from: $*"; fi
  grep -F -- "$text" "$folder/said" >/dev/null || {
    cat "$folder/said"
    fail "nothing of: $text"
  }
}

launcher=$*
mkdir -p "$docs/deep/er" "$docs/none"
: >"$docs/empty.txt"
printf 'alone' >"$docs/one-word"
# Some 400 KB, with words of many lengths, repeated ones, letters beyond ASCII and quotes.
awk 'BEGIN {
  for (i = 1; i <= 40000; ++i) {
    x = (x * 1103515245 + 12345) % 2147483648
    r = x / 2147483648
    n = int(exp(r * 9))
    word = substr("stra\303\237e,\"caf\303\251\"'"'"'na\303\257ve", 1 + n % 3 * 4, 4) n
    printf "%s%s", i % 3 ? "w" n : word, i % 11 ? " " : i % 7 ? "\n" : "\t \r\n"
  }
  print ""
}' >"$docs/large.txt"
sed 's/w1/W1/g' "$docs/large.txt" >"$docs/deep/capitals.txt"
head -c 30000 "$docs/large.txt" | tr 'w' 'v' >"$docs/deep/er/part.txt"
printf '\n' >>"$docs/deep/er/part.txt"

# The same from the tools of the shell, word by word of each document.
for file in "$docs"/deep/er/part.txt "$docs"/deep/capitals.txt "$docs"/large.txt "$docs"/one-word; do
  cat "$file"
  echo
done | tr -s '[:space:]' '\n' | sed '/^$/d' >"$folder/words"
sort "$folder/words" | uniq -c | awk '{
  word = $2
  if (word ~ /[",]/) { gsub(/"/, "\"\"", word); word = "\"" word "\"" }
  print $1 " " $2 " " word
}' | sort -k1,1nr -k2,2 | awk 'BEGIN { print "word,count" } { print $3 "," $1 }' >"$folder/expected"

count "$folder/whole" "$docs" --separator whitespace
cmp "$folder/expected" "$folder/whole" || fail "differs from sort | uniq -c"
grep "^words  *$(wc -l <"$folder/words" | tr -d ' ')$" "$folder/totals" >/dev/null ||
  fail "another number of words"
count "$folder/cut" "$docs" --separator whitespace --split 997
cmp "$folder/expected" "$folder/cut" || fail "pieces of 997 bytes change the counts"
count "$folder/top" "$docs" --separator whitespace --split 64K --top 10
head -n 11 "$folder/expected" | cmp - "$folder/top" || fail "--top 10 is not the top"

count "$folder/text" "$docs" --split 1M
count "$folder/text.cut" "$docs" --split 4K
cmp "$folder/text" "$folder/text.cut" || fail "pieces of 4 KiB change the words of text"
count "$folder/lower" "$docs" --lower
if grep '[A-Z]' "$folder/lower"; then fail "--lower leaves capitals"; fi

# A single document, and none at all.
count "$folder/single" "$docs/one-word"
printf 'word,count\nalone,1\n' | cmp - "$folder/single" || fail "a single document"
count "$folder/nothing" "$docs/none"
printf 'word,count\n' | cmp - "$folder/nothing" || fail "an empty folder"

# Without --output it is stdout, and only the ranking is there.
# shellcheck disable=SC2086
$launcher "$app" wordcount "$docs/one-word" 2>/dev/null >"$folder/stdout" || fail "to stdout"
cmp "$folder/single" "$folder/stdout" || fail "stdout is not the file"

refused "no/such/folder" no/such/folder
refused "No such file or directory" "$docs" --output "$folder/no/such/file"
refused "the folder comes first" --top 3
refused "expected a size" "$docs" --split some
# A file that pretends to be longer than it is: the engine that reads it says where it was.
odd=/sys/kernel/uevent_seqnum
if [ -s "$odd" ]; then refused "'$odd' has become shorter since it was found (on " "$odd"; fi
exit 0
