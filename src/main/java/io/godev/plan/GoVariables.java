package io.godev.plan;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.Go;
import io.godev.api.v1alpha1.Proxy;
import io.godev.resolve.ResolvedEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Environment variables of every step that runs the go command.
 *
 * <p>HOME and the caches are always set: without them the go command fails on a read-only root file
 * system. GOMAXPROCS is not: Go 1.25 and later follow the CPU limit by themselves.
 */
final class GoVariables {
  private GoVariables() {}

  static List<EnvVar> of(ResolvedEnvironment environment) {
    var go = environment.spec().go();
    List<EnvVar> variables = new ArrayList<>();
    add(variables, "HOME", Paths.HOME);
    add(variables, "GOPATH", Paths.CACHE + "/path");
    add(variables, "GOMODCACHE", Paths.CACHE + "/mod");
    add(variables, "GOCACHE", Paths.CACHE + "/build");
    add(variables, "GOTMPDIR", Paths.TMP);
    // the release is picked by the image; another must not be downloaded behind the user's back
    add(variables, "GOTOOLCHAIN", "local");
    add(variables, "GOFLAGS", flags(go));
    // git works in no folder of another user, and the root of a volume is often root's; in this pod
    // there is one user
    add(variables, "GIT_CONFIG_COUNT", "1");
    add(variables, "GIT_CONFIG_KEY_0", "safe.directory");
    add(variables, "GIT_CONFIG_VALUE_0", "*");
    if (!go.modules().proxy().isEmpty()) {
      add(variables, "GOPROXY", String.join(",", go.modules().proxy()));
    }
    if (go.modules().sumDatabase() != null) {
      add(variables, "GOSUMDB", go.modules().sumDatabase());
    }
    if (!go.modules().privatePatterns().isEmpty()) {
      add(variables, "GOPRIVATE", String.join(",", go.modules().privatePatterns()));
    }
    if (go.modules().credentials() != null) {
      add(variables, "NETRC", Paths.NETRC + "/netrc");
    }
    if (!sets(environment, GoMemoryLimit.VARIABLE)) {
      add(variables, GoMemoryLimit.VARIABLE, GoMemoryLimit.of(memoryLimit(environment)));
    }
    proxy(variables, environment.spec().proxy());
    go.env().forEach(variable -> add(variables, variable.name(), variable.value()));
    return variables;
  }

  /** Whether the user sets the variable. */
  static boolean sets(ResolvedEnvironment environment, String name) {
    return Stream.concat(
            environment.spec().go().env().stream().map(variable -> variable.name()),
            environment.spec().run().env().stream().map(variable -> variable.name()))
        .anyMatch(name::equals);
  }

  private static Quantity memoryLimit(ResolvedEnvironment environment) {
    return environment.spec().resources().limits().memory();
  }

  private static String flags(Go go) {
    // a repository that belongs to another user fails VCS stamping, and only root can clean up a
    // module cache that is read-only
    var flags = new ArrayList<>(List.of("-buildvcs=false", "-modcacherw"));
    flags.add(go.modules().lock() == Go.Lock.ReadOnly ? "-mod=readonly" : "-mod=mod");
    flags.addAll(go.flags());
    return String.join(" ", flags);
  }

  private static void proxy(List<EnvVar> variables, Proxy proxy) {
    addBoth(variables, "HTTP_PROXY", proxy.http());
    addBoth(variables, "HTTPS_PROXY", proxy.https());
    if (proxy.http() != null || proxy.https() != null) {
      var inside = List.of("localhost", "127.0.0.1", "::1", ".svc", ".cluster.local");
      addBoth(
          variables,
          "NO_PROXY",
          String.join(",", Stream.concat(inside.stream(), proxy.noProxy().stream()).toList()));
    }
    if (proxy.caBundle() != null) {
      // the runtime joins the user's bundle and the image's own there
      add(variables, "SSL_CERT_FILE", Paths.CA_BUNDLE);
      add(variables, "GIT_SSL_CAINFO", Paths.CA_BUNDLE);
      add(variables, "CURL_CA_BUNDLE", Paths.CA_BUNDLE);
    }
  }

  // curl reads the lower-case names, Go and git both
  private static void addBoth(List<EnvVar> variables, String name, String value) {
    if (value != null) {
      add(variables, name, value);
      add(variables, name.toLowerCase(Locale.ROOT), value);
    }
  }

  private static void add(List<EnvVar> variables, String name, String value) {
    variables.add(new EnvVar(name, value, null));
  }
}
