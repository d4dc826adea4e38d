package io.godev.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.Condition;
import io.godev.api.v1alpha1.ConditionType;
import io.godev.api.v1alpha1.GoDevEnvironment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A namespace of its own on the real cluster of KUBECONFIG, with Pod Security restricted enforced.
 *
 * <p>Without a cluster the tests fail; they are never skipped. After a failure everything that
 * could explain it is printed.
 */
final class Cluster implements BeforeAllCallback, AfterAllCallback, AfterTestExecutionCallback {
  /** Long enough for a cold build on a busy machine; what is expected sooner says so itself. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private final String namespace;
  private KubernetesClient client;
  private FilledCache cache;

  Cluster(String namespace) {
    this.namespace = namespace;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    cache = FilledCache.of(context);
    open();
  }

  void open() {
    // a test may have the definitions of a later release
    var mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    client =
        new KubernetesClientBuilder()
            .withKubernetesSerialization(new KubernetesSerialization(mapper, true))
            .build();
    // fails here, with the address, where there is no cluster
    client.getKubernetesVersion();
    makeNamespace();
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    context.getExecutionException().ifPresent(cause -> dump());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    end();
  }

  void end() {
    client.namespaces().withName(namespace).delete();
    client.close();
  }

  /**
   * A test in a namespace of its own, for what would disturb its neighbours; after a failure
   * everything in there is printed.
   */
  void inNamespace(String name, Consumer<Cluster> test) {
    var own = new Cluster(name);
    own.client = client;
    own.cache = cache;
    own.makeNamespace();
    try {
      test.accept(own);
    } catch (RuntimeException | AssertionError e) {
      own.dump();
      throw e;
    } finally {
      client.namespaces().withName(name).delete();
    }
  }

  KubernetesClient client() {
    return client;
  }

  String namespace() {
    return namespace;
  }

  /** A sample by its file name. */
  GoDevEnvironment sample(String name) {
    return read(Path.of("samples", name));
  }

  GoDevEnvironment read(Path file) {
    try {
      return client
          .getKubernetesSerialization()
          .unmarshal(Files.readString(file), GoDevEnvironment.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Applies an environment in the namespace. */
  GoDevEnvironment create(GoDevEnvironment environment) {
    return client.resource(environment).inNamespace(namespace).create();
  }

  /** The environment, with the caches of a build to begin with. */
  GoDevEnvironment warm(GoDevEnvironment environment) {
    return cache.in(environment);
  }

  Resource<GoDevEnvironment> environment(String name) {
    return client.resources(GoDevEnvironment.class).inNamespace(namespace).withName(name);
  }

  PodResource pod(String name) {
    return client.pods().inNamespace(namespace).withName(name);
  }

  /** Changes the spec as a JSON merge patch would. */
  void edit(String name, String mergePatch) {
    environment(name).patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
  }

  /** Waits until the condition has that status for the current generation. */
  Condition await(String name, ConditionType type, Condition.Status status) {
    return await(name, type, condition -> condition.status() == status);
  }

  Condition await(String name, ConditionType type, Predicate<Condition> wanted) {
    return awaitEnvironment(
            name,
            PATIENCE,
            environment -> {
              var condition = condition(environment, type);
              return condition != null
                  && environment
                      .getMetadata()
                      .getGeneration()
                      .equals(condition.observedGeneration())
                  && wanted.test(condition);
            })
        .getStatus()
        .condition(type);
  }

  GoDevEnvironment awaitEnvironment(
      String name, Duration patience, Predicate<GoDevEnvironment> wanted) {
    try {
      return environment(name)
          .waitUntilCondition(
              environment -> environment != null && wanted.test(environment),
              patience.toSeconds(),
              TimeUnit.SECONDS);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "after %s the environment %s was: %s"
              .formatted(patience, name, yaml(environment(name).get())),
          e);
    }
  }

  /** Waits for something that no watch tells of. */
  void awaitThat(String what, Duration patience, Runnable assertion) {
    try {
      Awaitility.await(what)
          .atMost(patience)
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(assertion::run);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(what + ": " + e.getMessage(), e);
    }
  }

  /** What a command in the program's container prints. */
  String exec(String pod, String... command) {
    var out = new ByteArrayOutputStream();
    try (var watch =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod)
            .inContainer("dev")
            .writingOutput(out)
            .writingError(out)
            .exec(command)) {
      watch.exitCode().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("exec " + String.join(" ", command) + ": " + out, e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** What a GET through the API server's proxy to the Service answers. */
  String get(String service, String path) {
    return client.raw(
        "/api/v1/namespaces/%s/services/%s:http/proxy%s".formatted(namespace, service, path));
  }

  static Condition condition(GoDevEnvironment environment, ConditionType type) {
    return environment.getStatus() == null ? null : environment.getStatus().condition(type);
  }

  /** The Events of an environment. */
  List<Event> events(String name) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(
            event ->
                event.getInvolvedObject().getKind().equals("GoDevEnvironment")
                    && event.getInvolvedObject().getName().equals(name))
        .toList();
  }

  /** Waits for an Event of the environment with that reason whose message has all the words. */
  void awaitEvent(String name, String reason, Collection<String> words) {
    awaitThat(
        "an Event tells of " + reason,
        Duration.ofSeconds(10),
        () ->
            assertThat(events(name))
                .anySatisfy(
                    event -> {
                      assertThat(event.getReason()).isEqualTo(reason);
                      assertThat(words).allMatch(event.getMessage()::contains);
                    }));
  }

  private void makeNamespace() {
    var left = client.namespaces().withName(namespace);
    if (left.get() != null) {
      left.delete();
      left.waitUntilCondition(gone -> gone == null, 2, TimeUnit.MINUTES);
    }
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(namespace)
                .withLabels(Map.of("pod-security.kubernetes.io/enforce", "restricted"))
                .endMetadata()
                .build())
        .create();
  }

  private String yaml(Object object) {
    if (object instanceof HasMetadata whole) {
      whole.getMetadata().setManagedFields(null);
    }
    return object == null ? "gone" : client.getKubernetesSerialization().asYaml(object);
  }

  private void dump() {
    Consumer<Object> print = object -> System.out.println(yaml(object));
    var environments =
        client.resources(GoDevEnvironment.class).inNamespace(namespace).list().getItems();
    if (environments.isEmpty()) {
      return;
    }
    System.out.println("==== " + namespace + " after the failure ====");
    environments.forEach(print);
    for (var pod : client.pods().inNamespace(namespace).list().getItems()) {
      print.accept(pod.getMetadata().getName());
      print.accept(pod.getStatus());
      pod.getSpec().getInitContainers().forEach(container -> log(pod, container.getName()));
      pod.getSpec().getContainers().forEach(container -> log(pod, container.getName()));
    }
    client.v1().events().inNamespace(namespace).list().getItems().stream()
        .map(event -> event.getInvolvedObject().getName() + ": " + event.getMessage())
        .forEach(System.out::println);
    System.out.println("==== the operator's log ====");
    client.pods().inNamespace("godev-system").list().getItems().stream()
        .map(
            pod ->
                client
                    .pods()
                    .inNamespace("godev-system")
                    .withName(pod.getMetadata().getName())
                    .tailingLines(60)
                    .getLog())
        .forEach(System.out::println);
  }

  private void log(Pod pod, String container) {
    System.out.println("---- log of " + container);
    try {
      System.out.println(
          client
              .pods()
              .inNamespace(namespace)
              .withName(pod.getMetadata().getName())
              .inContainer(container)
              .tailingLines(40)
              .getLog());
    } catch (RuntimeException e) {
      System.out.println("none: " + e.getMessage());
    }
  }
}
