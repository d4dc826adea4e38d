package io.godev.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.cli.check.Finding.Level;
import io.godev.resolve.Resolution;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.advice.AdviceRules;
import io.godev.resolve.advice.Situation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Everything there is to say about environments, by the API server's rules and the operator's. */
final class Checker {
  private static final String DEFAULT_NAMESPACE = "default";
  // an environment that is not in a cluster has none yet
  private static final String NO_UID = "00000000-0000-0000-0000-000000000000";

  private final Admission admission = new Admission();
  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final OperatorOptions operator;
  private final String namespace;

  /**
   * A checker.
   *
   * @param namespace of environments that name none; null for the default one
   */
  Checker(OperatorOptions operator, String namespace) {
    this.operator = operator;
    this.namespace = namespace == null ? DEFAULT_NAMESPACE : namespace;
  }

  /**
   * What became of an environment.
   *
   * @param environment the environment, or null if there is a violation
   * @param findings in the order of the file
   */
  record Checked(ResolvedEnvironment environment, List<Finding> findings) {}

  Checked check(Document document) {
    List<Finding> findings = new ArrayList<>();
    for (var problem : admission.check(document)) {
      findings.add(
          finding(
              document, Level.Violation, "", problem.field(), problem.message(), problem.remedy()));
    }
    var resolved = findings.isEmpty() ? resolve(document, findings) : null;
    findings.sort(Comparator.comparingInt(Finding::line));
    return new Checked(resolved, findings);
  }

  private ResolvedEnvironment resolve(Document document, List<Finding> findings) {
    var environment = environment(document.object());
    var resolution = operator.resolverFor(environment).resolve(environment);
    if (resolution instanceof Resolution.Rejected rejected) {
      rejected
          .violations()
          .forEach(
              violation ->
                  findings.add(
                      finding(
                          document,
                          Level.Violation,
                          "",
                          violation.field(),
                          violation.problem(),
                          "")));
      return null;
    }
    var resolved = ((Resolution.Resolved) resolution).environment();
    AdviceRules.of(Situation.of(resolved, Instant.EPOCH))
        .forEach(
            advice ->
                findings.add(
                    finding(
                        document,
                        advice.severity() == Severity.Warning ? Level.Warning : Level.Info,
                        advice.rule(),
                        advice.field(),
                        advice.message(),
                        advice.remedy())));
    return resolved;
  }

  private GoDevEnvironment environment(ObjectNode object) {
    var environment =
        serialization.unmarshal(withoutNulls(object).toString(), GoDevEnvironment.class);
    var meta = environment.getMetadata();
    if (meta.getNamespace() == null) {
      meta.setNamespace(namespace);
    }
    if (meta.getUid() == null) {
      meta.setUid(NO_UID);
    }
    return environment;
  }

  // the API server removes members that are null
  static JsonNode withoutNulls(JsonNode value) {
    if (value instanceof ObjectNode members) {
      var kept = members.objectNode();
      for (var member : members.properties()) {
        if (!member.getValue().isNull()) {
          kept.set(member.getKey(), withoutNulls(member.getValue()));
        }
      }
      return kept;
    }
    if (value instanceof ArrayNode entries) {
      var kept = entries.arrayNode();
      entries.forEach(entry -> kept.add(withoutNulls(entry)));
      return kept;
    }
    return value;
  }

  private static Finding finding(
      Document document, Level level, String rule, String field, String message, String remedy) {
    var at = document.position(field);
    return new Finding(
        document.file(),
        at.line(),
        at.column(),
        document.name(),
        level,
        rule,
        field,
        message,
        remedy);
  }
}
