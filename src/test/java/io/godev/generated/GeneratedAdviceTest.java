package io.godev.generated;

import io.godev.resolve.advice.AdviceRule;
import io.godev.resolve.advice.AdviceRules;
import io.godev.resolve.advice.SpecRule;
import io.godev.resolve.advice.Trap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What is told of advice outside of the code comes from the rules; {@code make generate} writes it.
 */
class GeneratedAdviceTest {
  private static final String PAGE =
      """
      # Advice

      Made by `make generate` from the code. Advice is about what is allowed, and what somebody will regret: it refuses
      nothing. Where it is told:

      - **lint**: `godev lint FILE`, without a cluster;
      - **kubectl**: a `Warning:` of `kubectl apply`, or of any other client, when an environment is created or its spec is
        changed ([how to end these](../guide/platform-team.md#advice));
      - **status**: `status.advice` of the environment, with the rule, the field, what is wrong and what to do.

      A rule of *status* alone needs the cluster, or what the program's runtime reports.

      | rule | severity | field | lint | kubectl | status |
      |---|---|---|---|---|---|
      """;

  @Test
  void theAdmissionPolicyIsMadeFromTheRules() throws IOException {
    Committed.is(Path.of("deploy/manifests/advice.yaml"), AdvicePolicy.yaml());
  }

  @Test
  void theReferenceIsMadeFromTheRules() throws IOException {
    // When
    var page = new StringBuilder(PAGE);
    for (var trap : Trap.values()) {
      rules(trap).forEach(rule -> page.append(row(rule)));
    }
    for (var trap : Trap.values()) {
      page.append("\n## ").append(capitalised(trap.words())).append('\n');
      rules(trap).forEach(rule -> page.append(section(rule)));
    }

    // Then
    Committed.is(Path.of("docs/reference/advice.md"), page.toString());
  }

  private static List<AdviceRule> rules(Trap trap) {
    return AdviceRules.ALL.stream().filter(rule -> rule.about().trap() == trap).toList();
  }

  private static String row(AdviceRule rule) {
    return "| [%s](#%s) | %s | `%s` | %s | %s | yes |\n"
        .formatted(
            rule.name(),
            rule.name().toLowerCase(Locale.ROOT),
            rule.about().severity(),
            rule.about().field(),
            rule.needsTheCluster() ? "" : "yes",
            rule instanceof SpecRule ? "yes" : "");
  }

  private static String section(AdviceRule rule) {
    var about = rule.about();
    return """

    ### %s

    `%s`: %s.

    - To do: %s.
    - Why: %s
    """
        .formatted(
            rule.name(),
            about.field(),
            escaped(about.message()),
            escaped(about.remedy()),
            escaped(about.observation()));
  }

  private static String capitalised(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  // a page is Markdown
  private static String escaped(String text) {
    return text.replace("*", "\\*").replace("<", "&lt;");
  }
}
