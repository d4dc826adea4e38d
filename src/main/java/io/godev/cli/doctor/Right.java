package io.godev.cli.doctor;

import java.util.List;
import java.util.stream.Stream;

/**
 * Something that the user has to be allowed in the namespace.
 *
 * @param verb such as create
 * @param group API group; empty for the core one
 * @param resource in the plural
 * @param subresource empty for the resource itself
 * @param purpose commands that need it
 */
record Right(String verb, String group, String resource, String subresource, String purpose) {

  // a WebSocket begins with GET, which was checked as "get" alone until Kubernetes 1.35, and is
  // checked as "create" too from then on
  private static final List<String> CONNECT = List.of("get", "create");

  /** Everything that godev asks for. */
  static final List<Right> ALL =
      Stream.of(
              of("godevenvironments", "up, sync, status, logs", "get", "list", "watch"),
              of("godevenvironments", "up", "create"),
              of("godevenvironments", "up, restart, suspend, resume, debug", "patch"),
              of("godevenvironments", "delete", "delete"),
              // to wait for a pod is to list and watch those of its name
              of("pods", "up, sync, logs, exec", "get", "list", "watch"),
              Stream.of(new Right("get", "", "pods", "log", "up, logs")),
              CONNECT.stream().map(verb -> new Right(verb, "", "pods", "exec", "up, sync, exec")),
              CONNECT.stream()
                  .map(verb -> new Right(verb, "", "pods", "portforward", "up, forward, debug")),
              of("persistentvolumeclaims", "delete", "list"),
              of("events", "status", "list"))
          .flatMap(rights -> rights)
          .toList();

  private static Stream<Right> of(String resource, String purpose, String... verbs) {
    var group = resource.startsWith("godev") ? "godev.io" : "";
    return Stream.of(verbs).map(verb -> new Right(verb, group, resource, "", purpose));
  }

  /** Resource and subresource, as roles have them. */
  String path() {
    return subresource.isEmpty() ? resource : resource + "/" + subresource;
  }
}
