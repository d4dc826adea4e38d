package io.godev.cli.progress;

import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.cli.common.Failure;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Waits for an environment, telling how far it is. */
public final class Start {
  private static final int SLICE_MILLIS = 200;
  private static final Duration OPERATOR = Duration.ofSeconds(20);

  private final Resource<GoDevEnvironment> resource;
  private final PrintWriter out;
  private final BooleanSupplier interrupted;
  private final Duration patience;
  private PushedSource pushed; // null where the source comes from elsewhere
  private String told = "";

  /** Of that environment; {@code interrupted} ends the waiting. */
  public Start(Resource<GoDevEnvironment> resource, PrintWriter out, BooleanSupplier interrupted) {
    this(resource, out, interrupted, OPERATOR);
  }

  /** With another time for the operator to notice a change. */
  Start(
      Resource<GoDevEnvironment> resource,
      PrintWriter out,
      BooleanSupplier interrupted,
      Duration patience) {
    this.resource = resource;
    this.out = out;
    this.interrupted = interrupted;
    this.patience = patience;
  }

  /** When the pod of this status was started; empty without one. */
  public static String startedAt(GoDevEnvironment environment) {
    var status = environment.getStatus();
    return status == null || status.startup() == null || status.startup().startedAt() == null
        ? ""
        : status.startup().startedAt();
  }

  /**
   * Waits until it is ready by another pod, with a line for each phase.
   *
   * @param before as it was when the change was made: what it failed by then counts no more, unless
   *     the operator leaves it so
   * @throws Failure if somebody has to act; the message is that of the condition
   */
  public GoDevEnvironment awaitReady(GoDevEnvironment before) {
    var phases = new Phases(startedAt(before), pushed != null);
    var noticed = Instant.now().plus(patience);
    return await(
        environment -> {
          phases.of(environment).forEach(out::println);
          return phases.isOfNewPod(environment) && holds(environment, ConditionType.Ready);
        },
        environment ->
            phases.isOfNewPod(environment)
                || !isSameStall(before, environment)
                || Instant.now().isAfter(noticed));
  }

  /**
   * Waits until it is ready as the spec is now, by another pod or, where none was needed, by the
   * one it had. Only another pod's phases are told.
   *
   * @param before {@link #startedAt} of the pod it had; empty without one
   * @throws Failure if somebody has to act; the message is that of the condition
   */
  public GoDevEnvironment awaitReadyOrStill(String before) {
    var phases = new Phases(before, pushed != null);
    return await(
        environment -> {
          phases.of(environment).forEach(out::println);
          return isObserved(environment)
              && holds(environment, ConditionType.Ready)
              && (pushed == null || pushed.isReady(environment));
        },
        Start::isObserved);
  }

  /**
   * This machine pushes the source meanwhile: ready counts once it is so with that, and a failure
   * that the push can mend is told and waited out.
   */
  public void whilePushed(PushedSource source) {
    pushed = source;
  }

  /** Waits until there is no pod any more. */
  public GoDevEnvironment awaitSuspended() {
    return await(environment -> reason(environment, ConditionType.Ready).equals("Suspended"));
  }

  /**
   * Waits for a state; null if the user ended the waiting.
   *
   * @throws Failure if somebody has to act before
   */
  public GoDevEnvironment await(Predicate<GoDevEnvironment> wanted) {
    return await(wanted, environment -> true);
  }

  // a failure counts where "counts" says so
  private GoDevEnvironment await(
      Predicate<GoDevEnvironment> wanted, Predicate<GoDevEnvironment> counts) {
    var begun = Instant.now();
    var isSeen = false;
    Optional<GoDevEnvironment> last = null;
    BlockingQueue<Optional<GoDevEnvironment>> changes = new LinkedBlockingQueue<>();
    try (var informer = resource.inform(new Changes(changes))) {
      while (!interrupted.getAsBoolean()) {
        var change = changes.poll(SLICE_MILLIS, TimeUnit.MILLISECONDS);
        if (change == null) {
          isSeen = isSeen || isSeenByOperator(begun);
        } else {
          last = change;
        }
        // also without a change: what counts depends on the time
        if (last != null && isReached(last, wanted, counts)) {
          return last.get();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private boolean isReached(
      Optional<GoDevEnvironment> change,
      Predicate<GoDevEnvironment> wanted,
      Predicate<GoDevEnvironment> counts) {
    var environment =
        change.orElseThrow(() -> new Failure("the environment was deleted meanwhile."));
    if (wanted.test(environment)) {
      return true;
    }
    if (holds(environment, ConditionType.Stalled) && counts.test(environment)) {
      fail(environment);
    }
    return false;
  }

  private void fail(GoDevEnvironment environment) {
    var failure = failure(environment.getStatus());
    if (pushed == null || !pushed.mends(environment)) {
      throw new Failure(failure);
    }
    if (!failure.equals(told)) {
      told = failure;
      out.println("  waits: " + failure);
      out.flush();
    }
  }

  /** Empty for a deletion. */
  private record Changes(BlockingQueue<Optional<GoDevEnvironment>> queue)
      implements ResourceEventHandler<GoDevEnvironment> {

    @Override
    public void onAdd(GoDevEnvironment environment) {
      queue.add(Optional.of(environment));
    }

    @Override
    public void onUpdate(GoDevEnvironment before, GoDevEnvironment environment) {
      queue.add(Optional.of(environment));
    }

    @Override
    public void onDelete(GoDevEnvironment environment, boolean unknown) {
      queue.add(Optional.empty());
    }
  }

  private static String failure(GoDevEnvironmentStatus status) {
    var ready = status.condition(ConditionType.Ready);
    var told = ready == null ? status.condition(ConditionType.Stalled) : ready;
    return told.reason() + ": " + told.message();
  }

  // asked once its time is over, and then no more
  private boolean isSeenByOperator(Instant begun) {
    if (Instant.now().isBefore(begun.plus(patience))) {
      return false;
    }
    var environment = resource.get();
    if (environment != null && environment.getStatus() == null) {
      throw new Failure(
          "no operator has looked at the environment for "
              + patience.toSeconds()
              + " s. \"godev doctor\" tells whether one is installed and runs.");
    }
    return true;
  }

  // the operator may not have noticed the change yet
  private static boolean isSameStall(GoDevEnvironment before, GoDevEnvironment now) {
    if (before.getStatus() == null) {
      return false;
    }
    var old = before.getStatus().condition(ConditionType.Stalled);
    var stalled = now.getStatus().condition(ConditionType.Stalled);
    return old != null
        && old.status() == stalled.status()
        && Objects.equals(old.observedGeneration(), stalled.observedGeneration())
        && Objects.equals(old.reason(), stalled.reason())
        && Objects.equals(old.lastTransitionTime(), stalled.lastTransitionTime());
  }

  // of the spec as it is
  private static boolean holds(GoDevEnvironment environment, ConditionType type) {
    var condition = current(environment, type);
    return condition != null && condition.holds();
  }

  private static String reason(GoDevEnvironment environment, ConditionType type) {
    var condition = current(environment, type);
    return condition == null ? "" : condition.reason();
  }

  private static boolean isObserved(GoDevEnvironment environment) {
    return environment.getStatus() != null
        && Objects.equals(
            environment.getStatus().observedGeneration(),
            environment.getMetadata().getGeneration());
  }

  private static Condition current(GoDevEnvironment environment, ConditionType type) {
    if (environment.getStatus() == null) {
      return null;
    }
    var condition = environment.getStatus().condition(type);
    return condition != null
            && Objects.equals(
                condition.observedGeneration(), environment.getMetadata().getGeneration())
        ? condition
        : null;
  }
}
