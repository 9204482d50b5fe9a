#!/bin/sh
# Rechunks the bundled sample: builds rezarr if needed, unpacks the sample into a new folder, and makes each variable one
# chunk along time. Give a folder (which must not exist yet) to choose the place.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -gt 0 ]; then
    folder=$1
    mkdir "$folder"
else
    folder=$(mktemp -d)
fi

tar -xzf "$root/examples/sample.tar.gz" -C "$folder"
printf 'The sample: %s/weather.zarr\n' "$folder"
"$root/rezarr" info "$folder/weather.zarr" --tree

"$root/rezarr" rechunk "$folder/weather.zarr" "$folder/rechunked.zarr" --chunks time=-1
"$root/rezarr" diff "$folder/weather.zarr" "$folder/rechunked.zarr" --metadata
printf 'The same data, rechunked: %s/rechunked.zarr\n' "$folder"
