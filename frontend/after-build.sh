# Finishes what trunk has built, before it is served.
set -e
cd "$TRUNK_STAGING_DIR"

# Trunk's minifier writes `(min-width: 44rem)` as `(width>=44rem)`, which browsers before Chrome 104, Firefox 102 and Safari 16.4 ignore.
sed -i.orig -E 's/\((width|height)>=/(min-\1:/g; s/\((width|height)<=/(max-\1:/g' ./*.html
rm ./*.orig
