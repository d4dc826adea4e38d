package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** Modules are fetched without TLS. */
final class InsecureDownloads implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Drift,
        Severity.Warning,
        "spec.go.env",
        "sets GOINSECURE, so that modules are fetched by HTTP, or from a server whose certificate nobody checked",
        "remove it, and put the certificate of your company's authority into the ConfigMap of spec.proxy.caBundle",
        "GOINSECURE is set where a proxy opens TLS with an authority of its own; the CA bundle solves that, and"
            + " keeps the check.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    return environment.spec().go().env().stream()
        .anyMatch(variable -> variable.name().equals("GOINSECURE") && !variable.value().isEmpty());
  }

  @Override
  public String expression() {
    return "object.spec.?go.?env.orValue([]).exists(v, v.name == 'GOINSECURE' && v.value != '')";
  }
}
