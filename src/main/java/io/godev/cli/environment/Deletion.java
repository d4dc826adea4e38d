package io.godev.cli.environment;

import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The end of an environment. */
final class Deletion {
  private Deletion() {}

  /**
   * Deletes it, and waits until it is gone.
   *
   * @throws Failure if it is not within that time; the message says what holds it
   */
  static void of(
      Resource<GoDevEnvironment> resource, GoDevEnvironment environment, Duration patience) {
    resource.delete();
    var uid = environment.getMetadata().getUid();
    try {
      resource.waitUntilCondition(
          left -> isGone(left, uid), patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (KubernetesClientTimeoutException e) {
      var left = resource.get();
      if (!isGone(left, uid)) {
        throw new Failure(held(left, patience), e);
      }
    }
  }

  private static boolean isGone(GoDevEnvironment left, String uid) {
    return left == null || !left.getMetadata().getUid().equals(uid);
  }

  private static String held(GoDevEnvironment left, Duration patience) {
    var metadata = left.getMetadata();
    List<String> finalizers =
        metadata.getFinalizers() == null ? List.of() : metadata.getFinalizers();
    var look =
        "kubectl get godevenvironment %s -n %s -o yaml"
            .formatted(metadata.getName(), metadata.getNamespace());
    return finalizers.isEmpty()
        ? "%s is deleted, and still there after %d s; look at it: %s."
            .formatted(metadata.getName(), patience.toSeconds(), look)
        : "%s is deleted, and still there after %d s: metadata.finalizers holds it for %s. It goes once whoever set that has removed it; look at it: %s."
            .formatted(
                metadata.getName(), patience.toSeconds(), String.join(", ", finalizers), look);
  }
}
