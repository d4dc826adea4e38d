package io.godev.cli.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** SHA-256 of local files, read again only when they may have changed. */
final class Digests {
  // a file system's clock may be this coarse: a second change within it leaves size and time as
  // they are
  private static final long COARSE = TimeUnit.SECONDS.toNanos(2);

  private record Known(LocalFile file, String hash, boolean lasting) {}

  private final Map<String, Known> known = new HashMap<>();

  /** The digest of the file's content, which is at that path and was last seen like this. */
  String of(String path, Path at, LocalFile file) throws IOException {
    var remembered = known.get(path);
    if (remembered != null && remembered.lasting() && remembered.file().equals(file)) {
      return remembered.hash();
    }
    var began = System.currentTimeMillis();
    var digest = newDigest();
    try (var in =
        new DigestInputStream(Files.newInputStream(at, LinkOption.NOFOLLOW_LINKS), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return remember(path, file, digest, began);
  }

  /** Notes what was read while the file looked like this; began is when, in milliseconds. */
  String remember(String path, LocalFile file, MessageDigest digest, long began) {
    var hash = HexFormat.of().formatHex(digest.digest());
    var lasting = TimeUnit.MILLISECONDS.toNanos(began) - file.modified() > COARSE;
    known.put(path, new Known(file, hash, lasting));
    return hash;
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
