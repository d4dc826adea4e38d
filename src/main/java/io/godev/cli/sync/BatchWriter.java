package io.godev.cli.sync;

import io.godev.cli.sync.LocalFile.Kind;
import io.godev.cli.sync.Messages.Begin;
import io.godev.cli.sync.Messages.Entry;
import io.godev.cli.sync.Messages.Move;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Sends batches; the content of files is read at that moment. */
final class BatchWriter {
  /** A larger file is not kept in memory. */
  private static final int LARGE = 4 << 20;

  private static final int FRAME = 128 << 10;

  private final LocalTree tree;
  private final Digests digests;
  private final OutputStream out;
  private final long maxFile;
  private final Problems problems;
  private final int level;

  BatchWriter(
      LocalTree tree, Digests digests, Transport transport, long maxFile, Problems problems) {
    this.tree = tree;
    this.digests = digests;
    this.out = transport.output();
    // source text gets a quarter of its size at hardly any cost, which is still more than a copy
    this.level = transport.isNear() ? Deflater.NO_COMPRESSION : Deflater.BEST_SPEED;
    this.maxFile = maxFile;
    this.problems = problems;
  }

  /**
   * What was sent.
   *
   * @param entries what the workspace has when the batch is acknowledged
   * @param stale paths that changed while they were read, and have to be looked at again
   * @param aborted whether the whole batch was dropped for that
   */
  record Sent(
      long id, Batch batch, List<Entry> entries, List<String> stale, long bytes, boolean aborted) {}

  Sent send(long id, Batch batch) throws IOException {
    frame(Frame.BEGIN, Messages.bytes(new Begin(id, batch.remove(), batch.rename())));
    List<Entry> entries = new ArrayList<>();
    List<String> stale = new ArrayList<>();
    var bytes = 0L;
    if (!batch.write().isEmpty()) {
      try (var tar = tar()) {
        for (var path : batch.write()) {
          var entry = send(tar, path, stale);
          if (entry != null) {
            entries.add(entry);
            bytes += entry.size();
          }
        }
      } catch (ChangedException e) {
        frame(Frame.ABORT, new byte[0]);
        return new Sent(id, batch, List.of(), List.of(e.path), 0, true);
      }
    }
    frame(Frame.END, new byte[0]);
    return new Sent(id, batch, entries, stale, bytes, false);
  }

  /** What the workspace has after a rename. */
  static Entry renamed(Move move, Map<String, Entry> held) {
    var from = held.get(move.from());
    return new Entry(
        move.to(), from.kind(), from.size(), from.executable(), from.time(), from.hash());
  }

  private void frame(char kind, byte[] payload) throws IOException {
    Frame.write(out, kind, payload, payload.length);
  }

  private TarArchiveOutputStream tar() throws IOException {
    var tar = new TarArchiveOutputStream(new Gzip(new DataFrames(), level), "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    return tar;
  }

  // null if there is nothing to send
  private Entry send(TarArchiveOutputStream tar, String path, List<String> stale)
      throws IOException, ChangedException {
    var file = tree.files().get(path);
    if (file == null || file.kind() == Kind.UNSENDABLE) {
      return null;
    }
    if (file.kind() == Kind.FOLDER) {
      put(tar, new TarArchiveEntry(path + "/", TarConstants.LF_DIR), 0);
      tar.closeArchiveEntry();
      return new Entry(path, file.kind().code(), 0, false, 0, null);
    }
    if (file.kind() == Kind.LINK) {
      var entry = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
      entry.setLinkName(file.target());
      put(tar, entry, 0);
      tar.closeArchiveEntry();
      return new Entry(path, file.kind().code(), 0, false, 0, file.target());
    }
    if (file.size() > maxFile) {
      problems.report(path, "it has more than %d bytes; it is not pushed".formatted(maxFile));
      return null;
    }
    try (var content = Files.newInputStream(tree.path(path), LinkOption.NOFOLLOW_LINKS)) {
      return file.size() > LARGE
          ? sendLarge(tar, path, file, content)
          : sendSmall(tar, path, file, content, stale);
    } catch (FileSystemException e) {
      failed(path, file, e, stale);
      return null;
    }
  }

  // it is something else by now, or cannot be read
  private void failed(String path, LocalFile file, IOException e, List<String> stale) {
    if (tree.isStill(path, file)) {
      tree.unreadable(path, e);
    } else {
      stale.add(path);
    }
  }

  private Entry sendSmall(
      TarArchiveOutputStream tar, String path, LocalFile file, InputStream in, List<String> stale)
      throws IOException {
    var began = System.currentTimeMillis();
    byte[] content;
    try {
      content = in.readNBytes(2 * LARGE);
    } catch (IOException e) {
      failed(path, file, e, stale);
      return null;
    }
    if (content.length == 2 * LARGE) {
      // it has grown, and is a large one now
      stale.add(path);
      return null;
    }
    var seen = LocalFile.file(content.length, file.executable(), file.modified());
    if (content.length != file.size()) {
      stale.add(path);
    }
    put(tar, file(path, seen), content.length);
    tar.write(content);
    tar.closeArchiveEntry();
    var digest = Digests.newDigest();
    digest.update(content);
    return entry(path, seen, digests.remember(path, seen, digest, began));
  }

  private Entry sendLarge(
      TarArchiveOutputStream tar, String path, LocalFile file, InputStream content)
      throws IOException, ChangedException {
    var began = System.currentTimeMillis();
    put(tar, file(path, file), file.size());
    var digest = Digests.newDigest();
    var buffer = new byte[FRAME];
    var left = file.size();
    while (left > 0) {
      var read = readSome(path, file, content, buffer, (int) Math.min(buffer.length, left));
      digest.update(buffer, 0, read);
      tar.write(buffer, 0, read);
      left -= read;
    }
    tar.closeArchiveEntry();
    return entry(path, file, digests.remember(path, file, digest, began));
  }

  private int readSome(String path, LocalFile file, InputStream content, byte[] buffer, int length)
      throws ChangedException {
    try {
      var read = content.read(buffer, 0, length);
      if (read > 0) {
        return read;
      }
    } catch (IOException e) {
      failed(path, file, e, new ArrayList<>());
    }
    throw new ChangedException(path);
  }

  private static TarArchiveEntry file(String path, LocalFile file) {
    var entry = new TarArchiveEntry(path);
    entry.setMode(TarArchiveEntry.DEFAULT_FILE_MODE | (file.executable() ? 0111 : 0));
    entry.setLastModifiedTime(FileTime.from(file.modified(), TimeUnit.NANOSECONDS));
    return entry;
  }

  private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, long size)
      throws IOException {
    entry.setSize(size);
    tar.putArchiveEntry(entry);
  }

  private static Entry entry(String path, LocalFile file, String hash) {
    return new Entry(
        path, file.kind().code(), file.size(), file.executable(), file.modified(), hash);
  }

  /** A file is not what its header says. */
  private static final class ChangedException extends Exception {
    private final String path;

    ChangedException(String path) {
      super(path, null, false, false);
      this.path = path;
    }
  }

  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out, int level) throws IOException {
      super(out, 64 << 10);
      def.setLevel(level);
    }
  }

  private final class DataFrames extends OutputStream {
    private final byte[] buffer = new byte[FRAME];
    private int filled;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (var done = 0; done < length; ) {
        var some = Math.min(length - done, buffer.length - filled);
        System.arraycopy(bytes, offset + done, buffer, filled, some);
        filled += some;
        done += some;
        if (filled == buffer.length) {
          send();
        }
      }
    }

    @Override
    public void close() throws IOException {
      send();
    }

    private void send() throws IOException {
      if (filled > 0) {
        Frame.write(out, Frame.DATA, buffer, filled);
        filled = 0;
      }
    }
  }
}
