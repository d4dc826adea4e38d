package io.godev.resolve.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.Source;
import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import io.godev.plan.Environments;
import java.time.Instant;

/** What a rule says of specs, in each form that it has. */
final class Verdicts {
  private static final Platform PLATFORM =
      new Platform(
          Distribution.DockerDesktopKubeadm,
          Source.Host.WindowsWSL2,
          "docker-desktop",
          "",
          "",
          new Quantity("64Gi"));

  private final SpecRule rule;

  Verdicts(SpecRule rule) {
    this.rule = rule;
  }

  void speaks(String spec) {
    assertThat(inJava(spec)).describedAs("in Java").isTrue();
    assertThat(inCel(spec)).describedAs("in CEL").isTrue();
  }

  void isSilent(String spec) {
    assertThat(inJava(spec)).describedAs("in Java").isFalse();
    assertThat(inCel(spec)).describedAs("in CEL").isFalse();
  }

  private boolean inCel(String spec) {
    return AdmissionCel.isTrue(rule.expression(), AdmissionCel.object(Environments.yaml(spec)));
  }

  private boolean inJava(String spec) {
    var environment = Environments.resolved(Environments.environment(spec), PLATFORM);
    return rule.check(Situation.of(environment, Instant.EPOCH)).isPresent();
  }
}
