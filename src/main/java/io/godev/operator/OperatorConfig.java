package io.godev.operator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What whoever installs the operator may set; {@code docs/reference/configuration.md}. */
@ConfigMapping(prefix = "godev")
interface OperatorConfig {
  // https://github.com/distribution/reference: a registry, a path, a tag or a digest
  Pattern IMAGE =
      Pattern.compile(
          "[a-zA-Z0-9][a-zA-Z0-9._:/-]*(:[a-zA-Z0-9_][a-zA-Z0-9_.-]*)?(@[a-z0-9]+:[0-9a-f]+)?");

  // no empty part, none that is . or .., and so not / either
  Pattern FOLDER = Pattern.compile("(/(?![.]{1,2}(/|$))[^/]+)+");

  // RFC 1123: a label
  Pattern NAMESPACE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  // RFC 1123
  Pattern HOST = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  /** Image that holds the runtime, {@code /godevd}; by default the one of the same release. */
  String runtimeImage();

  /** Image with the Go toolchain; {@code %s} stands for the release. */
  @WithDefault("golang:%s-bookworm")
  String goImage();

  /**
   * Namespaces, separated by commas, whose environments the operator looks after; by default all of
   * them. In these namespaces it needs the rights of {@code deploy/namespaced} and no right of the
   * whole cluster.
   */
  Optional<Set<String>> namespaces();

  /** How many environments are reconciled at once, from 1 to 64. */
  @WithDefault("4")
  int reconcilerThreads();

  /**
   * Whether the operator works only while it holds the Lease {@code godev-operator} in its
   * namespace; without, two operators would answer each other's writes.
   */
  @WithDefault("true")
  @WithConverter(TrueOrFalse.class)
  boolean leaderElection();

  /** Port on which the runtimes of environments report, by HTTPS; 0 for any free one. */
  @WithDefault("8443")
  int reportPort();

  /**
   * Host by which environments reach the operator's Service; by default {@code
   * godev-operator.NAMESPACE.svc}.
   */
  Optional<String> reportHost();

  /**
   * Folder with {@code ca.crt}, {@code tls.crt} and {@code tls.key} for that endpoint, read again
   * every ten minutes. By default the operator makes and renews certificates by itself.
   */
  Optional<Path> reportCertificates();

  /**
   * Folders of the nodes, separated by commas, that environments may show with {@code
   * spec.source.hostPath}, with all below them. It needs the rights of {@code deploy/host-folders}.
   * By default there is none. A link inside such a folder can lead out of it: allow only folders
   * that trusted people alone write to.
   */
  Optional<List<String>> hostPaths();

  /** Whether log lines are JSON objects, for log collectors. */
  @WithDefault("false")
  @WithConverter(TrueOrFalse.class)
  boolean logJson();

  /**
   * The configuration, if every value can be used.
   *
   * @throws IllegalArgumentException naming the environment variable and what it may be
   */
  static OperatorConfig checked(OperatorConfig config) {
    require(
        config.reconcilerThreads() >= 1 && config.reconcilerThreads() <= 64,
        "GODEV_RECONCILER_THREADS must be from 1 to 64, and is " + config.reconcilerThreads());
    require(
        config.reportPort() >= 0 && config.reportPort() <= 65_535,
        "GODEV_REPORT_PORT must be from 0 to 65535, and is " + config.reportPort());
    config
        .namespaces()
        .orElse(Set.of())
        .forEach(
            namespace ->
                require(
                    NAMESPACE.matcher(namespace).matches(),
                    "GODEV_NAMESPACES must be names of namespaces, separated by commas, and has "
                        + namespace));
    config
        .reportHost()
        .ifPresent(
            host ->
                require(
                    HOST.matcher(host).matches(),
                    "GODEV_REPORT_HOST must be a DNS name, and is " + host));
    config
        .hostPaths()
        .orElse(List.of())
        .forEach(
            path ->
                require(
                    FOLDER.matcher(path).matches(),
                    "GODEV_HOST_PATHS must be full paths of folders, without a slash at the end, and has "
                        + path));
    require(
        IMAGE.matcher(config.runtimeImage()).matches(),
        "GODEV_RUNTIME_IMAGE must be the name of an image, and is " + config.runtimeImage());
    require(
        IMAGE.matcher(config.goImage().replaceFirst("%s", "1.26")).matches(),
        "GODEV_GO_IMAGE must be the name of an image, with %s for the release if it depends on it,"
            + " and is "
            + config.goImage());
    return config;
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
