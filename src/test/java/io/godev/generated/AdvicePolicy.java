package io.godev.generated;

import io.godev.resolve.advice.AdviceRules;
import io.godev.resolve.advice.SpecRule;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The admission policy that warns of what a spec alone shows. */
final class AdvicePolicy {
  private static final String HEAD =
      """
      # Made by "make generate" from the rules of src/main/java/io/godev/resolve/advice: what kubectl prints as warnings when
      # an environment is created or its spec is changed. It refuses nothing. "kubectl delete
      # validatingadmissionpolicybinding advice.godev.io" ends the warnings; the status has the same advice.
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata:
        name: advice.godev.io
      spec:
        # advice must never be what keeps a spec out
        failurePolicy: Ignore
        matchConstraints:
          resourceRules:
          - apiGroups: [godev.io]
            apiVersions: [v1alpha1]
            resources: [godevenvironments]
            operations: [CREATE, UPDATE]
        # a label or an annotation is no reason to say it all again
        matchConditions:
        - name: new-or-changed-spec
          expression: oldObject == null || object.spec != oldObject.spec
        validations:
      """;

  private static final String BINDING =
      """
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata:
        name: advice.godev.io
      spec:
        policyName: advice.godev.io
        validationActions: [Warn]
      """;

  private AdvicePolicy() {}

  /** The rules that are in it. */
  static Stream<SpecRule> rules() {
    return AdviceRules.ALL.stream().filter(SpecRule.class::isInstance).map(SpecRule.class::cast);
  }

  static String yaml() {
    return rules().map(AdvicePolicy::validation).collect(Collectors.joining("", HEAD, BINDING));
  }

  // blocks, so that nothing in them needs an escape
  private static String validation(SpecRule rule) {
    return """
      # %s
      - expression: |-
          !(%s)
        message: |-
          %s
    """
        .formatted(rule.name(), rule.expression(), rule.warning());
  }
}
