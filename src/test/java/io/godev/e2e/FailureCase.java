package io.godev.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A file of the failure table: an environment, other objects that are part of the case, and a
 * header. Words in {@code ${}} stand for what is known only when the test runs.
 *
 * <p>The header has the {@code condition} that is not true, its {@code reason} and words of its
 * {@code message}; what is done {@code when-made} and {@code when-ready}, for a failure of what
 * went well before; and {@code recover}, what mends it. Each of these is a change of the spec, or
 * {@code delete}, {@code create} or {@code patch} with the kind of another object, or one of {@code
 * evict the pod}, {@code delete the pod} and {@code by itself}. What is created is not there
 * before.
 */
final class FailureCase {
  private final Path file;
  private final List<String> header;
  private final List<String> documents;
  private final KubernetesSerialization serialization;

  FailureCase(Path file, Map<String, String> known, KubernetesSerialization serialization) {
    this.file = file;
    this.serialization = serialization;
    var text = filled(read(file), known);
    this.header = text.lines().takeWhile(line -> line.startsWith("# ")).toList();
    this.documents = Arrays.asList(text.split("\n---\n"));
  }

  static String name(Path file) {
    return file.getFileName().toString().replace(".yaml", "");
  }

  GoDevEnvironment environment() {
    var environment = serialization.unmarshal(documents.get(0), GoDevEnvironment.class);
    if (!environment.getMetadata().getName().equals(name(file))) {
      throw new IllegalStateException(file + ": the environment has another name");
    }
    return environment;
  }

  ConditionType condition() {
    return ConditionType.valueOf(only("condition"));
  }

  String reason() {
    return only("reason");
  }

  /** Words of the message. */
  List<String> message() {
    return values("message");
  }

  List<String> whenMade() {
    return values("when-made");
  }

  List<String> whenReady() {
    return values("when-ready");
  }

  List<String> recover() {
    return values("recover");
  }

  /** The other objects that are there from the start. */
  List<GenericKubernetesResource> others() {
    return objects().stream()
        .filter(object -> !recover().contains("create " + object.getKind()))
        .toList();
  }

  /** Whether one of them changes pods when they are made. */
  boolean changesPods() {
    return others().stream().anyMatch(o -> o.getKind().equals("MutatingAdmissionPolicyBinding"));
  }

  /** The other object of that kind. */
  GenericKubernetesResource other(String kind) {
    return objects().stream()
        .filter(object -> object.getKind().equals(kind))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(file + " has no " + kind));
  }

  List<GenericKubernetesResource> objects() {
    return documents.stream()
        .skip(1)
        .map(document -> serialization.unmarshal(document, GenericKubernetesResource.class))
        .toList();
  }

  private String only(String key) {
    var values = values(key);
    if (values.size() != 1) {
      throw new IllegalStateException(file + ": there has to be one line with " + key);
    }
    return values.get(0);
  }

  private List<String> values(String key) {
    var prefix = "# " + key + ": ";
    return header.stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  private static String filled(String text, Map<String, String> known) {
    for (var entry : known.entrySet()) {
      text = text.replace("${" + entry.getKey() + "}", entry.getValue());
    }
    return text;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
