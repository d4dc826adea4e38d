package io.godev.resolve;

import static io.godev.plan.Environments.DEFAULTS;
import static io.godev.plan.Environments.environment;
import static io.godev.plan.Environments.resolved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.Go;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.Run;
import io.godev.api.v1alpha1.Storage;
import io.godev.cluster.Platform;
import io.godev.resolve.profile.Profiles;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResolverTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "go: {env: [{name: GOPROXY, value: direct}]} | spec.go.env[0].name: GOPROXY cannot be set here; use spec.go.modules.proxy",
        "run: {env: [{name: A, value: b}, {name: GOCACHE, value: /tmp}]} | spec.run.env[1].name: GOCACHE cannot be set here; it is a folder of the cache volume",
        "go: {flags: [-race, -mod=vendor]} | spec.go.flags[1]: -mod cannot be set here; use spec.go.modules.lock",
        "go: {flags: [--o=x]} | spec.go.flags[0]: -o cannot be set here; the runtime decides where the program is written",
        "go: {env: [{name: GOARCH, value: armv6l}]} | spec.go.env[0].value: armv6l is no GOARCH; write arm with GOARM=6",
        "go: {env: [{name: GOARCH, value: x86_64}]} | spec.go.env[0].value: x86_64 is no GOARCH; write amd64",
        "go: {env: [{name: GOARCH, value: sparc}]} | spec.go.env[0].value: sparc is no architecture of Go on Linux",
        "go: {env: [{name: GOOS, value: windows}]} | spec.go.env[0].value: windows programs cannot run in a pod",
        "run: {env: [{name: GOMEMLIMIT, value: 256Mi}]} | spec.run.env[0].value: 256Mi is no memory limit of Go",
        "go: {env: [{name: GOMEMLIMIT, value: '0.9'}]} | spec.go.env[0].value: 0.9 is no memory limit of Go",
        "source: {files: {main.go: x}} | spec.source.files: has no go.mod",
        "source: {files: {go.mod: m, cmd: x, cmd/main.go: y}} | spec.source.files: cmd is a file, and the folder of cmd/main.go",
        "run: {ports: [{name: dns, containerPort: 8053, protocol: UDP}], readiness: {tcpSocket: {port: dns}}} | spec.run.readiness.tcpSocket.port: dns has the protocol UDP in spec.run.ports, to which nothing can connect; name a port of TCP",
        "run: {ports: [{name: dns, containerPort: 8053, protocol: UDP}], readiness: {httpGet: {port: 8053}}} | spec.run.readiness.httpGet.port: 8053 has the protocol UDP",
        "run: {env: [{name: GOOS, value: windows}]} | spec.run.env[0].value: windows programs cannot run in a pod",
      })
  void aSpecThatCannotBeIsRejectedByFieldAndRemedy(String spec, String message) {
    // When
    var resolution = new Resolver(DEFAULTS).resolve(environment(spec));

    // Then
    assertThat(resolution)
        .isInstanceOfSatisfying(
            Resolution.Rejected.class,
            rejected ->
                assertThat(rejected.violations())
                    .singleElement()
                    .satisfies(violation -> assertThat(violation.toString()).startsWith(message)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOperatorThatShowsNoFolderRefusesOneWhateverItMayKnowOfTheNodes(boolean forbidden) {
    // Given
    var defaults = new PlatformDefaults("runtime", "golang:%s", "");
    var resolver =
        new Resolver(defaults, () -> Platform.UNKNOWN, () -> forbidden, Profiles.UNKNOWN);
    var folder = environment("source: {hostPath: {path: 'C:\\Users\\me\\shop'}}");

    // When
    var resolution = resolver.resolve(folder);

    // Then
    assertThat(resolver.waitsFor(folder)).isEmpty();
    assertThat(resolution)
        .isInstanceOfSatisfying(
            Resolution.Rejected.class,
            rejected ->
                assertThat(rejected.violations())
                    .singleElement()
                    .satisfies(
                        violation ->
                            assertThat(violation.toString())
                                .startsWith("spec.source.hostPath: this operator shows no folders")
                                .contains("GODEV_HOST_PATHS")));
  }

  @ParameterizedTest
  @CsvSource({"1u, 1m", "1e-400, 1m", "0.0015, 2m", "1500u, 2m", "250m, 250m", "1.5, 1.5"})
  void anAmountIsResolvedToWhatTheApiServerMakesOfIt(String written, String resolved) {
    // When
    var spec =
        resolved(
                environment(
                    """
                    resources: {requests: {cpu: '%1$s'}}
                    storage: {cache: {size: '%1$s'}}
                    """
                        .formatted(written)))
            .spec();

    // Then
    assertThat(spec.resources().requests().cpu()).isEqualTo(new Quantity(resolved));
    assertThat(spec.storage().cache().size()).isEqualTo(new Quantity(resolved));
    assertThat(spec.resources().requests().cpu().toString()).isEqualTo(resolved);
  }

  @Test
  void filesThatDoNotFitAreRejected() {
    // Given
    var spec = "source: {files: {go.mod: m, a.go: %s}}".formatted("x".repeat(1_000_000));

    // When
    var resolution = new Resolver(DEFAULTS).resolve(environment(spec));

    // Then
    assertThat(((Resolution.Rejected) resolution).violations())
        .singleElement()
        .asString()
        .startsWith("spec.source.files: holds 1000001 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "go: {env: [{name: GOARCH, value: arm64}, {name: GOOS, value: linux}]}",
        "go: {flags: [-tags=a, -ldflags=-s]}",
        "run: {env: [{name: GOMEMLIMIT, value: 500MiB}]}",
        "run: {env: [{name: GOMEMLIMIT, value: 'off'}]}",
        "run: {env: [{name: DATABASE, value: x}]}",
        "source: {files: {go.mod: m, main.go: x}}",
        "run: {ports: [{name: a, containerPort: 53, protocol: UDP}, {name: b, containerPort: 53}], readiness: {tcpSocket: {port: 53}}}",
        "run: {ports: [{name: a, containerPort: 53, protocol: UDP}], readiness: {tcpSocket: {port: 54}}}",
        "run: {ports: [{name: a, containerPort: 80}], readiness: {httpGet: {port: a}}}",
        "run: {ports: [{name: a, containerPort: 53, protocol: UDP}]}",
      })
  void aSpecThatCanBeIsNotRejected(String spec) {
    assertThat(new Resolver(DEFAULTS).resolve(environment(spec)))
        .isInstanceOf(Resolution.Resolved.class);
  }

  @Test
  void allViolationsAreToldAtOnce() {
    // Given
    var spec = "go: {env: [{name: GOPROXY, value: x}, {name: GOOS, value: plan9}], flags: [-C=x]}";

    // When
    var resolution = new Resolver(DEFAULTS).resolve(environment(spec));

    // Then
    assertThat(((Resolution.Rejected) resolution).violations()).hasSize(3);
  }

  @Test
  void aSpecWithoutASourceIsRejected() {
    // Given
    var empty = environment("mode: Running");
    empty.setSpec(null);

    // When
    var resolution = new Resolver(DEFAULTS).resolve(empty);

    // Then
    assertThat(((Resolution.Rejected) resolution).violations())
        .containsExactly(
            new Violation(
                "spec.source",
                "is missing; name a module, a git repository, files, sync or a claim"));
  }

  @Test
  void anEnvironmentIsResolvedWithItsIdentityWhatWasWrittenAndTheRestartAskedFor() {
    // Given
    var environment = environment("mode: Suspended");
    environment.getMetadata().setAnnotations(Map.of("godev.io/restart", "again", "other", "x"));

    // When
    var resolved = resolved(environment);

    // Then
    assertThat(resolved.name()).isEqualTo("shop");
    assertThat(resolved.namespace()).isEqualTo("team");
    assertThat(resolved.uid()).isEqualTo("the-uid");
    assertThat(resolved.isSuspended()).isTrue();
    assertThat(resolved.restartRequest()).isEqualTo("again");
    assertThat(resolved.written()).isEqualTo(environment("mode: Suspended").getSpec());
    assertThat(resolved(environment("")).isSuspended()).isFalse();
    assertThat(resolved(environment("")).restartRequest()).isEmpty();
  }

  @Test
  void whatTheUserWroteWinsOverEveryDefault() {
    // Given
    var complete = resolved(environment("")).spec();
    var written = environment("");
    written.setSpec(complete);

    // When
    var again = resolved(written).spec();

    // Then
    assertThat(again).isEqualTo(complete);
  }

  @Test
  void aUsersClaimIsTheWorkspaceSoThereIsNoOther() {
    assertThat(resolved(environment("source: {claim: {name: code}}")).spec().storage().workspace())
        .isNull();
  }

  @Test
  void theGoImageIsThatOfTheReleaseUnlessTheUserNamesOne() {
    assertThat(resolved(environment("go: {version: \"1.25.3\"}")).spec().go().image())
        .isEqualTo("golang:1.25.3-bookworm");
    assertThat(
            resolved(environment("go: {version: \"1.25\", image: example.com/go}"))
                .spec()
                .go()
                .image())
        .isEqualTo("example.com/go");
    assertThatThrownBy(
            () -> new PlatformDefaults("runtime", "golang:latest", "https://report.example"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("golang:latest");
  }

  @Test
  void everyDefaultIsFilledIn() {
    // When
    var spec = resolved(environment("run: {ports: [{name: http, containerPort: 80}]}")).spec();

    // Then
    assertThat(spec.mode()).isEqualTo(GoDevEnvironmentSpec.Mode.Running);
    assertThat(spec.go().version()).isEqualTo("1.26");
    assertThat(spec.go().image()).isEqualTo("golang:1.26-bookworm");
    assertThat(spec.go().modules().lock()).isEqualTo(Go.Lock.ReadOnly);
    assertThat(spec.run().ports())
        .containsExactly(new Run.Port("http", 80, 80, Run.Protocol.TCP, Run.Expose.Cluster));
    assertThat(spec.resources().requests()).hasToString("Amounts[cpu=250m, memory=256Mi]");
    assertThat(spec.resources().limits()).hasToString("Amounts[cpu=2, memory=1Gi]");
    assertThat(spec.securityContext().runAsUser()).isEqualTo(1000);
    assertThat(spec.securityContext().runAsGroup()).isEqualTo(3000);
    assertThat(spec.securityContext().fsGroup()).isEqualTo(2000);
    assertThat(spec.storage().workspace().size()).hasToString("2Gi");
    assertThat(spec.storage().cache().size()).hasToString("5Gi");
    assertThat(spec.storage().onDelete()).isEqualTo(Storage.OnDelete.Retain);
    assertThat(
            resolved(environment("proxy: {caBundle: {name: ca}}")).spec().proxy().caBundle().key())
        .isEqualTo("ca.crt");
  }

  @Test
  void aDefaultRequestIsNeverAboveTheLimitNorALimitBelowTheRequest() {
    // When
    var small = resolved(environment("resources: {limits: {memory: 128Mi}}")).spec().resources();
    var large = resolved(environment("resources: {requests: {memory: 4Gi}}")).spec().resources();

    // Then
    assertThat(small.requests().memory()).hasToString("128Mi");
    assertThat(large.limits().memory()).hasToString("4Gi");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode | Default: Running",
        "go/properties/version | Default: 1.26",
        "go/properties/modules/properties/lock | Default: ReadOnly",
        "resources/properties/requests | Default: cpu 250m, memory 256Mi",
        "resources/properties/limits | Default: cpu 2, memory 1Gi",
        "securityContext/properties/runAsUser | Default: 1000",
        "securityContext/properties/runAsGroup | Default: 3000",
        "securityContext/properties/fsGroup | Default: 2000",
        "storage/properties/workspace | Default size: 2Gi",
        "storage/properties/cache | Default size: 5Gi",
        "storage/properties/onDelete | Default: Retain",
        "go/properties/image | instead of the one that version picks",
        "run/properties/ports/items/properties/protocol | Default: TCP",
        "run/properties/ports/items/properties/expose | Default: Cluster",
        "run/properties/readiness/properties/httpGet/properties/path | Default: /.",
        "proxy/properties/caBundle/properties/key | Default: ca.crt",
      })
  void theDescriptionsPromiseTheseDefaults(String field, String promise) throws IOException {
    assertThat(
            new YAMLMapper()
                .readTree(new File("deploy/crds/godevenvironments.godev.io-v1.yml"))
                .at(
                    "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/"
                        + field
                        + "/description")
                .asText())
        .contains(promise);
  }
}
