package io.godev.resolve;

import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The rules that a spec must keep beyond those of the CRD. */
final class Rules {

  // a ConfigMap takes 1 MiB with all its names;
  // https://kubernetes.io/docs/concepts/configuration/configmap/
  private static final int FILES_LIMIT = 900 * 1024;

  /** Variables of the go command that have a field of their own, or that the operator sets. */
  private static final Map<String, String> FIELD_OF_VARIABLE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("GOPROXY", "use spec.go.modules.proxy"),
              Map.entry("GOSUMDB", "use spec.go.modules.sumDatabase"),
              Map.entry("GOPRIVATE", "use spec.go.modules.private"),
              Map.entry("NETRC", "use spec.go.modules.credentials"),
              Map.entry("GOFLAGS", "use spec.go.flags"),
              Map.entry("GOTOOLCHAIN", "use spec.go.version"),
              Map.entry("GOCACHE", "it is a folder of the cache volume"),
              Map.entry("GOMODCACHE", "it is a folder of the cache volume"),
              Map.entry("GOPATH", "it is a folder of the cache volume"),
              Map.entry("GOTMPDIR", "it is /tmp"),
              Map.entry("HOME", "it is /home/godev"),
              Map.entry("HTTP_PROXY", "use spec.proxy.http"),
              Map.entry("HTTPS_PROXY", "use spec.proxy.https"),
              Map.entry("NO_PROXY", "use spec.proxy.noProxy"),
              Map.entry("http_proxy", "use spec.proxy.http"),
              Map.entry("https_proxy", "use spec.proxy.https"),
              Map.entry("no_proxy", "use spec.proxy.noProxy"),
              Map.entry("SSL_CERT_FILE", "use spec.proxy.caBundle")));

  // go tool dist list, Go 1.26: what GOOS=linux goes with
  private static final Set<String> LINUX_ARCHITECTURES =
      Set.of(
          "386",
          "amd64",
          "arm",
          "arm64",
          "loong64",
          "mips",
          "mips64",
          "mips64le",
          "mipsle",
          "ppc64",
          "ppc64le",
          "riscv64",
          "s390x");

  private static final Map<String, String> FLAG_WITH_FIELD =
      Map.of(
          "mod", "use spec.go.modules.lock",
          "o", "the runtime decides where the program is written",
          "C", "use spec.run.package");

  private Rules() {}

  /** The files fit into one ConfigMap. */
  static Stream<Violation> filesFitIntoAConfigMap(GoDevEnvironmentSpec spec) {
    if (spec.source().files() == null) {
      return Stream.empty();
    }
    var size =
        spec.source().files().values().stream()
            .mapToInt(content -> content.getBytes(StandardCharsets.UTF_8).length)
            .sum();
    return size <= FILES_LIMIT
        ? Stream.empty()
        : Stream.of(
            new Violation(
                "spec.source.files",
                "holds "
                    + size
                    + " bytes, at most "
                    + FILES_LIMIT
                    + " fit; publish it as a module, or put it on a volume and name that in spec.source.claim"));
  }

  /**
   * No file has the name of another one's folder: the kubelet could not mount such files, and the
   * pod would wait for its volumes without a word.
   */
  static Stream<Violation> filesAreNotFoldersToo(GoDevEnvironmentSpec spec) {
    var files = spec.source().files();
    if (files == null) {
      return Stream.empty();
    }
    return new TreeSet<>(files.keySet())
        .stream()
            .flatMap(
                path -> folders(path).filter(files::containsKey).map(file -> clash(file, path)));
  }

  private static Stream<String> folders(String path) {
    return IntStream.range(0, path.length())
        .filter(i -> path.charAt(i) == '/')
        .mapToObj(i -> path.substring(0, i));
  }

  private static Violation clash(String file, String path) {
    return new Violation(
        "spec.source.files",
        file + " is a file, and the folder of " + path + "; rename one of the two");
  }

  /** A program of files is a module: it has a go.mod at its root. */
  static Stream<Violation> filesHoldAGoMod(GoDevEnvironmentSpec spec) {
    var files = spec.source().files();
    return files == null || files.containsKey("go.mod")
        ? Stream.empty()
        : Stream.of(
            new Violation(
                "spec.source.files",
                "has no go.mod; add one, such as \"module example.com/hello\" and \"go "
                    + Completion.GO_VERSION
                    + "\" on two lines"));
  }

  /** spec.go.env sets nothing that has a field of its own. */
  static Stream<Violation> goEnvLeavesFieldsAlone(GoDevEnvironmentSpec spec) {
    return reserved(
        "spec.go.env", spec.go().env().stream().map(variable -> variable.name()).toList());
  }

  /** spec.run.env sets nothing that the build of the program needs otherwise. */
  static Stream<Violation> runEnvLeavesTheRuntimeAlone(GoDevEnvironmentSpec spec) {
    return reserved(
        "spec.run.env", spec.run().env().stream().map(variable -> variable.name()).toList());
  }

  /** spec.go.flags sets nothing that has a field of its own. */
  static Stream<Violation> flagsLeaveFieldsAlone(GoDevEnvironmentSpec spec) {
    var flags = spec.go().flags();
    return IntStream.range(0, flags.size())
        .filter(i -> FLAG_WITH_FIELD.containsKey(nameOfFlag(flags.get(i))))
        .mapToObj(
            i ->
                new Violation(
                    "spec.go.flags[" + i + "]",
                    "-"
                        + nameOfFlag(flags.get(i))
                        + " cannot be set here; "
                        + FLAG_WITH_FIELD.get(nameOfFlag(flags.get(i)))));
  }

  /**
   * GOOS and GOARCH name a pair that exists and that a Linux node can run.
   *
   * <p>In spec.run.env too: the program is built again with it when its container is started again.
   */
  static Stream<Violation> programRunsOnLinux(GoDevEnvironmentSpec spec) {
    var go = spec.go().env();
    var run = spec.run().env();
    return Stream.concat(
            IntStream.range(0, go.size())
                .mapToObj(i -> platform("spec.go.env", i, go.get(i).name(), go.get(i).value())),
            IntStream.range(0, run.size())
                .mapToObj(i -> platform("spec.run.env", i, run.get(i).name(), run.get(i).value())))
        .flatMap(Optional::stream);
  }

  private static Optional<Violation> platform(String list, int index, String name, String value) {
    // the go command takes an empty one for none
    if (value == null || value.isEmpty()) {
      return Optional.empty();
    }
    var field = list + "[" + index + "].value";
    return switch (name) {
      case "GOOS" -> system(field, value);
      case "GOARCH" -> architecture(field, value);
      default -> Optional.empty();
    };
  }

  private static Optional<Violation> system(String field, String value) {
    return value.equals("linux")
        ? Optional.empty()
        : Optional.of(
            new Violation(
                field,
                value
                    + " programs cannot run in a pod; remove GOOS, and cross-compile with"
                    + " \"kubectl exec NAME -- env GOOS="
                    + value
                    + " go build\""));
  }

  /**
   * GOMEMLIMIT is written as Go reads it: any other form, such as Kubernetes' 256Mi, ends the
   * process.
   */
  static Stream<Violation> memoryLimitIsInGoSyntax(GoDevEnvironmentSpec spec) {
    var go = spec.go().env();
    var run = spec.run().env();
    return Stream.concat(
        IntStream.range(0, go.size())
            .filter(i -> isBadMemoryLimit(go.get(i).name(), go.get(i).value()))
            .mapToObj(i -> memoryLimit("spec.go.env[" + i + "].value", go.get(i).value())),
        IntStream.range(0, run.size())
            .filter(i -> isBadMemoryLimit(run.get(i).name(), run.get(i).value()))
            .mapToObj(i -> memoryLimit("spec.run.env[" + i + "].value", run.get(i).value())));
  }

  private static boolean isBadMemoryLimit(String name, String value) {
    // https://pkg.go.dev/runtime#hdr-Environment_Variables
    return name.equals("GOMEMLIMIT")
        && value != null
        // Go takes an empty one for none, and Kubernetes a missing one for an empty one
        && !value.matches("([0-9]+(B|KiB|MiB|GiB|TiB)?|off)?");
  }

  private static Violation memoryLimit(String field, String value) {
    return new Violation(
        field,
        value
            + " is no memory limit of Go; write bytes or KiB, MiB, GiB, such as 900MiB, or remove it: the"
            + " operator sets 90 % of spec.resources.limits.memory");
  }

  private static Optional<Violation> architecture(String field, String value) {
    if (LINUX_ARCHITECTURES.contains(value)) {
      return Optional.empty();
    }
    // names that uname, Debian and Docker give to what Go calls otherwise
    var known =
        switch (value) {
          case "armv6l", "armv6" -> "arm with GOARM=6";
          case "armv7l", "armv7", "armhf" -> "arm with GOARM=7";
          case "aarch64" -> "arm64";
          case "x86_64" -> "amd64";
          case "i386", "i686" -> "386";
          default -> null;
        };
    return Optional.of(
        new Violation(
            field,
            known == null
                ? value
                    + " is no architecture of Go on Linux; remove GOARCH for the node's own, or use one of "
                    + String.join(", ", LINUX_ARCHITECTURES.stream().sorted().toList())
                : value + " is no GOARCH; write " + known));
  }

  private static Stream<Violation> reserved(String field, List<String> names) {
    return IntStream.range(0, names.size())
        .filter(i -> FIELD_OF_VARIABLE.containsKey(names.get(i)))
        .mapToObj(
            i ->
                new Violation(
                    field + "[" + i + "].name",
                    names.get(i) + " cannot be set here; " + FIELD_OF_VARIABLE.get(names.get(i))));
  }

  private static String nameOfFlag(String flag) {
    var name = flag.replaceFirst("^--?", "");
    return name.contains("=") ? name.substring(0, name.indexOf('=')) : name;
  }
}
