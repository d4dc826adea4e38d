package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.godev.plan.Environments;
import java.time.Instant;

/** What a rule says of specs, in each form that it has. */
final class Verdicts {
  private final SpecRule rule;

  Verdicts(SpecRule rule) {
    this.rule = rule;
  }

  void speaks(String spec) {
    assertThat(inJava(spec)).isTrue();
  }

  void isSilent(String spec) {
    assertThat(inJava(spec)).isFalse();
  }

  private boolean inJava(String spec) {
    var environment = Environments.resolved(Environments.environment(spec));
    return rule.check(Situation.of(environment, Instant.EPOCH)).isPresent();
  }
}
