package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** The program is made for one architecture, whatever the node has. */
final class FixedArchitecture implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Unlocked,
        Severity.Info,
        "spec.go.env",
        "sets GOARCH: the program starts on nodes of that architecture alone",
        "remove it for the node's own architecture, and cross-compile in the running environment, with \"kubectl"
            + " exec NAME -- env GOARCH=arm64 go build\"",
        "A program for another architecture ends with \"exec format error\", and is built without cgo unless"
            + " CGO_ENABLED says otherwise.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    return environment.spec().go().env().stream()
        .anyMatch(variable -> variable.name().equals("GOARCH") && !variable.value().isEmpty());
  }

  @Override
  public String expression() {
    return "object.spec.?go.?env.orValue([]).exists(v, v.name == 'GOARCH' && v.value != '')";
  }
}
