package io.godev.assess;

import io.godev.api.v1alpha1.Reason;
import java.time.Instant;

/** How far a container of the pod has come. */
public sealed interface Step {

  /** It has not started, because of {@code reason}: {@link Reason#Waiting} where that is normal. */
  record Waiting(Reason reason, String message) implements Step {}

  /** It runs. */
  record Running(Instant since) implements Step {}

  /** It ended well. */
  record Succeeded(Instant started, Instant finished, TerminationMessage message) implements Step {}

  /** It ended badly, and may be running or waiting for its next try. */
  record Failed(Instant at, String reason, String message, TerminationMessage details)
      implements Step {}
}
