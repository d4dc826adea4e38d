package io.godev.plan;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What would be different after a restart, in words for the user. */
final class PodDifference {
  private PodDifference() {}

  /** Between the pod that runs and the one that would be made; empty where nothing can be named. */
  static List<String> between(Pod running, Pod wanted) {
    var before = containers(running);
    List<String> differences = new ArrayList<>();
    containers(wanted)
        .forEach(
            (name, container) -> {
              var was = before.get(name);
              if (was == null) {
                differences.add("container " + name + " is new");
                return;
              }
              if (!Objects.equals(was.getImage(), container.getImage())) {
                differences.add(
                    "image of " + name + ": " + was.getImage() + " → " + container.getImage());
              }
              if (!commandLine(was).equals(commandLine(container))) {
                differences.add("command line of " + name);
              }
            });
    differences.addAll(variables(PodResources.program(running), PodResources.program(wanted)));
    return differences;
  }

  /** The same where the pods have one hash: all else that differs was put there by the cluster. */
  static List<String> inWhatTheHashLeavesOut(Pod running, Pod wanted) {
    return variables(PodResources.program(running), PodResources.program(wanted)).stream()
        .filter(difference -> difference.startsWith(GoMemoryLimit.VARIABLE + ": "))
        .toList();
  }

  // names only where a value might be a secret's, both values where the operator computed them
  private static List<String> variables(Container running, Container wanted) {
    var before = byName(running);
    var after = byName(wanted);
    var names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    return names.stream()
        .filter(name -> !sameValue(before.get(name), after.get(name)))
        .map(
            name ->
                name.equals(GoMemoryLimit.VARIABLE)
                        && before.containsKey(name)
                        && after.containsKey(name)
                    ? name + ": " + before.get(name).getValue() + " → " + after.get(name).getValue()
                    : "environment variable " + name)
        .toList();
  }

  private static boolean sameValue(EnvVar one, EnvVar other) {
    return one != null
        && other != null
        // the API server leaves an empty value out
        && Objects.requireNonNullElse(one.getValue(), "")
            .equals(Objects.requireNonNullElse(other.getValue(), ""));
  }

  private static Map<String, EnvVar> byName(Container container) {
    return container.getEnv().stream()
        .collect(Collectors.toMap(EnvVar::getName, Function.identity(), (first, last) -> last));
  }

  private static Map<String, Container> containers(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .collect(
            Collectors.toMap(
                Container::getName,
                Function.identity(),
                (first, last) -> last,
                LinkedHashMap::new));
  }

  private static List<String> commandLine(Container container) {
    return Stream.concat(container.getCommand().stream(), container.getArgs().stream()).toList();
  }
}
