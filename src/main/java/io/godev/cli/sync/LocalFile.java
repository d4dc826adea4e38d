package io.godev.cli.sync;

/** What the local folder has under a path, as far as one look tells. */
record LocalFile(Kind kind, long size, boolean executable, long modified, String target) {
  static final LocalFile FOLDER = new LocalFile(Kind.FOLDER, 0, false, 0, "");

  /** Something that is there and cannot be pushed: what the workspace has under its path stays. */
  static final LocalFile UNSENDABLE = new LocalFile(Kind.UNSENDABLE, 0, false, 0, "");

  enum Kind {
    FILE("f"),
    FOLDER("d"),
    LINK("l"),
    UNSENDABLE("");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** In messages. */
    String code() {
      return code;
    }
  }

  /** A file; modified is in nanoseconds since 1970. */
  static LocalFile file(long size, boolean executable, long modified) {
    return new LocalFile(Kind.FILE, size, executable, modified, "");
  }

  static LocalFile link(String target) {
    return new LocalFile(Kind.LINK, 0, false, 0, target);
  }
}
