package io.godev.resolve.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironmentSpec;
import io.godev.api.v1alpha1.GoDevProfile;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which profile an environment goes by. */
class KnownProfilesTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private static final List<GoDevProfile> PROFILES =
      Stream.of(
              "metadata: {name: b-default}\nspec: {default: true}",
              "metadata: {name: a-default}\nspec: {default: true, namespaces: {matchLabels: {team: a}}}",
              "metadata: {name: large}\nspec: {namespaces: {matchExpressions: [{key: team, operator: In, values: [a, b]}]}}",
              "metadata: {name: open}\nspec: {namespaces: {matchExpressions: [{key: team, operator: NotIn, values: [a]}]}}",
              "metadata: {name: marked}\nspec: {namespaces: {matchExpressions: [{key: mark, operator: Exists}]}}",
              "metadata: {name: unmarked}\nspec: {namespaces: {matchExpressions: [{key: mark, operator: DoesNotExist}]}}")
          .map(text -> YAML.unmarshal(text, GoDevProfile.class))
          .toList();

  private static final Map<String, Map<String, String>> LABELS =
      Map.of("a", Map.of("team", "a"), "b", Map.of("team", "b", "mark", ""), "none", Map.of());

  @ParameterizedTest
  @CsvSource(
      value = {
        "a,      , a-default",
        "b,      , b-default",
        "none,   , b-default",
        "a, large, large",
        "b, large, large",
        "none, large, the profile large is not for this namespace",
        "a, open, the profile open is not for this namespace",
        "none, open, open",
        "b, marked, marked",
        "a, marked, the profile marked is not for this namespace",
        "a, unmarked, unmarked",
        "b, unmarked, the profile unmarked is not for this namespace",
        "b, nobodys, there is no GoDevProfile nobodys. For this namespace there are: b-default",
      })
  void anEnvironmentGoesByTheProfileItNamesOrByTheDefaultOne(
      String namespace, String named, String expected) {
    // Given
    var profiles = new KnownProfiles(PROFILES, LABELS::get);

    // When
    var choice = profiles.choose(namespace, GoDevEnvironmentSpec.ofProfile(named));

    // Then
    assertThat(
            choice instanceof Choice.Chosen chosen
                ? chosen.profile().getMetadata().getName()
                : ((Choice.Refused) choice).refusal().problem())
        .startsWith(expected);
  }
}
