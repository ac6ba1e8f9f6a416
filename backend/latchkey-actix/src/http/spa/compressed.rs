//! Compressed representations of a file. `latchkey compress` writes them beside the app's files once; a server that finds none
//! compresses at its start, which takes a second and some memory.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use actix_web::web::Bytes;

use super::folder::{self, DistFile};

/// A content encoding that browsers support.
#[derive(Clone, Copy, Debug)]
pub struct Encoding {
    /// Its name in `Content-Encoding`.
    pub name: &'static str,
    /// The extension of its files, without a dot.
    pub extension: &'static str,
    compress: fn(&[u8], Effort) -> io::Result<Vec<u8>>,
    decompress: fn(&[u8]) -> io::Result<Vec<u8>>,
}

/// The trade-off between size and time.
#[derive(Clone, Copy, Debug)]
enum Effort {
    /// The smallest result, for what is compressed once.
    Best,
    /// Little time, for what is compressed for each answer.
    Fast,
}

/// All encodings, the one with the smallest results first.
pub const ENCODINGS: [Encoding; 2] = [
    Encoding { name: "br", extension: "br", compress: brotli, decompress: decompress_brotli },
    Encoding { name: "gzip", extension: "gz", compress: gzip, decompress: decompress_gzip },
];

impl Encoding {
    /// The compressed form of a content: `kept` if it still decompresses to the content, or a new one.
    ///
    /// # Errors
    /// It cannot be compressed.
    pub fn representation_of(&self, content: &[u8], kept: Option<Bytes>) -> io::Result<Bytes> {
        let kept = kept.filter(|kept| (self.decompress)(kept).is_ok_and(|restored| restored == content));
        kept.map_or_else(|| (self.compress)(content, Effort::Best).map(Bytes::from), Ok)
    }

    /// Compresses the content of one answer, in a fraction of a millisecond.
    ///
    /// # Errors
    /// It cannot be compressed.
    pub fn compress_fast(&self, content: &[u8]) -> io::Result<Vec<u8>> {
        (self.compress)(content, Effort::Fast)
    }

    fn beside(&self, file: &Path) -> PathBuf {
        file.with_added_extension(self.extension)
    }
}

/// Whether a file is the compressed form of the file beside it.
fn is_compressed_copy(file: &Path) -> bool {
    without_extension(file).is_some_and(|plain| plain.is_file())
}

/// The path of the file whose compressed form would be at a path.
#[must_use]
pub fn without_extension(file: &Path) -> Option<PathBuf> {
    let extension = file.extension().unwrap_or_default();
    ENCODINGS.iter().any(|encoding| encoding.extension == extension).then(|| file.with_extension(""))
}

/// Writes every compressed form of every file of a folder beside it.
///
/// # Errors
/// The folder cannot be read, or written to.
pub fn write_all(folder: &Path) -> io::Result<()> {
    for DistFile { file, target, .. } in folder::files(folder)? {
        if !is_compressed_copy(&file) {
            let content = fs::read(&target)?;
            for encoding in ENCODINGS {
                let beside = encoding.beside(&file);
                let kept = fs::read(&beside).ok().map(Bytes::from);
                fs::write(beside, encoding.representation_of(&content, kept)?)?;
            }
        }
    }
    Ok(())
}

fn brotli(content: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
    let (quality, lgwin) = match effort {
        // In a debug build, the best quality would take a minute.
        Effort::Best => (if cfg!(debug_assertions) { 5 } else { 11 }, 22),
        // The window is enough for a page, and a larger one takes longer to prepare. Quality 4 is no faster, and a tenth larger.
        Effort::Fast => (6, 18),
    };
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin, size_hint: content.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &params)?;
    Ok(compressed)
}

fn decompress_brotli(compressed: &[u8]) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    brotli::BrotliDecompress(&mut &*compressed, &mut content)?;
    Ok(content)
}

fn gzip(content: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
    let level = match effort {
        Effort::Best => flate2::Compression::best(),
        Effort::Fast => flate2::Compression::fast(),
    };
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
    encoder.write_all(content)?;
    encoder.finish()
}

fn decompress_gzip(compressed: &[u8]) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    flate2::read::GzDecoder::new(compressed).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressed_copy_is_used_while_it_has_the_files_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("app.js");
        fs::write(&file, "go();".repeat(100)).unwrap();
        write_all(folder.path()).unwrap();
        for encoding in ENCODINGS {
            let beside = encoding.beside(&file);
            assert!(is_compressed_copy(&beside) && !is_compressed_copy(&file));
            let kept = Bytes::from(fs::read(&beside).unwrap());
            assert_eq!((encoding.decompress)(&kept).unwrap(), fs::read(&file).unwrap());
            assert_eq!(encoding.representation_of(&fs::read(&file).unwrap(), Some(kept.clone())).unwrap(), kept);
            let other = encoding.representation_of(b"another content", Some(kept)).unwrap();
            assert_eq!((encoding.decompress)(&other).unwrap(), b"another content");
        }
    }

    #[test]
    fn compressed_copies_are_not_compressed_again() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("app.js"), "go();").unwrap();
        write_all(folder.path()).unwrap();
        write_all(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
