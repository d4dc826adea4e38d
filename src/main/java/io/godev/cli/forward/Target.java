package io.godev.cli.forward;

import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A port of the pod and where it is wanted on this machine, as the status has it.
 *
 * @param name of the port
 * @param local the number wanted here
 * @param remote the number in the pod
 */
public record Target(String name, int local, int remote) {
  /** Name of the debugger's. */
  public static final String DEBUGGER = "debugger";

  // the end of a kubectl port-forward command, where the operator has chosen both numbers
  private static final Pattern PORTS = Pattern.compile(".* (\\d{1,5}):(\\d{1,5})");

  /** All of an environment: its TCP ports, then the debugger. */
  public static List<Target> of(GoDevEnvironment environment) {
    var status = environment.getStatus();
    if (status == null) {
      return List.of();
    }
    List<Target> targets = new ArrayList<>();
    List<Endpoint> endpoints = status.endpoints() == null ? List.of() : status.endpoints();
    endpoints.stream()
        .flatMap(endpoint -> parse(endpoint.name(), endpoint.portForward()).stream())
        // the profiler can share a port of the program
        .filter(target -> targets.stream().noneMatch(other -> other.remote() == target.remote()))
        .forEach(targets::add);
    ofDebugger(environment).ifPresent(targets::add);
    return targets;
  }

  /** The debugger of an environment; empty where none was asked for. */
  public static Optional<Target> ofDebugger(GoDevEnvironment environment) {
    var status = environment.getStatus();
    return status == null || status.debug() == null
        ? Optional.empty()
        : parse(DEBUGGER, status.debug().portForward());
  }

  private static Optional<Target> parse(String name, String command) {
    if (command == null) {
      return Optional.empty();
    }
    var ports = PORTS.matcher(command);
    return ports.matches()
        ? Optional.of(
            new Target(name, Integer.parseInt(ports.group(1)), Integer.parseInt(ports.group(2))))
        : Optional.empty();
  }

  /** How the port is reached once it is forwarded to a local one. */
  String address(int port) {
    if (name.equals("https") || name.startsWith("https-")) {
      return "https://localhost:" + port;
    }
    return name.equals("http") || name.startsWith("http-")
        ? "http://localhost:" + port
        : "localhost:" + port;
  }
}
