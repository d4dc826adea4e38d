package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** git is asked of an image without it. */
final class GitMissing implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Containers,
        Severity.Warning,
        "spec.go.image",
        "is one of Alpine, which comes without git, and modules are fetched from their repositories"
            + " (spec.go.modules.private, or direct as the first proxy)",
        "remove the field, because the default image has git, or take an image of your own with git in it",
        "golang:*-alpine installs ca-certificates alone: the go command does not find the executable git.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var modules = environment.spec().go().modules();
    return Images.isAlpine(environment)
        && (!modules.privatePatterns().isEmpty()
            || !modules.proxy().isEmpty() && modules.proxy().get(0).equals("direct"));
  }

  @Override
  public String expression() {
    return "object.spec.?go.?image.orValue('').matches(r'"
        + Images.ALPINE
        + "') && (size(object.spec.?go.?modules.?private.orValue([])) > 0"
        + " || (object.spec.?go.?modules.?proxy.orValue([]) + [''])[0] == 'direct')";
  }
}
