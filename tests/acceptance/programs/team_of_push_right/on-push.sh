#!/bin/sh
# the deploy box runs this for whatever lands in the registry (systemd unit: ecr-push@)
set -eu
event=$(cat)

get() {
  printf '%s' "$event" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

[ "$(get action-type)" = PUSH ] || exit 0
[ "$(get result)" = SUCCESS ] || exit 0

repo=$(get repository-name)
case "$repo" in
  */*) team=${repo%%/*} ;;
  *) team=platform ;;
esac
echo "notify $team about $repo" >&2
