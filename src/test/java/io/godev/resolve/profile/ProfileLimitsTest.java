package io.godev.resolve.profile;

import static io.godev.plan.Environments.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.Reason;
import io.godev.api.v1alpha1.Source;
import io.godev.cluster.Platform;
import io.godev.resolve.Resolution;
import io.godev.resolve.ResolvedEnvironment;
import io.godev.resolve.Resolver;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of wishes inside and outside of the limits of a profile. */
class ProfileLimitsTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private static final List<String> NAMES =
      new ProfileLimits(release -> release).all().stream().map(ProfileLimit::name).toList();

  private static Stream<ProfileMatrix.Case> cases() {
    return ProfileMatrix.cases().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWishIsGrantedOrClampedOrRefused(ProfileMatrix.Case of) {
    // When
    var resolution = resolve(of.environment(), of.profile());

    // Then
    if (!of.isOutside() || of.policy().equals("Default")) {
      assertThat(resolved(resolution).profile().clamps()).isEmpty();
      assertThat(SpecTree.of(resolved(resolution).spec()).has(of.field())).isTrue();
      assertThat(at(of, resolved(resolution))).isEqualTo(at(of, unlimited(of)));
      return;
    }
    if (of.policy().equals("Clamp")) {
      assertThat(resolved(resolution).profile().clamps())
          .singleElement()
          .satisfies(
              clamp -> {
                assertThat(clamp.field()).isEqualTo(of.field());
                assertThat(clamp.from()).isNotEqualTo(clamp.to());
              });
      assertThat(at(of, resolved(resolution))).isNotEqualTo(at(of, unlimited(of)));
      return;
    }
    assertThat(((Resolution.Rejected) resolution).violations())
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.reason()).isEqualTo(Reason.OutsideProfile);
              assertThat(violation.field()).isEqualTo(of.field());
              assertThat(violation.problem()).contains(of.profileName());
            });
  }

  @Test
  void everyLimitWithAPolicyIsInTheMatrix() {
    assertThat(new TreeSet<>(cases().map(ProfileMatrix.Case::limit).toList()))
        .containsExactlyElementsOf(new TreeSet<>(NAMES));
  }

  @Test
  void everyMemberOfLimitsHasALimit() throws IOException {
    // Given
    var limits =
        new YAMLMapper()
            .readTree(new File("deploy/crds/godevprofiles.godev.io-v1.yml"))
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/limits");

    // Then
    assertThat(limits.path("properties").properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    NAMES.stream(),
                    // without a policy: nothing could stand for what is too much
                    Stream.of("hostPaths", "environmentsPerNamespace", "running"))
                .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{cpu: {most: '1'}} | spec.resources.limits.cpu | \"1\"",
        "{memory: {most: 512Mi}} | spec.resources.limits.memory | \"512Mi\"",
        "{memory: {most: 128Mi}} | spec.resources.requests.memory | \"128Mi\"",
        "{storage: {most: 1Gi}} | spec.storage.cache.size | \"1Gi\"",
        "{goVersions: {allowed: ['1.24', '1.25']}} | spec.go.version | \"1.25\"",
        "{goVersions: {allowed: ['1.24', '1.25']}} | spec.go.image | \"golang:1.25-bookworm\"",
        "{users: {least: 5000, most: 6000}} | spec.securityContext.runAsUser | 5000",
      })
  void whatIsNotAskedForIsBroughtWithinALimitInSilence(String limits, String field, String value) {
    // When
    var resolved = resolved(resolve(environment(""), profile("limits: " + limits)));

    // Then
    assertThat(resolved.profile().clamps()).isEmpty();
    assertThat(SpecTree.tree(resolved.spec()).at(field.replaceFirst("spec", "").replace('.', '/')))
        .hasToString(value);
  }

  @Test
  void anImageThatNoPatternMatchesIsRefusedAlsoWhereItIsTheDefault() {
    var resolution =
        resolve(environment(""), profile("limits: {images: {allowed: [r.example.com/*]}}"));

    assertThat(((Resolution.Rejected) resolution).violations())
        .singleElement()
        .hasToString(
            "spec.go.image: golang:1.26-bookworm is outside of the profile standard, which allows r.example.com/*;"
                + " write one of these, or have the platform team set one in spec.defaults of the profile");
  }

  @Test
  void anEnvironmentOutsideOfItsProfileCanBeSuspended() {
    var resolution =
        resolve(
            environment("mode: Suspended\n  resources: {limits: {memory: 64Gi}}"),
            profile("limits: {memory: {most: 1Gi}}"));

    assertThat(resolved(resolution).spec().resources().limits().memory()).hasToString("1Gi");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[/srv/folders] | ",
        "[/srv] | ",
        "[] | (none)",
        "[/srv/fold] | (/srv/fold)",
      })
  void aFolderIsOneThatTheProfileAllows(String allowed, String refusal) {
    // Given
    var environment = environment("");
    environment.setSpec(
        environment.getSpec().with(Source.of(new Source.HostFolder("/srv/folders/a", null))));

    // When
    var resolution =
        resolve(environment, profile("limits: {hostPaths: {allowed: " + allowed + "}}"));

    // Then
    if (refusal == null) {
      assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
    } else {
      assertThat(((Resolution.Rejected) resolution).violations())
          .singleElement()
          .satisfies(violation -> assertThat(violation.toString()).contains(refusal));
    }
  }

  private static Object at(ProfileMatrix.Case of, ResolvedEnvironment environment) {
    return SpecTree.tree(environment.spec())
        .at(of.field().replaceFirst("spec", "").replaceAll("[.\\[]", "/").replace("]", ""));
  }

  private static ResolvedEnvironment unlimited(ProfileMatrix.Case of) {
    return resolved(new Resolver(DEFAULTS).resolve(of.environment()));
  }

  private static ResolvedEnvironment resolved(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
    return ((Resolution.Resolved) resolution).environment();
  }

  private static Resolution resolve(GoDevEnvironment environment, GoDevProfile profile) {
    return new Resolver(
            DEFAULTS,
            () -> Platform.UNKNOWN,
            new KnownProfiles(List.of(profile), namespace -> Map.of()))
        .resolve(environment);
  }

  private static GoDevEnvironment environment(String spec) {
    return YAML.unmarshal(
        """
        metadata: {name: shop, namespace: team, uid: u}
        spec:
          source: {module: {path: example.com/shop, version: v1.2.3}}
          %s
        """
            .formatted(spec),
        GoDevEnvironment.class);
  }

  private static GoDevProfile profile(String spec) {
    return YAML.unmarshal(
        "metadata: {name: standard}\nspec:\n  default: true\n  " + spec, GoDevProfile.class);
  }
}
