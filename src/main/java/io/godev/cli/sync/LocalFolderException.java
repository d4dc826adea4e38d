package io.godev.cli.sync;

import java.io.IOException;

/** Something is wrong on this side, which a new connection does not change. */
final class LocalFolderException extends IOException {
  LocalFolderException(IOException cause) {
    super(cause);
  }

  IOException cause() {
    return (IOException) getCause();
  }
}
