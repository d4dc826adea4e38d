package io.godev.assess;

import java.time.Duration;

/** How long a start that goes well may look like a failure; until then nobody is warned. */
final class Patience {
  /**
   * A pod counts as unschedulable while its volumes are being made, and while its claim is created
   * just after it.
   */
  static final Duration SCHEDULING = Duration.ofSeconds(10);

  /** From the start of the program until it has to answer. */
  static final Duration ANSWERING = Duration.ofSeconds(30);

  private Patience() {}
}
