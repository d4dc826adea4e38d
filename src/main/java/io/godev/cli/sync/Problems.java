package io.godev.cli.sync;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What is wrong with single files: each is told once, as long as it stays. */
final class Problems {
  private final BiConsumer<String, String> listener;
  private final Map<String, String> told = new HashMap<>();

  Problems(BiConsumer<String, String> listener) {
    this.listener = listener;
  }

  void report(String path, String problem) {
    if (!problem.equals(told.put(path, problem))) {
      listener.accept(path, problem);
    }
  }

  void unreadable(String path, IOException e) {
    var why = e instanceof AccessDeniedException ? "you may not read it" : e.getMessage();
    report(path, "it cannot be read: %s; it is not pushed".formatted(why));
  }

  void solved(String path) {
    told.remove(path);
  }

  /** Tells of names in the same folder that Windows and macOS take for one. */
  void clashes(Collection<String> paths) {
    Map<String, String> seen = new TreeMap<>();
    for (var path : paths) {
      var other = seen.put(path.toLowerCase(Locale.ROOT), path);
      if (other != null && Names.parent(other).equals(Names.parent(path))) {
        report(
            path,
            "it and %s differ by case alone: they clash on Windows and macOS"
                .formatted(Names.name(other)));
      }
    }
  }
}
