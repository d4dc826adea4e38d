package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.runtime.CelEvaluationException;
import io.godev.cli.check.Problem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The rules of a schema ({@code x-kubernetes-validations}) for a value that is created: those about
 * changes have nothing to look at.
 */
final class RuleCheck {
  private static final Pattern ABOUT_CHANGES = Pattern.compile("\\boldSelf\\b");
  private static final Pattern FIELD_OF_MESSAGE =
      Pattern.compile("^(spec|metadata)([.][A-Za-z]+)+");

  private final Supplier<Cel> cel;
  private final List<Problem> known;
  private final List<Problem> problems = new ArrayList<>();

  private RuleCheck(Supplier<Cel> cel, List<Problem> known) {
    this.cel = cel;
    this.known = known;
  }

  /**
   * Every rule that the value breaks.
   *
   * @param known what is wrong with it already; no rule is asked about a value of a wrong type
   */
  static List<Problem> of(Supplier<Cel> cel, JsonNode value, JsonNode schema, List<Problem> known) {
    var check = new RuleCheck(cel, known);
    check.value("", value, schema);
    return check.problems;
  }

  private void value(String path, JsonNode value, JsonNode schema) {
    for (var rule : schema.path("x-kubernetes-validations")) {
      var expression = rule.path("rule").asText();
      if (!ABOUT_CHANGES.matcher(expression).find() && canBeAsked(path)) {
        ask(path, expression, rule.path("message").asText(), CelValues.of(value, schema));
      }
    }
    if (value.isObject()) {
      for (var member : value.properties()) {
        var of = SchemaCheck.memberSchema(schema, member.getKey());
        if (of != null && !member.getValue().isNull()) {
          value(Positions.member(path, member.getKey()), member.getValue(), of);
        }
      }
    } else if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        value(path + "[" + i + "]", value.get(i), schema.path("items"));
      }
    }
  }

  private boolean canBeAsked(String path) {
    return known.stream()
        .noneMatch(problem -> problem.kind().hidesRules() && problem.field().startsWith(path));
  }

  private static boolean isWithin(String path, String field) {
    return field.startsWith(path)
        && (path.isEmpty()
            || field.length() == path.length()
            || ".[".indexOf(field.charAt(path.length())) >= 0);
  }

  private void ask(String path, String expression, String message, Object self) {
    boolean kept;
    try {
      kept = cel.get().holds(expression, Map.of("self", self));
    } catch (CelEvaluationException e) {
      // as the API server: what cannot be asked is not kept
      kept = false;
    }
    if (!kept) {
      problems.add(new Problem(Kind.Rule, field(path, message), message, ""));
    }
  }

  // a message names the field that is meant, which may be one below that with the rule
  private static String field(String path, String message) {
    var named = FIELD_OF_MESSAGE.matcher(message);
    if (!named.find()) {
      return path;
    }
    if (path.isEmpty()) {
      return named.group();
    }
    var plain = path.replaceAll("\\[[0-9]+]", "");
    return named.group().startsWith(plain + ".")
        ? path + named.group().substring(plain.length())
        : path;
  }
}
