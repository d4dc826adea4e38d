package io.godev.e2e;

import static io.godev.api.v1alpha1.Condition.Status.True;
import static io.godev.api.v1alpha1.ConditionType.Ready;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command {@code godev} in the folder of a public Go project; each test goes on from the one
 * before.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandIT {
  private static final String MODULE = "github.com/mccutchen/go-httpbin/v2@v2.18.3";
  private static final String NAME = "go-httpbin";
  private static final Pattern ADDRESS = Pattern.compile("http://localhost:\\d+");
  private static final Duration SOON = Duration.ofSeconds(60);

  @RegisterExtension static final Cluster cluster = new Cluster("e2e-command");

  @TempDir static Path folder;

  private static Path project;
  private static String written;

  @BeforeAll
  static void aPublicProject() throws IOException, InterruptedException {
    var download =
        new ProcessBuilder("go", "mod", "download", "-json", MODULE)
            .directory(folder.toFile())
            .start();
    var answer = new ObjectMapper().readTree(download.getInputStream());
    assertThat(download.waitFor()).as(answer + "").isZero();
    project = folder.resolve(NAME);
    copy(Path.of(answer.get("Dir").asText()), project);
  }

  @Test
  @Order(1)
  void initWritesAnEnvironmentThatNothingSpeaksAgainst() throws IOException {
    // When
    written = Command.run(0, project, "init");

    // Then
    assertThat(written)
        .contains("module    github.com/mccutchen/go-httpbin/v2", "./cmd/go-httpbin");
    assertThat(Command.run(0, project, "lint", "godev.yaml")).contains("0 violations");
    assertThat(Files.readString(project.resolve("godev.yaml"))).contains("sync: {}");
  }

  @Test
  @Order(2)
  void upPushesTheProjectAndBringsItsPortHere() throws Exception {
    try (var up = godev("up")) {
      // Then
      up.says("Ctrl-C ends", Cluster.PATIENCE.multipliedBy(2));
      var address = ADDRESS.matcher(up.output());
      assertThat(address.find()).isTrue();
      assertThat(get(address.group() + "/status/418")).isEqualTo(418);
      cluster.await(NAME, Ready, True);

      // When: a save
      var file = project.resolve("httpbin/handlers.go");
      var before = Files.readString(file);
      Files.writeString(
          file,
          before.replaceFirst(
              "(?m)^func \\(h \\*HTTPBin\\) Get\\(w http.ResponseWriter, r \\*http.Request\\) \\{\n",
              "$0\tif r.URL.Query().Has(\"saved\") {\n\t\tw.WriteHeader(http.StatusTeapot)\n\t\treturn\n\t}\n"));
      assertThat(file).content().isNotEqualTo(before);

      // Then: through the same forwarded port
      cluster.awaitThat(
          "the save is served",
          SOON,
          () -> assertThat(get(address.group() + "/get?saved")).isEqualTo(418));

      // When
      up.interrupt();

      // Then
      up.ends(0);
      assertThat(up.output()).contains(NAME + " runs on.");
      Transcript.of("up", written, up.output(), project).isInTheGuide();
    }
    cluster.await(NAME, Ready, True);
  }

  @Test
  @Order(3)
  void anotherUpFindsItAsItIs() {
    var pod = cluster.pod(NAME).get().getMetadata().getUid();
    assertThat(run(0, "up", "--detach")).contains("unchanged", "the workspace is as the folder is");
    assertThat(cluster.pod(NAME).get().getMetadata().getUid()).isEqualTo(pod);
  }

  @Test
  @Order(4)
  void detachedItEndsByWhetherWhatWasPushedBuilds() throws IOException {
    // Given
    var main = project.resolve("cmd/go-httpbin/main.go");
    var good = Files.readString(main);
    var pod = cluster.pod(NAME).get().getMetadata().getUid();

    // When
    Files.writeString(main, good.replace("func main() {", "func main() {\n\tbroken()"));
    var broken = run(1, "up", "--detach");
    var same = run(1, "up", "--detach");
    Files.writeString(main, good.replace("func main() {", "func main() {\n\tpanic(\"too early\")"));
    var crashed = run(1, "up", "--detach");
    Files.writeString(main, good);
    var mended = run(0, "up", "--detach");
    Files.writeString(project.resolve("cmd/go-httpbin/more_test.go"), "package main\n");
    var testsAlone = run(0, "up", "--detach");

    // Then
    assertThat(broken).contains("godev: BuildFailed: ", "undefined: broken");
    assertThat(same).contains("the workspace is as the folder is", "godev: BuildFailed: ");
    assertThat(crashed).contains("godev: Crashed: ", "too early");
    assertThat(mended).contains(NAME + " is ready");
    assertThat(testsAlone).contains("1 written", NAME + " is ready");
    assertThat(cluster.pod(NAME).get().getMetadata().getUid()).isEqualTo(pod);
  }

  @Test
  @Order(5)
  void whatIsAskedIsAnswered() {
    assertThat(run(0, "status")).contains(NAME, "Ready");
    assertThat(run(0, "exec", NAME, "--", "go", "version")).startsWith("go version go1.");
    assertThat(run(3, "exec", NAME, "--", "sh", "-c", "exit 3")).isEmpty();
    assertThat(run(0, "logs", "--tail", "5")).contains("-- log of dev");
    assertThat(run(1, "status", "nobody")).contains("there is no environment nobody", NAME);
  }

  @Test
  @Order(6)
  void suspendedItIsStartedByUp() {
    // When
    assertThat(run(0, "suspend")).contains("suspended");
    assertThat(cluster.pod(NAME).get()).isNull();

    // Then
    assertThat(run(1, "sync", "--once")).contains("\"godev resume " + NAME + "\" starts it");
    assertThat(run(0, "up", "--detach"))
        .contains("was suspended, and starts", "the workspace is as the folder is", "is ready");
  }

  @Test
  @Order(7)
  void aBuildThatFailsIsToldAndMendedByTheNextSave() throws IOException {
    // Given
    var main = project.resolve("cmd/go-httpbin/main.go");
    var good = Files.readString(main);
    Files.writeString(main, good.replace("func main() {", "func main() {\n\tbroken()"));
    run(0, "delete", NAME, "--yes");
    cluster.client().persistentVolumeClaims().inNamespace(cluster.namespace()).delete();

    try (var up = godev("up")) {
      // When
      up.says("waits: BuildFailed: ", Cluster.PATIENCE);
      assertThat(up.output()).contains("cmd/go-httpbin/main.go:", "undefined: broken");
      Files.writeString(main, good);

      // Then
      up.says(NAME + " is ready", Cluster.PATIENCE);
    }
  }

  @Test
  @Order(8)
  void aSpecThatWouldBeRefusedIsNotApplied() throws IOException {
    var file = project.resolve("broken.yaml");
    Files.writeString(
        file,
        """
        apiVersion: godev.io/v1alpha1
        kind: GoDevEnvironment
        metadata: {name: broken}
        spec:
          source: {sync: {}}
          run: {ports: [{name: http, containerPort: 99999}]}
        """);
    assertThat(run(1, "up", "-f", "broken.yaml"))
        .contains("broken.yaml would be refused", "line 6: spec.run.ports[0].containerPort");
    assertThat(cluster.environment("broken").get()).isNull();
  }

  @Test
  @Order(9)
  @SuppressWarnings("unchecked")
  void aFieldOfSomebodyElseIsTakenOverByForceAlone() throws IOException {
    // Given
    var object =
        Serialization.unmarshal(
            Files.readString(project.resolve("godev.yaml")), GenericKubernetesResource.class);
    ((Map<String, Object>) object.get("spec")).put("profiling", Map.of("port", 6061));
    Files.writeString(project.resolve("conflict.yaml"), Serialization.asYaml(object));
    var platform =
        Kubectl.with(
            """
            apiVersion: godev.io/v1alpha1
            kind: GoDevEnvironment
            metadata: {name: %s}
            spec: {profiling: {port: 6060}}
            """
                .formatted(NAME),
            "apply",
            "--server-side",
            "--field-manager=platform-team",
            "-n",
            cluster.namespace(),
            "-f",
            "-");
    assertThat(platform.code()).as(platform.err() + "").isZero();

    // When
    var refused = run(1, "up", "-f", "conflict.yaml", "--detach");
    var left = cluster.environment(NAME).get().getSpec().profiling().port();
    run(0, "up", "-f", "conflict.yaml", "--detach", "--force-conflicts");

    // Then
    assertThat(refused)
        .contains(NAME + " has fields that somebody else set: ", "platform-team")
        .contains(".spec.profiling.port", "--force-conflicts");
    assertThat(left).isEqualTo(6060);
    assertThat(cluster.environment(NAME).get().getSpec().profiling().port()).isEqualTo(6061);
  }

  @Test
  @Order(10)
  void deletedItIsGoneAndTheFolderIsAsItWas() throws IOException {
    // When
    run(0, "delete", NAME, "--yes");

    // Then
    assertThat(cluster.environment(NAME).get()).isNull();
    assertThat(project.resolve("go.mod")).exists();
  }

  private static Command godev(String... arguments) {
    return Command.start(project, inNamespace(arguments));
  }

  private static String run(int code, String... arguments) {
    return Command.run(code, project, inNamespace(arguments));
  }

  // behind the name of the command, before what "--" begins
  private static String[] inNamespace(String... arguments) {
    var words = new ArrayList<>(List.of(arguments));
    words.addAll(1, List.of("-n", cluster.namespace()));
    return words.toArray(String[]::new);
  }

  private static int get(String url) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(url)).timeout(SOON).build(),
              BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      throw new AssertionError(url + ": " + e, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // the module cache is read-only
  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
          copy.toFile().setWritable(true);
        }
      }
    }
  }
}
