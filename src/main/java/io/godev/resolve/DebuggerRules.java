package io.godev.resolve;

import io.godev.api.v1alpha1.Debug;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Run;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a debugger and instrumented programs need of the rest of the spec. */
final class DebuggerRules {
  // -s leaves the symbol table out, -w the debugging information
  private static final Pattern STRIPS = Pattern.compile("--?ldflags=(.*[ '\"=])?-[sw]\\b.*");
  private static final Pattern TRIMS = Pattern.compile("--?trimpath(=true|=1)?");

  private DebuggerRules() {}

  /** The debugger's port is none that the program opens. */
  static Stream<Violation> portIsFree(GoDevEnvironmentSpec spec) {
    if (spec.debug().mode() == Debug.Mode.Off) {
      return Stream.empty();
    }
    var port = spec.debug().port();
    var taken =
        spec.run().ports().stream()
            .filter(other -> other.protocol() == Run.Protocol.TCP)
            .filter(other -> other.containerPort().equals(port))
            .map(other -> "spec.run.ports " + other.name());
    var profiling =
        spec.profiling() != null && spec.profiling().port().equals(port)
            ? Stream.of("spec.profiling.port")
            : Stream.<String>empty();
    return Stream.concat(taken, profiling)
        .map(
            other ->
                new Violation(
                    "spec.debug.port", port + " is also that of " + other + "; take another one"));
  }

  /** Nothing takes away what the debugger finds lines and variables by. */
  static Stream<Violation> flagsKeepTheSourceKnown(GoDevEnvironmentSpec spec) {
    if (spec.debug().mode() == Debug.Mode.Off) {
      return Stream.empty();
    }
    var flags = spec.go().flags();
    return IntStream.range(0, flags.size())
        .filter(
            i -> TRIMS.matcher(flags.get(i)).matches() || STRIPS.matcher(flags.get(i)).matches())
        .mapToObj(
            i ->
                new Violation(
                    "spec.go.flags[" + i + "]",
                    flags.get(i)
                        + " leaves out what the debugger needs; remove it, or set spec.debug.mode to Off"));
  }

  /** The race detector is made with cgo. */
  static Stream<Violation> raceDetectorHasCgo(GoDevEnvironmentSpec spec) {
    if (spec.run().instrument() != Run.Instrument.Race) {
      return Stream.empty();
    }
    var go = spec.go().env();
    return IntStream.range(0, go.size())
        .filter(i -> go.get(i).name().equals("CGO_ENABLED") && "0".equals(go.get(i).value()))
        .mapToObj(
            i ->
                new Violation(
                    "spec.go.env[" + i + "].value",
                    "CGO_ENABLED is 0, and spec.run.instrument: Race needs cgo; remove the variable, or set"
                        + " spec.run.instrument to None"));
  }
}
