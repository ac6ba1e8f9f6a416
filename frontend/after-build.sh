# Finishes what trunk has built, before it is served: what trunk's minifiers do to styles and scripts.
set -e
[ "$TRUNK_PROFILE" = release ] || exit 0
cd "$TRUNK_STAGING_DIR"

# They write `(min-width: 44rem)` as `(width>=44rem)`, which browsers before Chrome 104, Firefox 102 and Safari 16.4 ignore.
sed -i.orig -E 's/\((width|height)>=/(min-\1:/g; s/\((width|height)<=/(max-\1:/g' ./*.html ./*.css

# They cannot parse wasm-bindgen's JavaScript, and leave it as it is. Lines of comments and indentation are an eleventh of its download.
sed -i.orig -E 's/^ +//; /^(\/\/|\/\*\*|\*)/d' ./*.js

rm ./*.orig
