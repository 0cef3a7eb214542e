#!/usr/bin/env bash
# No note to oneself stays in the code: what is left to do belongs in the tracker.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
words='\b(TO''DO|FIX''ME|XX''X)\b'
if house_files '\.(cpp|hpp|sh|cmake|txt)$' | xargs -r grep -nE "$words"; then exit 1; fi
