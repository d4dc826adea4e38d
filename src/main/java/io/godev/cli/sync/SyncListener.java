package io.godev.cli.sync;

import java.time.Duration;

/** What a {@link SyncClient} tells while it works. Calls come from its own thread. */
public interface SyncListener {
  /** What was pushed at once. */
  record Pushed(int written, int renamed, int removed, long bytes, Duration took) {
    boolean isNothing() {
      return written + renamed + removed == 0;
    }
  }

  /** It waits for something, such as the pod. */
  default void waiting(String what) {}

  /** A connection works; place says where it leads. */
  default void connected(String place) {}

  /** For the first time the workspace holds what the folder does. */
  default void firstPush(Pushed pushed) {}

  /** Changes are in the workspace. */
  default void pushed(Pushed pushed) {}

  /** Something is wrong with one path, here or there. */
  default void problem(String path, String problem) {}

  /** What was at the path in the workspace, and did not come from here, is kept as another. */
  default void kept(String path, String as) {}

  /** The connection broke; it is tried again after that time. */
  default void disconnected(String reason, Duration next) {}
}
