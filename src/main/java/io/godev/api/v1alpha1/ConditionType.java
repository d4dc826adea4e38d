package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.stream.Stream;

/** The conditions of a {@link GoDevEnvironment}, in the order in which they come true. */
public enum ConditionType {
  /** The spec is valid, and no object of somebody else is in the way. */
  Accepted,
  /** ResourceQuotas and LimitRanges of the namespace let in all that is asked for. */
  QuotaAvailable,
  /** The source is in the workspace. */
  SourceReady,
  /** All modules are downloaded and verified. */
  ModulesReady,
  /** The last build that is known succeeded. */
  Built,
  /** The program runs. */
  Running,
  /** The debugger that was asked for is there; absent where none was. */
  DebuggerReady,
  /** A load balancer reaches the ports that ask for one; absent where none does. */
  Exposed,
  /** The profile brought wishes down to its limits; absent where it did not. */
  Clamped,
  /** Everything the user asked for is there; else the reason is that of what is missing first. */
  Ready,
  /** The operator or the cluster is at work (kstatus: in progress). */
  Reconciling,
  /** Nothing will change until somebody acts (kstatus: failed). */
  Stalled,
  /** A change waits for a restart; the message lists what. */
  PendingRestart,
  /** The time of spec.expiry is over soon; absent until then. */
  ExpiresSoon;

  /** The type of that name; null for one that a later release of the operator wrote. */
  @JsonCreator
  static ConditionType of(String name) {
    return Stream.of(values()).filter(type -> type.name().equals(name)).findFirst().orElse(null);
  }
}
