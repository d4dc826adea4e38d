package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** Nobody checks what a module proxy hands out the first time. */
final class ChecksumDatabaseOff implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Unlocked,
        Severity.Warning,
        "spec.go.modules.sumDatabase",
        "is off for public modules too, so that whatever a proxy hands out first is taken for the module",
        "remove it, and name the modules that are not public in spec.go.modules.private; behind a proxy that"
            + " mirrors a checksum database, write the database's name and the mirror's URL",
        "GOSUMDB=off is copied from guide to guide for private modules, and holds for all; GOPRIVATE is there for"
            + " those.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var modules = environment.spec().go().modules();
    return "off".equals(modules.sumDatabase()) && !modules.privatePatterns().contains("*");
  }

  @Override
  public String expression() {
    return "object.spec.?go.?modules.?sumDatabase.orValue('') == 'off'"
        + " && !('*' in object.spec.?go.?modules.?private.orValue([]))";
  }
}
