package io.godev.resolve;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.cluster.Platform;
import io.godev.resolve.profile.AppliedProfile;
import java.time.Instant;

/**
 * An environment as the user means it.
 *
 * @param name of the GoDevEnvironment
 * @param namespace of the GoDevEnvironment
 * @param uid of the GoDevEnvironment; another one of the same name is another environment
 * @param written the spec as the user wrote it, from which a restart is decided
 * @param spec the same with every default filled in: no member is null but those for which the
 *     absence means something ({@code source}'s other kinds, {@code modules.sumDatabase} and {@code
 *     credentials}, {@code run.mainPackage} and {@code readiness}, the proxies, the storage class,
 *     a workspace that is the user's own claim); no list is null; a folder of the developer's
 *     machine has its path on the node
 * @param restartRequest value of the annotation {@value #RESTART_ANNOTATION}, empty without it
 * @param attachesDebugger whether the annotation {@value #DEBUG_ANNOTATION} asks for a debugger in
 *     the running program
 * @param platform where it runs
 * @param profile what holds for it beside its spec
 * @param suspension why it has no pod, if it is to have none
 * @param awakeUntil until when that nobody works in it does not count
 */
public record ResolvedEnvironment(
    String name,
    String namespace,
    String uid,
    GoDevEnvironmentSpec written,
    GoDevEnvironmentSpec spec,
    String restartRequest,
    boolean attachesDebugger,
    Platform platform,
    AppliedProfile profile,
    Suspension suspension,
    Instant awakeUntil) {

  /** Annotation on a GoDevEnvironment: a new value replaces the pod once. */
  public static final String RESTART_ANNOTATION = "godev.io/restart";

  /**
   * Annotation on a GoDevEnvironment: {@value #ATTACH} has a debugger attached to the running
   * program.
   */
  public static final String DEBUG_ANNOTATION = "godev.io/debug";

  /** The one value of {@link #DEBUG_ANNOTATION}. */
  public static final String ATTACH = "attach";

  public boolean isSuspended() {
    return suspension != Suspension.None;
  }

  ResolvedEnvironment with(Suspension other) {
    return new ResolvedEnvironment(
        name,
        namespace,
        uid,
        written,
        spec,
        restartRequest,
        attachesDebugger,
        platform,
        profile,
        other,
        awakeUntil);
  }
}
