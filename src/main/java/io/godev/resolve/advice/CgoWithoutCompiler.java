package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.api.v1alpha1.Run;
import io.godev.resolve.ResolvedEnvironment;

/** cgo is asked of an image without a C compiler. */
final class CgoWithoutCompiler implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Containers,
        Severity.Warning,
        "spec.go.image",
        "is one of Alpine, which comes without a C compiler, and cgo is asked for (CGO_ENABLED=1, -race or"
            + " spec.run.instrument Race)",
        "remove the field, because the default image has gcc, or take an image of your own with a compiler in it",
        "golang:*-alpine installs ca-certificates alone: the build ends with \"-race requires cgo\" or \"C compiler"
            + " not found\".");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var spec = environment.spec();
    return Images.isAlpine(environment)
        && (spec.run().instrument() == Run.Instrument.Race
            || spec.go().flags().stream().anyMatch(flag -> flag.matches("--?race(=true|=1)?"))
            || spec.go().env().stream()
                .anyMatch(v -> v.name().equals("CGO_ENABLED") && v.value().equals("1")));
  }

  @Override
  public String expression() {
    return "object.spec.?go.?image.orValue('').matches(r'"
        + Images.ALPINE
        + "') && (object.spec.?run.?instrument.orValue('') == 'Race'"
        + " || object.spec.?go.?flags.orValue([]).exists(f, f.matches('^--?race(=true|=1)?$'))"
        + " || object.spec.?go.?env.orValue([]).exists(v, v.name == 'CGO_ENABLED' && v.value == '1'))";
  }
}
