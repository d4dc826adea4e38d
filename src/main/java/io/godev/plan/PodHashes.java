package io.godev.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Run;
import io.godev.api.v1alpha1.Source;
import io.godev.resolve.ResolvedEnvironment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The two hashes that decide whether a pod is replaced.
 *
 * <p>{@link #WRITTEN} is of what the user wrote in the fields that need a restart; {@link #POD} of
 * the pod that was made from it. A pod is replaced when both differ. Where only {@link #POD} does,
 * the operator or its defaults changed, and the change waits ({@code docs/adr/0002}).
 */
public final class PodHashes {
  /** Annotation of the pod with the hash of what the user wrote. */
  public static final String WRITTEN = "godev.io/spec-hash";

  /** Annotation of the pod with the hash of the pod as it was made. */
  public static final String POD = "godev.io/pod-hash";

  static final ObjectMapper CANONICAL =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private PodHashes() {}

  static String ofWritten(ResolvedEnvironment environment) {
    // with the uid, so that an environment does not take its predecessor's pod for its own
    return hash(environment.uid(), restartFields(environment.written()));
  }

  static String ofPod(Pod pod, ResolvedEnvironment environment) {
    var spec = new PodBuilder(pod).build().getSpec();
    // a value of the user's own is not resized, so a change of it needs a restart
    var followsTheLimit = !GoVariables.sets(environment, GoMemoryLimit.VARIABLE);
    Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
        .forEach(container -> leaveOutWhatIsResizedInPlace(container, followsTheLimit));
    return hash(spec, mounted(environment.spec().source()));
  }

  // what changes behind a name that stays
  private static Object mounted(Source source) {
    return source.hostPath() == null ? source.files() : source.hostPath();
  }

  private static void leaveOutWhatIsResizedInPlace(Container container, boolean followsTheLimit) {
    container.setResources(null);
    if (followsTheLimit) {
      container.setEnv(
          container.getEnv().stream()
              .filter(variable -> !variable.getName().equals(GoMemoryLimit.VARIABLE))
              .toList());
    }
  }

  private static GoDevEnvironmentSpec restartFields(GoDevEnvironmentSpec spec) {
    return new GoDevEnvironmentSpec(
        null,
        spec.profile(),
        spec.source(),
        spec.go(),
        spec.run() == null ? null : withoutExposure(spec.run()),
        spec.reload(),
        spec.debug(),
        null,
        spec.proxy(),
        null,
        spec.securityContext(),
        null,
        null,
        null,
        null);
  }

  private static Run withoutExposure(Run run) {
    List<Run.Port> ports =
        run.ports() == null
            ? null
            : run.ports().stream()
                .map(
                    port ->
                        new Run.Port(
                            port.name(), port.containerPort(), null, port.protocol(), null))
                .toList();
    return new Run(
        run.mainPackage(), run.args(), run.env(), ports, run.readiness(), run.instrument());
  }

  public static String hash(Object... parts) {
    try {
      var text = canonical(Arrays.asList(parts));
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** JSON that is the same for what is the same. */
  public static String canonical(Object value) {
    try {
      return CANONICAL.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records and Kubernetes' model always serialise", e);
    }
  }
}
