package io.godev.api.v1alpha1;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * The reasons of conditions that the operator itself finds.
 *
 * <p>Reasons of failed steps (such as {@code ModuleProxyUnreachable}) are the runtime's and are
 * passed on as they are; {@code docs/reference/reasons.md} lists both.
 */
public enum Reason {
  /** The spec is valid and belongs to nobody else. */
  Accepted,
  /** The spec contradicts itself or asks for what cannot be; the message names the field. */
  InvalidSpec,
  /** spec.profile names no GoDevProfile, or one that is not for the namespace. */
  ProfileNotFound,
  /** The spec asks for more than its profile allows; the message says of what. */
  OutsideProfile,
  /** The profile allows no more environments in the namespace; older ones count first. */
  TooManyEnvironments,
  /** As many environments of the profile run as it allows; it goes on when one of them ends. */
  TooManyRunning,
  /** What was asked for was brought down to what the profile allows; the message says what. */
  Clamped,
  /** spec.source.hostPath: the cluster's nodes do not see folders of the developer's machine. */
  ProvisionerHasNoHostMounts,
  /** spec.source.hostPath: the operator does not know the cluster's nodes, and tries again. */
  NodesUnknown,
  /** spec.source.hostPath: the operator may not see the cluster's nodes. */
  NodesForbidden,
  /** An object that the operator did not create has a name this environment needs. */
  NameConflict,
  /** What is asked for waits for something before it. */
  Waiting,
  /** The step is at work. */
  InProgress,
  /** The workspace is empty until {@code godev sync} pushes the source for the first time. */
  AwaitingSync,
  /** The node has not shown the folder of spec.source.hostPath for a while. */
  HostPathUnavailable,
  /** The step was done. */
  Succeeded,
  /** No node takes the pod yet; the scheduler keeps trying. */
  Unschedulable,
  /** A claim is not bound yet; the message names it and its storage class. */
  VolumePending,
  /** A claim names no storage class and the cluster has no default one. */
  NoStorageClass,
  /** The claim of spec.source.claim is not there. */
  ClaimNotFound,
  /** The storage class of a claim does not let it grow. */
  VolumeCannotGrow,
  /** An image cannot be pulled. */
  ImagePullFailed,
  /** The kubelet cannot make a container of the spec, such as for a missing Secret. */
  ContainerConfigInvalid,
  /** A ResourceQuota of the namespace leaves too little; the message says of what. */
  QuotaExceeded,
  /** A LimitRange of the namespace forbids the amounts of spec.resources or spec.storage. */
  LimitRangeExceeded,
  /** Pod Security of the namespace forbids the pod. */
  PodSecurityViolation,
  /** The API server refused to create or change an object; the message says why. */
  Refused,
  /** The pod was evicted by its node; it is made anew. */
  Evicted,
  /** The pod failed otherwise than by its program; it is made anew. */
  PodLost,
  /** The pod does not end although its time is over: its node does not answer. */
  NodeUnreachable,
  /** The pod is being removed. */
  Terminating,
  /** The program has been started. */
  Started,
  /** A change is being built; the program before it runs on. */
  Building,
  /** The program stands at a breakpoint, and answers nobody until it goes on. */
  Paused,
  /** The program is running, but does not answer its readiness check yet. */
  NotAnswering,
  /** The program ended with exit code 0. */
  Completed,
  /** The program ended with an error several times in a row. */
  Crashed,
  /** The kernel ended a process that went over the memory limit. */
  OutOfMemory,
  /** A step failed in a way it could not explain itself. */
  Failed,
  /** spec.mode is Suspended. */
  Suspended,
  /** Nobody worked in the environment for the time of spec.idle; godev resume has it go on. */
  IdleSuspended,
  /** The time of spec.expiry is over; a later one has it go on. */
  Expired,
  /** The time of spec.expiry is over soon. */
  ExpiresSoon,
  /** All that was asked for is there. */
  Ready,
  /** A load balancer was asked for and has no address. */
  LoadBalancerPending,
  /** The load balancer says that it cannot open a port. */
  PortTaken,
  /** Nothing is left to do. */
  Settled,
  /** A change of the operator, or one that needs a new pod, waits for a restart. */
  ChangeWaits,
  /** Pod and spec agree. */
  UpToDate,
  /** A fleet's template is on its way to its members. */
  RollingOut,
  /** A fleet's template failed, and the members that got it are given the last good one back. */
  RollingBack,
  /** A fleet's template failed, and no member has it any more; the message says where and why. */
  RolledBack,
  /** A fleet's template failed and goes to nobody else; the message says where and why. */
  RolloutPaused,
  /** Somebody has to act before every member of a fleet can be ready. */
  MembersFailed;

  private static final Set<String> SUSPENSIONS =
      Set.of(Suspended.name(), IdleSuspended.name(), Expired.name());
  private static final Pattern WORD = Pattern.compile("[A-Z][A-Za-z0-9]{0,127}");

  /**
   * Whether an environment that is ready for that reason has no pod, because it is to have none:
   * all that was asked for is there all the same.
   */
  public static boolean isSuspension(String reason) {
    return SUSPENSIONS.contains(reason);
  }

  /**
   * Whether a text that comes from a pod can be the reason of a condition and of an Event: a
   * CamelCase word.
   */
  public static boolean isWord(String text) {
    return WORD.matcher(text).matches();
  }
}
