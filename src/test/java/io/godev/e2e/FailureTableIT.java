package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static io.godev.api.v1alpha1.ConditionType.Stalled;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of failures in src/test/resources/failures: each really happens, is told by its reason,
 * by words that say what to do and by an Event, and is over once its cause is gone.
 */
class FailureTableIT {
  private static final Path TABLE = Path.of("src/test/resources/failures");

  private static final String PROBE =
      """
      kind: Pod
      apiVersion: v1
      metadata: {name: probe}
      spec:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers:
        - name: only
          image: none
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      """;

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-failure-table");

  @TempDir static Path folder;

  private static final String MODULES = Outside.address(3180);
  private static final String SECURE_MODULES = Outside.address(3443);
  private static final String PROXY_WITH_LOGIN = Outside.address(3129);

  private static Outside modules;
  private static Outside proxy;

  @BeforeAll
  static void prepare() {
    modules = Outside.modules(folder.resolve("modules"), MODULES, SECURE_MODULES);
    proxy = Outside.proxyWithLogin(folder.resolve("proxy"), PROXY_WITH_LOGIN);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    modules.close();
    proxy.close();
  }

  // -Dfailures=quota runs those with that word in their names; those that fail only later are begun
  // with, because they take longest
  private static Stream<Path> failures() throws IOException {
    var word = System.getProperty("failures", "");
    return Files.list(TABLE)
        .filter(file -> file.getFileName().toString().contains(word))
        .sorted(Comparator.comparing(FailureTableIT::failsAtOnce).thenComparing(file -> file));
  }

  private static boolean failsAtOnce(Path file) {
    try {
      return !Files.readString(file).contains("# when-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // the cases side by side, but not beside other classes, which count and measure
  @Execution(ExecutionMode.CONCURRENT)
  @ParameterizedTest(name = "{0}")
  @MethodSource("failures")
  void aFailureIsToldAndGoesOnceItsCauseIsGone(Path file) {
    var namespace = "e2e-" + FailureCase.name(file);
    var failure = read(file, namespace);
    try {
      cluster.inNamespace(namespace, own -> happens(own, FailureCase.name(file), failure));
    } finally {
      // those outside of the namespace stay otherwise
      failure.objects().forEach(object -> cluster.client().resource(object).delete());
    }
  }

  private static void happens(Cluster own, String name, FailureCase failure) {
    // Given
    var others =
        failure.others().stream().map(object -> own.client().resource(object).create()).toList();
    if (failure.changesPods()) {
      awaitChangedPods(own);
    }

    // When
    own.create(cluster.warm(failure.environment()));
    for (var how : failure.whenMade()) {
      own.pod(name).waitUntilCondition(Objects::nonNull, 1, TimeUnit.MINUTES);
      act(own, name, failure, how);
    }
    for (var how : failure.whenReady()) {
      own.await(name, Ready, True);
      act(own, name, failure, how);
    }

    // Then
    var told =
        own.await(
            name, failure.condition(), condition -> condition.reason().equals(failure.reason()));
    assertThat(told.holds()).isFalse();
    assertThat(told.message()).contains(failure.message());
    if (failure.condition() != Ready) {
      assertThat(own.await(name, Ready, condition -> !condition.holds()).reason())
          .isEqualTo(failure.reason());
    }
    own.awaitEvent(name, failure.reason(), failure.message());
    if (failure.reason().equals("NameConflict")) {
      others.forEach(object -> isUntouched(own, object));
    }
    var stalled = own.environment(name).get().getStatus().condition(Stalled);
    // conditions have whole seconds: what comes and goes within one is not told as recovered
    var lasted = Instant.parse(stalled.lastTransitionTime()).plusSeconds(1);
    own.awaitThat(
        "the failure has lasted a second",
        Duration.ofSeconds(5),
        () -> assertThat(Instant.now()).isAfter(lasted));

    // When
    assertThat(failure.recover()).isNotEmpty();
    failure.recover().forEach(how -> act(own, name, failure, how));

    // Then
    own.await(name, Ready, True);
    if (stalled.holds()) {
      own.awaitEvent(name, "Recovered", List.of());
    }
  }

  private static void isUntouched(Cluster own, HasMetadata object) {
    assertThat(own.client().resource(object).get().getMetadata().getResourceVersion())
        .isEqualTo(object.getMetadata().getResourceVersion());
  }

  // the API server takes a policy up some time after it is made
  private static void awaitChangedPods(Cluster own) {
    var pod = own.client().getKubernetesSerialization().unmarshal(PROBE, Pod.class);
    own.awaitThat(
        "pods are changed when they are made",
        Duration.ofSeconds(30),
        () -> {
          try {
            var made = own.client().resource(pod).inNamespace(own.namespace()).dryRun().create();
            assertThat(made.getSpec().getNodeName()).isNotNull();
          } catch (KubernetesClientException e) {
            assertThat(e).hasMessageContaining("violates PodSecurity");
          }
        });
  }

  private static void act(Cluster own, String name, FailureCase failure, String how) {
    if (how.startsWith("{")) {
      own.edit(name, how);
      return;
    }
    switch (how) {
      case "by itself" -> {}
      case "delete the pod" -> own.pod(name).delete();
      case "evict the pod" -> assertThat(own.pod(name).evict()).isTrue();
      default -> {
        var words = how.split(" ", 3);
        actOn(own.client().resource(failure.other(words[1])), words);
      }
    }
  }

  private static void actOn(Resource<GenericKubernetesResource> object, String[] words) {
    switch (words[0]) {
      case "create" -> object.create();
      case "delete" -> object.delete();
      case "patch" -> object.patch(PatchContext.of(PatchType.JSON_MERGE), words[2]);
      default -> throw new IllegalStateException(String.join(" ", words));
    }
  }

  private static FailureCase read(Path file, String namespace) {
    var serialization = cluster.client().getKubernetesSerialization();
    return new FailureCase(
        file,
        Map.of(
            "namespace",
            namespace,
            "modules",
            "http://" + MODULES,
            "secure-modules",
            "https://" + SECURE_MODULES,
            "secure-host",
            SECURE_MODULES,
            "authority",
            serialization.asJson(modules.authority()),
            "proxy-with-login",
            "http://" + PROXY_WITH_LOGIN),
        serialization);
  }
}
