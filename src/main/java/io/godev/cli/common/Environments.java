package io.godev.cli.common;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec.Mode;
import java.util.List;
import java.util.stream.Collectors;

/** The environments of a namespace. */
public final class Environments {
  private final KubernetesClient client;
  private final String namespace;

  Environments(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * The environment of that name.
   *
   * @throws Failure if there is none; the message names those there are
   */
  public GoDevEnvironment get(String name) {
    var environment = resource(name).get();
    if (environment != null) {
      return environment;
    }
    // also tells whether the cluster knows the kind at all: a get of either answers 404
    var others = list();
    throw new Failure(
        "there is no environment %s in the namespace %s%s."
            .formatted(
                name,
                namespace,
                others.isEmpty()
                    ? ", nor any other; \"godev init\" and \"godev up\" make one"
                    : "; there is "
                        + others.stream()
                            .map(other -> other.getMetadata().getName())
                            .collect(Collectors.joining(", "))));
  }

  /**
   * The environment itself, of which the operator has said something.
   *
   * @throws Failure if it has not
   */
  public static GoDevEnvironment requireSeen(GoDevEnvironment environment) {
    if (environment.getStatus() == null) {
      throw new Failure(
          "no operator has looked at %s yet; \"godev doctor\" tells whether one is installed and runs."
              .formatted(environment.getMetadata().getName()));
    }
    return environment;
  }

  /** Whether that one has been suspended or deleted, so that nothing of it starts any more. */
  public boolean isOver(String name) {
    var environment = resource(name).get();
    return environment == null
        || environment.getSpec().mode() == Mode.Suspended
        || environment.getStatus() != null
            && environment.getStatus().activity() != null
            && environment.getStatus().activity().suspendedAt() != null;
  }

  /** All of them. */
  public List<GoDevEnvironment> list() {
    return client.resources(GoDevEnvironment.class).inNamespace(namespace).list().getItems();
  }

  /** To watch or change the one of that name. */
  public Resource<GoDevEnvironment> resource(String name) {
    return client.resources(GoDevEnvironment.class).inNamespace(namespace).withName(name);
  }
}
