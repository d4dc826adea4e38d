package io.godev.generated;

import io.godev.resolve.profile.Namespaces;
import io.godev.resolve.profile.ProfileLimit;
import io.godev.resolve.profile.ProfileLimits;
import java.util.List;
import java.util.stream.Collectors;

/** The admission policies by which the API server refuses what a profile does not allow. */
final class ProfilePolicies {
  private static final List<ProfileLimit> LIMITS = new ProfileLimits(release -> release).all();

  private static final String ENVIRONMENTS =
      """
      # Made by "make generate" from src/main/java/io/godev/resolve/profile: what the API server refuses so that profiles
      # hold at the door, and not in a condition alone. The operator holds environments to the same.
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata:
        name: profiles.godev.io
      spec:
        failurePolicy: Fail
        paramKind:
          apiVersion: godev.io/v1alpha1
          kind: GoDevProfile
        matchConstraints:
          resourceRules:
          - apiGroups: [godev.io]
            apiVersions: [v1alpha1]
            resources: [godevenvironments]
            operations: [CREATE, UPDATE]
        matchConditions:
        # a profile that became stricter is no reason to refuse a label
        - name: new-or-changed-spec
          expression: oldObject == null || object.spec != oldObject.spec
        # whatever it asks for, nothing of it runs, and it can always be suspended
        - name: not-suspended
          expression: "!has(object.spec.mode) || object.spec.mode != 'Suspended'"
        variables:
        - name: isFor
          expression: >-
            %s
        - name: names
          expression: has(object.spec.profile) && object.spec.profile == params.metadata.name
        - name: applies
          expression: >-
            variables.isFor && (has(object.spec.profile) ? variables.names : has(params.spec.default) && params.spec.default)
        validations:
        - expression: "!variables.names || variables.isFor"
          messageExpression: >-
            'spec.profile: the profile ' + params.metadata.name + ' is not for this namespace; choose another one'
        - expression: >-
            !variables.applies || !has(params.spec.limits) || !has(params.spec.limits.hostPaths) ||
            size(params.spec.limits.hostPaths.allowed) > 0 || !has(object.spec.source.hostPath)
          messageExpression: >-
            'spec.source.hostPath: the profile ' + params.metadata.name + ' lets environments show no folders'
      """
          .formatted(Namespaces.EXPRESSION);

  private static final String REST =
      """
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata:
        name: profiles.godev.io
      spec:
        policyName: profiles.godev.io
        # every profile, one after the other; where there is none, nothing is held to one
        paramRef:
          selector: {}
          parameterNotFoundAction: Allow
        validationActions: [Deny]
      ---
      # A profile that environments go by stays: without it they would be held to nothing.
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata:
        name: profiles-in-use.godev.io
      spec:
        failurePolicy: Fail
        matchConstraints:
          resourceRules:
          - apiGroups: [godev.io]
            apiVersions: [v1alpha1]
            resources: [godevprofiles]
            operations: [DELETE]
        validations:
        - expression: "!has(oldObject.status) || !has(oldObject.status.inUse) || !oldObject.status.inUse"
          messageExpression: >-
            'environments go by the profile ' + oldObject.metadata.name + '; give them another one first: kubectl get gde -A
            shows status.profile of each with -o wide'
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata:
        name: profiles-in-use.godev.io
      spec:
        policyName: profiles-in-use.godev.io
        validationActions: [Deny]
      ---
      # Whoever makes it, a pod that says it is of an environment is what its profile demands.
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata:
        name: pods-of-profiles.godev.io
      spec:
        failurePolicy: Fail
        paramKind:
          apiVersion: godev.io/v1alpha1
          kind: GoDevProfile
        matchConstraints:
          objectSelector:
            matchExpressions:
            - {key: godev.io/profile, operator: Exists}
          resourceRules:
          - apiGroups: [""]
            apiVersions: [v1]
            resources: [pods, pods/resize]
            operations: [CREATE, UPDATE]
        matchConditions:
        - name: new-or-changed-spec
          expression: oldObject == null || object.spec != oldObject.spec
        variables:
        - name: applies
          expression: object.metadata.labels['godev.io/profile'] == params.metadata.name
        - name: containers
          expression: "object.spec.containers + (has(object.spec.initContainers) ? object.spec.initContainers : [])"
        validations:
      %1$s---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata:
        name: pods-of-profiles.godev.io
      spec:
        policyName: pods-of-profiles.godev.io
        paramRef:
          selector: {}
          parameterNotFoundAction: Allow
        validationActions: [Deny]
      ---
      # A pod that says it is the operator's is the operator's, and stays so: it would else be taken for one that meets its
      # profile, or be held to none.
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata:
        name: pods.godev.io
      spec:
        failurePolicy: Fail
        matchConstraints:
          # of the pod as it was or as it is to be
          objectSelector:
            matchLabels: {app.kubernetes.io/managed-by: godev-operator}
            matchExpressions:
            - {key: godev.io/environment, operator: Exists}
          resourceRules:
          - apiGroups: [""]
            apiVersions: [v1]
            resources: [pods]
            operations: [CREATE, UPDATE]
        validations:
        - expression: >-
            oldObject != null && ['app.kubernetes.io/managed-by', 'godev.io/environment', 'godev.io/profile'].all(key,
            object.metadata.?labels[?key] == oldObject.metadata.?labels[?key]) ||
            authorizer.group('godev.io').resource('godevenvironments').subresource('status').namespace(request.namespace).check('patch').allowed()
          message: >-
            metadata.labels: app.kubernetes.io/managed-by says that a pod is the godev operator's, and who else may not give
            or take it, godev.io/environment and godev.io/profile; create a GoDevEnvironment, or leave these labels as they
            are
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata:
        name: pods.godev.io
      spec:
        policyName: pods.godev.io
        validationActions: [Deny]
      ---
      # Nobody gets at a Secret through an environment who may not read it, or use it.
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata:
        name: secrets.godev.io
      spec:
        failurePolicy: Fail
        matchConstraints:
          resourceRules:
          - apiGroups: [godev.io]
            apiVersions: [v1alpha1]
            resources: [godevenvironments, godevfleets]
            operations: [CREATE, UPDATE]
        matchConditions:
        - name: new-or-changed-spec
          expression: oldObject == null || object.spec != oldObject.spec
        # the operator makes the environments of a fleet, whose template was looked at
        - name: not-the-operator
          expression: >-
            !authorizer.group('godev.io').resource('godevenvironments').subresource('status').namespace(request.namespace).check('patch').allowed()
        variables:
        - name: spec
          expression: "request.resource.resource == 'godevfleets' ? dyn(object).spec.template.spec : dyn(object).spec"
        - name: before
          expression: "oldObject == null ? dyn({}) : request.resource.resource == 'godevfleets' ? dyn(oldObject).spec.template.spec : dyn(oldObject).spec"
        # who may not use a Secret may still suspend or resize what has it, but not have it print it or send it elsewhere
        - name: same
          expression: >-
            oldObject != null && variables.spec.source == variables.before.source && variables.spec.?go == variables.before.?go &&
            variables.spec.?run == variables.before.?run && variables.spec.?proxy == variables.before.?proxy &&
            (request.resource.resource != 'godevfleets' || dyn(object).spec.?members.orValue([]).all(m, !has(m.ref) &&
            !has(m.env) || m in dyn(oldObject).spec.?members.orValue([])))
        - name: names
          expression: >-
            %2$s
        - name: refused
          expression: >-
            variables.same ? [] : variables.names.filter(name,
            !authorizer.group('').resource('secrets').namespace(request.namespace).name(name).check('get').allowed() &&
            !authorizer.group('').resource('secrets').namespace(request.namespace).name(name).check('use').allowed())
        validations:
        # the message cannot ask what is allowed, and so not tell which one
        - expression: size(variables.refused) == 0
          messageExpression: >-
            'spec: you may neither get nor use each of the Secrets it names (' + variables.names.join(', ') + '), and so not
            decide what is done with them; ask for the verb use on them'
        # one question for all of them: each has its price, and a fleet has many members
        - expression: >-
            request.resource.resource != 'godevfleets' || !has(dyn(object).spec.members) || variables.same ||
            !dyn(object).spec.members.exists(m, has(m.env) && m.env.exists(e, has(e.valueFrom) && has(e.valueFrom.secretKeyRef))) ||
            authorizer.group('').resource('secrets').namespace(request.namespace).check('get').allowed() ||
            authorizer.group('').resource('secrets').namespace(request.namespace).check('use').allowed()
          message: >-
            spec.members: env names Secrets, and you may neither get nor use all Secrets of the namespace; ask for the verb use
            on secrets, or name the Secret in spec.template, where use on that one is enough
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata:
        name: secrets.godev.io
      spec:
        policyName: secrets.godev.io
        validationActions: [Deny]
      """;

  // every place of a spec that names a Secret, in one line, so that it fits at any depth
  private static final String SECRETS =
      """
      (has(SPEC.go) && has(SPEC.go.modules) && has(SPEC.go.modules.credentials) ? [SPEC.go.modules.credentials.name] : []) +
      (has(SPEC.source.git) && has(SPEC.source.git.credentials) ? [SPEC.source.git.credentials.name] : []) +
      (has(SPEC.run) && has(SPEC.run.env) ? SPEC.run.env.filter(e, has(e.valueFrom) && has(e.valueFrom.secretKeyRef)).map(e, e.valueFrom.secretKeyRef.name) : [])"""
          .replace("SPEC", "variables.spec")
          .replaceAll("\\s+", " ");

  private ProfilePolicies() {}

  static String yaml() {
    return ENVIRONMENTS
        + LIMITS.stream().map(ProfilePolicies::ofEnvironment).collect(Collectors.joining())
        + REST.formatted(
            LIMITS.stream().map(ProfilePolicies::ofPod).collect(Collectors.joining()), SECRETS);
  }

  private static String ofEnvironment(ProfileLimit limit) {
    return """
      # %1$s
      - expression: >-
          !variables.applies || !has(params.spec.limits) || !has(params.spec.limits.%1$s) ||
          has(params.spec.limits.%1$s.policy) && params.spec.limits.%1$s.policy != 'Reject' ||
          !(%2$s)
        messageExpression: >-
          %3$s + ', and the profile ' + params.metadata.name + ' allows no more'
    """
        .formatted(limit.name(), in(limit.outside(), limit), in(limit.message(), limit));
  }

  private static String ofPod(ProfileLimit limit) {
    return limit
        .outsideInPod()
        .map(
            expression ->
                """
                  # %1$s
                  - expression: >-
                      !variables.applies || !has(params.spec.limits) || !has(params.spec.limits.%1$s) ||
                      has(params.spec.limits.%1$s.policy) && params.spec.limits.%1$s.policy == 'Default' ||
                      !(%2$s)
                    messageExpression: >-
                      'the pod is outside of limits.%1$s of the profile ' + params.metadata.name
                """
                    .formatted(limit.name(), in(expression, limit)))
        .orElse("");
  }

  private static String in(String expression, ProfileLimit limit) {
    return expression.replace("LIMIT", "params.spec.limits." + limit.name());
  }
}
