package io.godev.reconcile.report;

import static java.net.HttpURLConnection.HTTP_CONFLICT;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.plan.Names;
import java.util.Objects;
import java.util.Optional;

/**
 * Takes a report in: it goes into {@code status.runtime} of the environment whose pod sent it, with
 * a field manager of its own, so that any replica may receive it and a restart loses nothing.
 */
final class Intake {
  static final String FIELD_MANAGER = "godev-runtime";

  private static final int ATTEMPTS = 5;

  private record Environment(String name, String uid) {}

  private final KubernetesClient client;
  private final Tokens tokens;
  // an owner never changes
  private final Recent<Environment> owners = new Recent<>();

  Intake(KubernetesClient client, Tokens tokens) {
    this.client = client;
    this.tokens = tokens;
  }

  Answer take(String token, byte[] body) {
    var reporter = tokens.reporter(token);
    if (reporter.isEmpty()) {
      return Answer.UNAUTHORIZED;
    }
    RuntimeReport report;
    try {
      report = ReportDocument.read(body).of(reporter.get().uid());
    } catch (IllegalArgumentException e) {
      return Answer.invalid(e.getMessage());
    }
    var environment = environment(reporter.get());
    return environment.isEmpty()
        ? Answer.NOT_FOUND
        : write(reporter.get().namespace(), environment.get(), report);
  }

  // the token's pod may be any of the namespace, and have any name
  private Optional<Environment> environment(Reporter reporter) {
    var known = owners.get(reporter.uid());
    if (known != null) {
      return Optional.of(known);
    }
    var pod = client.pods().inNamespace(reporter.namespace()).withName(reporter.name()).get();
    if (pod == null || !pod.getMetadata().getUid().equals(reporter.uid())) {
      return Optional.empty();
    }
    var environment =
        pod.getMetadata().getOwnerReferences().stream()
            .filter(owner -> Boolean.TRUE.equals(owner.getController()))
            .filter(Intake::isEnvironment)
            .filter(owner -> Names.pod(owner.getName()).equals(reporter.name()))
            .map(owner -> new Environment(owner.getName(), owner.getUid()))
            .findFirst();
    environment.ifPresent(found -> owners.put(reporter.uid(), found));
    return environment;
  }

  private static boolean isEnvironment(OwnerReference owner) {
    return owner.getKind().equals(GoDevEnvironment.class.getSimpleName())
        && owner.getApiVersion().startsWith(GoDevEnvironment.GROUP + "/");
  }

  private Answer write(String namespace, Environment environment, RuntimeReport report) {
    for (var attempt = 1; attempt <= ATTEMPTS; attempt++) {
      var seen =
          client
              .resources(GoDevEnvironment.class)
              .inNamespace(namespace)
              .withName(environment.name())
              .get();
      if (seen == null || !seen.getMetadata().getUid().equals(environment.uid())) {
        return Answer.NOT_FOUND;
      }
      var last = seen.getStatus() == null ? null : seen.getStatus().runtime();
      if (last != null
          && Objects.equals(last.podUid(), report.podUid())
          && report.sequence() <= last.sequence()) {
        return Answer.outdated(last.sequence());
      }
      if (written(seen, report)) {
        return Answer.DONE;
      }
    }
    return Answer.BUSY;
  }

  // false if the environment was changed since it was seen: another report may have come in
  private boolean written(GoDevEnvironment seen, RuntimeReport report) {
    var update = new GoDevEnvironment();
    update.setMetadata(
        new ObjectMetaBuilder()
            .withName(seen.getMetadata().getName())
            .withNamespace(seen.getMetadata().getNamespace())
            .withUid(seen.getMetadata().getUid())
            .withResourceVersion(seen.getMetadata().getResourceVersion())
            .build());
    update.setStatus(GoDevEnvironmentStatus.NONE.with(report));
    try {
      client
          .resource(update)
          .subresource("status")
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.SERVER_SIDE_APPLY)
                  .withFieldManager(FIELD_MANAGER)
                  .withForce(true)
                  .build());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HTTP_CONFLICT) {
        return false;
      }
      throw e;
    }
  }
}
