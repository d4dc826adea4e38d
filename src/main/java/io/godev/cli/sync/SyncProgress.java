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
  // from step to step of a pod's start the connection is away for less
  private static final Duration USUAL_GAP = Duration.ofSeconds(3);

  private final PrintWriter out;
  private final PrintWriter err;
  private String told = "";
  private boolean isFirst = true;
  private boolean isGapTold = true;
  private long gap = System.nanoTime();

  public SyncProgress(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public void waiting(String what) {
    if (isLong()) {
      tell(out, what);
    }
  }

  @Override
  public void connected(String place) {
    if (isGapTold) {
      say(out, "syncing with " + place);
    }
    told = "";
    isGapTold = false;
    gap = 0;
  }

  @Override
  public void firstPush(Pushed pushed) {
    if (isFirst || !pushed.isNothing()) {
      say(
          out,
          pushed.isNothing()
              ? "the workspace is as the folder is"
              : (isFirst ? "first push: " : "") + summary(pushed));
    }
    isFirst = false;
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
    if (isLong()) {
      tell(err, "the connection broke: %s; again in %s s".formatted(reason, seconds(next)));
    }
  }

  private boolean isLong() {
    if (gap == 0) {
      gap = System.nanoTime();
    }
    return System.nanoTime() - gap > USUAL_GAP.toNanos();
  }

  private void tell(PrintWriter writer, String line) {
    isGapTold = true;
    if (!line.equals(told)) {
      told = line;
      say(writer, line);
    }
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
