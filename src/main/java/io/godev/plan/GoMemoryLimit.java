package io.godev.plan;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Memory the Go runtime should stay under: 90 % of the container's limit, in bytes.
 *
 * <p>Bytes, because GOMEMLIMIT does not read Kubernetes' {@code Mi} and a malformed value ends the
 * process. See the Go documentation of {@code runtime/debug.SetMemoryLimit}.
 */
final class GoMemoryLimit {
  /** Share of the limit, in percent; the rest is for what the Go runtime does not manage. */
  static final int PERCENT = 90;

  /** Name of the variable. */
  static final String VARIABLE = "GOMEMLIMIT";

  private GoMemoryLimit() {}

  /** The value for a container with that memory limit. */
  static String of(Quantity limit) {
    return limit
        .getNumericalAmount()
        .multiply(BigDecimal.valueOf(PERCENT))
        .divide(BigDecimal.valueOf(100), 0, RoundingMode.FLOOR)
        .toBigInteger()
        .toString();
  }
}
