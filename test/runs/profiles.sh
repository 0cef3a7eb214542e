#!/usr/bin/env bash
# Profiles of a site: sections of farm.ini and files of their own.  usage: profiles.sh NP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
mapfile -t launch < <(launcher "$1")
rm -rf ./*.ini folder
export FARM_PROFILES=$PWD/folder
unset FARM_PROFILE
mkdir folder
printf 'chunk = 2\n[alces]\nchunk = 11\nhwm = 3\n[curta]\nhwm = 7\n' >farm.ini
printf 'hwm = 5\n' >folder/own.ini

run 0 "${launch[@]}" "$PROGRAM" settings
says out "chunk 2 hwm auto" 1
run 0 "${launch[@]}" "$PROGRAM" settings --farm-profile alces
says out "chunk 11 hwm 3" 1
FARM_PROFILE=curta run 0 "${launch[@]}" "$PROGRAM" settings
says out "chunk 2 hwm 7" 1
FARM_PROFILE=own run 0 "${launch[@]}" "$PROGRAM" settings --farm-chunk=4
says out "chunk 4 hwm 5" 1
run 2 "${launch[@]}" "$PROGRAM" settings --farm-profile=alice
says err "there is no profile 'alice'; known are: alces (farm.ini), curta (farm.ini), own ($PWD/folder)" 1
says err "farm: " 1
echo 'hmw = 5' >folder/own.ini
run 2 "${launch[@]}" "$PROGRAM" settings --farm-profile=own
says err "own.ini: there is no setting 'hmw'" 1
