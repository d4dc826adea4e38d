package io.godev.cli.project;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a go.mod says (https://go.dev/ref/mod#go-mod-file).
 *
 * @param module path of the module; empty if there is none
 * @param goVersion such as 1.26 or 1.26.3; empty if there is none
 * @param toolchain such as go1.26.3; empty if there is none
 * @param required paths of the modules it needs directly
 * @param localReplacements folders outside the module that replace modules
 */
record GoMod(
    String module,
    String goVersion,
    String toolchain,
    List<String> required,
    List<String> localReplacements) {

  private static final Pattern QUOTES = Pattern.compile("^[\"`](.*)[\"`]$");

  // hosts whose modules everybody can read, unless their repository is private
  private static final Set<String> PUBLIC =
      Set.of(
          "golang.org",
          "google.golang.org",
          "gopkg.in",
          "k8s.io",
          "sigs.k8s.io",
          "go.uber.org",
          "go.opentelemetry.io",
          "cloud.google.com",
          "gorm.io",
          "gotest.tools",
          "go.etcd.io",
          "go.mongodb.org",
          "modernc.org",
          "honnef.co",
          "mvdan.cc",
          "rsc.io",
          "oras.land",
          "helm.sh",
          "istio.io",
          "knative.dev",
          "entgo.io",
          "github.com",
          "gitlab.com",
          "bitbucket.org",
          "codeberg.org");
  private static final Pattern INTERNAL =
      Pattern.compile(
          "(git|gitlab|gitea|bitbucket|code|stash|scm|source)\\..*|.*\\.(internal|corp|local|lan|intranet|private|home)|.*\\.(corp|internal|intranet)\\..*");

  static GoMod of(String text) {
    var module = "";
    var goVersion = "";
    var toolchain = "";
    List<String> required = new ArrayList<>();
    List<String> replacements = new ArrayList<>();
    var block = "";
    for (var raw : text.split("\\R")) {
      var line = raw.replaceFirst("//.*", "").strip();
      var indirect = raw.contains("// indirect");
      if (line.equals(")")) {
        block = "";
        continue;
      }
      if (line.endsWith("(") && block.isEmpty()) {
        block = line.substring(0, line.length() - 1).strip();
        continue;
      }
      var words = (block.isEmpty() ? line : block + " " + line).split("\\s+");
      if (words.length < 2) {
        continue;
      }
      switch (words[0]) {
        case "module" -> module = unquoted(words[1]);
        case "go" -> goVersion = words[1];
        case "toolchain" -> toolchain = words[1];
        case "require" -> {
          if (!indirect) {
            required.add(unquoted(words[1]));
          }
        }
        case "replace" -> {
          // with a version behind it, it is a module
          var to = unquoted(words[words.length - 1]);
          if (words[words.length - 2].equals("=>") && isOutside(to)) {
            replacements.add(to);
          }
        }
        default -> {
          // exclude, retract, tool: nothing an environment depends on
        }
      }
    }
    return new GoMod(
        module, goVersion, toolchain, List.copyOf(required), List.copyOf(replacements));
  }

  /**
   * Patterns of modules that look private: from a host with a name that companies give their own,
   * or not a public one and the module's own.
   */
  List<String> privateLooking() {
    return required.stream()
        .map(GoMod::host)
        .filter(this::looksPrivate)
        .distinct()
        .sorted()
        .toList();
  }

  private boolean looksPrivate(String host) {
    return host.contains(".")
        && !PUBLIC.contains(host)
        && (INTERNAL.matcher(host).matches() || host.equals(host(module)));
  }

  // https://go.dev/ref/mod#go-mod-file-replace: a folder begins with ./, ../ or a root; a folder
  // further up in the middle of it can lead out too
  private static boolean isOutside(String replacement) {
    var path = replacement.replace('\\', '/');
    if (path.startsWith("/") || path.matches("[A-Za-z]:/.*")) {
      return true;
    }
    var depth = 0;
    for (var part : path.split("/")) {
      depth += part.equals("..") ? -1 : part.equals(".") || part.isEmpty() ? 0 : 1;
      if (depth < 0) {
        return true;
      }
    }
    return false;
  }

  private static String host(String path) {
    var slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  private static String unquoted(String word) {
    return QUOTES.matcher(word).replaceFirst("$1");
  }
}
