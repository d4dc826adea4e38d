package io.godev.assess;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.godev.plan.EnvironmentPod;
import java.util.Optional;

/** Names what the runtime in the pod cannot know: the ConfigMap or the Secret behind a file. */
final class Mounts {
  private static final String BUNDLE = "spec.proxy.caBundle: ";
  private static final String CREDENTIALS = "spec.go.modules.credentials: ";
  private static final String GIT_CREDENTIALS = "spec.source.git.credentials: ";

  private Mounts() {}

  /** The runtime's text, with the object's name behind a field that names one. */
  static String named(Pod pod, String text) {
    if (text.startsWith(BUNDLE)) {
      return volume(pod, EnvironmentPod.CA)
          .map(Volume::getConfigMap)
          .map(map -> "ConfigMap " + map.getName() + ", key " + map.getItems().get(0).getKey())
          .map(object -> behind(BUNDLE, object, text))
          .orElse(text);
    }
    if (text.startsWith(CREDENTIALS)) {
      return volume(pod, EnvironmentPod.NETRC)
          .map(Volume::getSecret)
          .map(secret -> "Secret " + secret.getSecretName() + ", key netrc")
          .map(object -> behind(CREDENTIALS, object, text))
          .orElse(text);
    }
    if (text.startsWith(GIT_CREDENTIALS)) {
      return volume(pod, EnvironmentPod.GIT)
          .map(Volume::getSecret)
          .map(secret -> behind(GIT_CREDENTIALS, "Secret " + secret.getSecretName(), text))
          .orElse(text);
    }
    return text;
  }

  private static String behind(String field, String object, String text) {
    return field.replace(":", " (" + object + "):") + text.substring(field.length());
  }

  private static Optional<Volume> volume(Pod pod, String name) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst();
  }
}
