package io.godev.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Source;
import io.godev.resolve.ResolvedEnvironment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The spec that was accepted last, kept so that what it asked for can be made again while a later
 * spec is rejected ({@code docs/adr/0006}).
 *
 * <p>It is an annotation of the NetworkPolicy, as the user wrote it and without the content of its
 * files, which the ConfigMap has. Whoever may write these objects could change it; so it counts
 * only with the hash that the operator recorded in the status.
 */
public final class AcceptedSpec {
  /** Annotation of the NetworkPolicy with the spec. */
  public static final String ANNOTATION = "godev.io/accepted-spec";

  // all annotations of an object have 256 KiB together
  // https://kubernetes.io/docs/reference/using-api/api-concepts/
  private static final int LIMIT = 200 * 1024;

  private AcceptedSpec() {}

  /** Identifies the spec of the environment with that uid, its files included. */
  public static String hash(String uid, GoDevEnvironmentSpec written) {
    return PodHashes.hash(uid, written);
  }

  /** The spec of that hash, if it was kept whole. */
  public static Optional<GoDevEnvironmentSpec> read(
      String environment, String uid, String hash, List<HasMetadata> objects) {
    return find(NetworkPolicy.class, Names.pod(environment), objects)
        .map(policy -> policy.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(ANNOTATION))
        .flatMap(AcceptedSpec::parse)
        .flatMap(spec -> withFiles(spec, environment, objects))
        .filter(spec -> hash(uid, spec).equals(hash));
  }

  /** What the annotation holds: the spec, or nothing if it is too large to be kept. */
  static String annotation(ResolvedEnvironment environment) {
    var written = environment.written();
    var files = written.source().files();
    var text = PodHashes.canonical(files == null ? written : withFiles(written, empty(files)));
    return text.getBytes(StandardCharsets.UTF_8).length <= LIMIT ? text : "";
  }

  private static Optional<GoDevEnvironmentSpec> parse(String text) {
    try {
      return Optional.ofNullable(PodHashes.CANONICAL.readValue(text, GoDevEnvironmentSpec.class));
    } catch (JsonProcessingException e) {
      // nothing was kept, somebody changed it, or a later version of the operator wrote it
      return Optional.empty();
    }
  }

  private static Optional<GoDevEnvironmentSpec> withFiles(
      GoDevEnvironmentSpec spec, String environment, List<HasMetadata> objects) {
    if (spec.source() == null || spec.source().files() == null) {
      return Optional.of(spec);
    }
    return find(ConfigMap.class, Names.filesConfigMap(environment), objects)
        .map(ConfigMap::getData)
        .map(data -> withFiles(spec, contents(spec.source().files(), data)));
  }

  private static GoDevEnvironmentSpec withFiles(
      GoDevEnvironmentSpec spec, Map<String, String> files) {
    return spec.with(Source.of(files));
  }

  private static Map<String, String> empty(Map<String, String> files) {
    Map<String, String> empty = new LinkedHashMap<>();
    new TreeSet<>(files.keySet()).forEach(path -> empty.put(path, ""));
    return empty;
  }

  private static Map<String, String> contents(Map<String, String> files, Map<String, String> data) {
    Map<String, String> contents = new LinkedHashMap<>();
    SourceFiles.keys(files.keySet()).forEach((path, key) -> contents.put(path, data.get(key)));
    return contents;
  }

  private static <T extends HasMetadata> Optional<T> find(
      Class<T> kind, String name, List<HasMetadata> objects) {
    return objects.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst();
  }
}
