package io.godev.cli.doctor;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The user may do in the namespace what the commands of godev do. */
final class UserRights implements Check {
  private static final String NAME = "UserRights";
  // without them some command tells less
  private static final Set<String> DISPENSABLE = Set.of("persistentvolumeclaims", "events");

  @Override
  public Stream<Finding> check(Seen seen) {
    return Stream.of(
        seen.denied()
            .either(
                denied -> judge(denied, seen.namespace()),
                () -> Finding.unknown(NAME, "the API server does not tell what you may do"),
                why -> Finding.unknown(NAME, why)));
  }

  private static Finding judge(List<Right> denied, String namespace) {
    if (denied.isEmpty()) {
      return Finding.ok(NAME, "you may do all that godev does in the namespace " + namespace);
    }
    var seen = "in the namespace " + namespace + " you may not " + words(denied);
    var remedy =
        "ask who runs the cluster for the role edit: kubectl create rolebinding godev --clusterrole=edit --user=YOU -n "
            + namespace;
    return denied.stream().allMatch(right -> DISPENSABLE.contains(right.resource()))
        ? Finding.warn(NAME, seen, remedy)
        : Finding.fail(NAME, seen, remedy);
  }

  // "get, create pods/exec (sync, exec)"
  private static String words(List<Right> denied) {
    Map<String, Set<String>> verbs = new LinkedHashMap<>();
    Map<String, Set<String>> purposes = new LinkedHashMap<>();
    for (var right : denied) {
      verbs.computeIfAbsent(right.path(), path -> new LinkedHashSet<>()).add(right.verb());
      purposes
          .computeIfAbsent(right.path(), path -> new LinkedHashSet<>())
          .addAll(List.of(right.purpose().split(", ")));
    }
    return verbs.entrySet().stream()
        .map(
            path ->
                "%s %s (for %s)"
                    .formatted(
                        String.join(", ", path.getValue()),
                        path.getKey(),
                        String.join(", ", purposes.get(path.getKey()))))
        .collect(Collectors.joining("; "));
  }
}
