package io.godev.plan.fleet;

import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import io.godev.api.v1alpha1.GoDevFleetSpec.Member;
import io.godev.api.v1alpha1.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * How it is with a member.
 *
 * @param environment its environment, or null
 */
public record MemberState(Member member, GoDevEnvironment environment) {
  // it is a person's turn, and nothing is wrong with the template
  private static final Set<String> WAITS_FOR_SOMEBODY =
      Set.of(Reason.AwaitingSync.name(), Reason.Paused.name());

  /** How far an environment has come since the fleet changed it. */
  enum Phase {
    /** There is none. */
    Missing,
    /** It is on its way. */
    Updating,
    /** It has been ready for long enough, or needs not be. */
    Done,
    /** Somebody has to act before it can go on. */
    Failing,
    /** It had its time, and is not ready. */
    Overdue
  }

  public String name() {
    return member.name();
  }

  /** Whether it is suspended by its spec. */
  public boolean isSuspended() {
    return environment != null && environment.getSpec().mode() == Mode.Suspended;
  }

  /** Whether it is ready as its spec is now. */
  public boolean isReady() {
    return isObserved() && holds(ConditionType.Ready);
  }

  /** Whether somebody has to act before it can go on. */
  public boolean isFailing() {
    return isObserved() && holds(ConditionType.Stalled);
  }

  /** What its environment says of itself, or null if it does not yet. */
  public Condition ready() {
    return environment == null || environment.getStatus() == null
        ? null
        : environment.getStatus().condition(ConditionType.Ready);
  }

  /** Whether the program stands at a breakpoint, where nobody likes to lose it. */
  boolean isPaused() {
    return ready() != null && ready().reason().equals(Reason.Paused.name());
  }

  /** Hash of the template that was written last; empty without one. */
  public String template() {
    return environment == null ? "" : Written.of(environment).template();
  }

  Phase phase(Pace pace, Instant now) {
    if (environment == null) {
      return Phase.Missing;
    }
    if (isSuspended()) {
      return Phase.Done;
    }
    if (isFailing()) {
      return Phase.Failing;
    }
    if (isReady()) {
      return now.isBefore(settled(pace)) ? Phase.Updating : Phase.Done;
    }
    if (isObserved() && ready() != null && WAITS_FOR_SOMEBODY.contains(ready().reason())) {
      return Phase.Done;
    }
    return now.isBefore(deadline(pace)) ? Phase.Updating : Phase.Overdue;
  }

  /** How long until time alone changes the phase of one that is on its way. */
  Duration untilNext(Pace pace, Instant now) {
    return Duration.between(now, isReady() ? settled(pace) : deadline(pace));
  }

  private Instant settled(Pace pace) {
    var changed = Written.of(environment).time();
    var ready = Instant.parse(ready().lastTransitionTime());
    return (ready.isAfter(changed) ? ready : changed).plus(pace.minReady());
  }

  private Instant deadline(Pace pace) {
    return Written.of(environment).time().plus(pace.failureAfter());
  }

  private boolean isObserved() {
    return environment != null
        && environment.getStatus() != null
        && Objects.equals(
            environment.getMetadata().getGeneration(),
            environment.getStatus().observedGeneration());
  }

  private boolean holds(ConditionType type) {
    var condition = environment.getStatus().condition(type);
    return condition != null && condition.holds();
  }
}
