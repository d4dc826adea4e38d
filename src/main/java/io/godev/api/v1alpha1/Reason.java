package io.godev.api.v1alpha1;

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
  /** An object that the operator did not create has a name this environment needs. */
  NameConflict,
  /** What is asked for waits for something before it. */
  Waiting,
  /** The step is at work. */
  InProgress,
  /** The step was done. */
  Succeeded,
  /** No node takes the pod yet; the scheduler keeps trying. */
  Unschedulable,
  /** The pod waits for its volumes. */
  VolumePending,
  /** An image cannot be pulled. */
  ImagePullFailed,
  /** The kubelet cannot make a container of the spec, such as for a missing Secret. */
  ContainerConfigInvalid,
  /** The API server refused to create or change an object; the message says why. */
  Refused,
  /** The pod was evicted or its node went away; it is made anew. */
  PodLost,
  /** The pod is being removed. */
  Terminating,
  /** The program has been started. */
  Started,
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
  /** All that was asked for is there. */
  Ready,
  /** Nothing is left to do. */
  Settled,
  /** A change of the operator, or one that needs a new pod, waits for a restart. */
  ChangeWaits,
  /** Pod and spec agree. */
  UpToDate
}
