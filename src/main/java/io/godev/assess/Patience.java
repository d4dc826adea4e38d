package io.godev.assess;

import java.time.Duration;

/** How long a start that goes well may look like a failure; until then nobody is warned. */
final class Patience {
  /** A pod counts as unschedulable while a node is added, or a claim is created just after it. */
  static final Duration SCHEDULING = Duration.ofSeconds(10);

  /** A provisioner that asks a cloud for a disk takes its time. */
  static final Duration PROVISIONING = Duration.ofSeconds(30);

  /** The kubelet looks for a folder of the node at once, and again with growing pauses. */
  static final Duration MOUNTING = Duration.ofSeconds(20);

  /** A load balancer of Docker Desktop takes seconds, one of a cloud some minutes. */
  static final Duration BALANCING = Duration.ofSeconds(60);

  /** From the start of the program until it has to answer. */
  static final Duration ANSWERING = Duration.ofSeconds(30);

  private Patience() {}
}
