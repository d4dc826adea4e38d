package io.godev.cli.sync;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Progress as lines: one for the first push, then one a batch; what is wrong goes to the other
 * writer.
 */
public final class SyncProgress implements SyncListener {
  private final PrintWriter out;
  private final PrintWriter err;
  private String waiting = "";

  public SyncProgress(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public void waiting(String what) {
    if (!what.equals(waiting)) {
      waiting = what;
      say(out, what);
    }
  }

  @Override
  public void connected(String place) {
    waiting = "";
    say(out, "syncing with " + place);
  }

  @Override
  public void firstPush(Pushed pushed) {
    say(
        out,
        pushed.isNothing()
            ? "the workspace is as the folder is"
            : "first push: " + summary(pushed));
  }

  @Override
  public void pushed(Pushed pushed) {
    say(out, summary(pushed));
  }

  @Override
  public void problem(String path, String problem) {
    say(err, path + ": " + problem);
  }

  @Override
  public void kept(String path, String as) {
    say(err, "%s: what was in the pod is kept there as %s".formatted(path, as));
  }

  @Override
  public void disconnected(String reason, Duration next) {
    say(err, "the connection broke: %s; again in %s s".formatted(reason, seconds(next)));
  }

  private static String summary(Pushed pushed) {
    List<String> parts = new ArrayList<>();
    add(parts, pushed.written(), "written");
    add(parts, pushed.renamed(), "renamed");
    add(parts, pushed.removed(), "removed");
    return "%s (%s) in %s s"
        .formatted(String.join(", ", parts), size(pushed.bytes()), seconds(pushed.took()));
  }

  private static void add(List<String> parts, int count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }

  private static String size(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " bytes";
    }
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f", time.toMillis() / 1000.0);
  }

  private static void say(PrintWriter writer, String line) {
    writer.println(line);
    writer.flush();
  }
}
