package io.godev.cli.doctor;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.forward.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Ports of this machine that "godev forward" wants are free. */
final class LocalPorts implements Check {
  private static final String NAME = "LocalPorts";

  private final IntPredicate isFree;

  LocalPorts(IntPredicate isFree) {
    this.isFree = isFree;
  }

  @Override
  public Stream<Finding> check(Seen seen) {
    Map<Integer, String> wanted = new LinkedHashMap<>();
    for (var environment : seen.environments().orElse(List.of())) {
      Target.of(environment)
          .forEach(target -> wanted.putIfAbsent(target.local(), words(environment, target)));
    }
    if (wanted.isEmpty()) {
      return Stream.of(Finding.ok(NAME, "no environment has a port to forward"));
    }
    var taken =
        wanted.entrySet().stream()
            .filter(port -> !isFree.test(port.getKey()))
            .map(port -> port.getKey() + " (" + port.getValue() + ")")
            .collect(Collectors.joining(", "));
    return Stream.of(
        taken.isEmpty()
            ? Finding.ok(
                NAME,
                wanted.keySet().stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + (wanted.size() == 1 ? " is free here" : " are free here"))
            : Finding.warn(
                NAME,
                taken
                    + " cannot be opened here: taken, perhaps by a godev that forwards it now, or below 1024",
                "nothing, if the next free port will do, which \"godev forward\" takes; else end the other program"));
  }

  private static String words(GoDevEnvironment environment, Target target) {
    return target.name() + " of " + environment.getMetadata().getName();
  }
}
