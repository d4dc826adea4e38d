package io.godev.cli.check;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What an unquoted word means to kubectl: YAML 1.1 as <a
 * href="https://github.com/kubernetes-sigs/yaml">sigs.k8s.io/yaml</a> reads it, where off is false
 * and 1.26 a number.
 */
final class YamlScalars extends Resolver {
  private static final Pattern BOOLEANS =
      Pattern.compile(
          "y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON|n|N|no|No|NO|false|False|FALSE|off|Off|OFF");
  private static final Pattern INTEGERS =
      Pattern.compile("[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)");
  private static final Pattern FLOATS =
      Pattern.compile(
          "[-+]?([.][0-9]+|[0-9]+([.][0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?[.](inf|Inf|INF)|[.](nan|NaN|NAN)");
  private static final Pattern NULLS = Pattern.compile("~|null|Null|NULL|");

  @Override
  protected void addImplicitResolvers() {
    addImplicitResolver(Tag.BOOL, BOOLEANS, "yYnNtTfFoO");
    addImplicitResolver(Tag.INT, INTEGERS, "-+0123456789");
    addImplicitResolver(Tag.FLOAT, FLOATS, "-+0123456789.");
    addImplicitResolver(Tag.MERGE, MERGE, "<");
    addImplicitResolver(Tag.NULL, NULLS, "~nN\0");
    addImplicitResolver(Tag.NULL, EMPTY, null);
  }

  static boolean isTrue(String word) {
    return "yYtToO".indexOf(word.charAt(0)) >= 0 && !word.toLowerCase().startsWith("of");
  }
}
