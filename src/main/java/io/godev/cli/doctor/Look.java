package io.godev.cli.doctor;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.VersionInfo;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.util.List;

/** Asks the API server everything that the checks judge by, each thing once. */
final class Look {
  static final String OPERATOR = "godev-operator";
  static final String OPERATOR_NAMESPACE = "godev-system";
  static final String DEFINITION =
      "/openapi/v3/apis/" + GoDevEnvironment.GROUP + "/" + GoDevEnvironment.VERSION;
  private static final String NAME_LABEL = "app.kubernetes.io/name";

  private final KubernetesClient client;
  private final String namespace;

  Look(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * What there is to see.
   *
   * @throws KubernetesClientException if no API server answers, or it does not know the user
   */
  Seen around() {
    var version = version();
    var operator = operator();
    return new Seen(
        namespace,
        version,
        Answer.to(() -> client.nodes().list().getItems()),
        // everybody may read it, unlike the definition itself
        Answer.to(() -> client.raw(DEFINITION)),
        operator,
        operator.either(this::pods, Answer.Absent::new, Answer.Unknown::new),
        Answer.to(() -> client.storage().v1().storageClasses().list().getItems()),
        Answer.to(
            () ->
                client.resources(GoDevEnvironment.class).inNamespace(namespace).list().getItems()),
        Answer.to(() -> Right.ALL.stream().filter(right -> !isAllowed(right)).toList()));
  }

  // the first question: where nobody answers it, there is no use in the others
  private Answer<VersionInfo> version() {
    try {
      return new Answer.Known<>(client.getKubernetesVersion());
    } catch (KubernetesClientException e) {
      if (e.getCode() <= 0 || e.getCode() == 401) {
        throw e;
      }
      return Answer.to(
          () -> {
            throw e;
          });
    }
  }

  private Answer<Deployment> operator() {
    Answer<Deployment> usual =
        Answer.to(
            () ->
                client
                    .apps()
                    .deployments()
                    .inNamespace(OPERATOR_NAMESPACE)
                    .withName(OPERATOR)
                    .get());
    return usual instanceof Answer.Absent ? elsewhere() : usual;
  }

  private Answer<Deployment> elsewhere() {
    return Answer.to(
        () ->
            client
                .apps()
                .deployments()
                .inAnyNamespace()
                .withLabel(NAME_LABEL, OPERATOR)
                .list()
                .getItems()
                .stream()
                .findFirst()
                .orElse(null));
  }

  private Answer<List<Pod>> pods(Deployment operator) {
    return Answer.to(
        () ->
            client
                .pods()
                .inNamespace(operator.getMetadata().getNamespace())
                .withLabelSelector(operator.getSpec().getSelector())
                .list()
                .getItems());
  }

  private boolean isAllowed(Right right) {
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withVerb(right.verb())
            .withGroup(right.group())
            .withResource(right.resource())
            .withSubresource(right.subresource().isEmpty() ? null : right.subresource())
            .endResourceAttributes()
            .endSpec()
            .build();
    return Boolean.TRUE.equals(
        client
            .authorization()
            .v1()
            .selfSubjectAccessReview()
            .create(review)
            .getStatus()
            .getAllowed());
  }
}
