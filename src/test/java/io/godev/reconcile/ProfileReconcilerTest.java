package io.godev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a profile is in use, which decides whether it can be deleted. */
class ProfileReconcilerTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  @ParameterizedTest
  @CsvSource(
      value = {
        "       , false, false",
        "       , true, true",
        "false, true, true",
        "true, false, false",
      })
  void thatItIsInUseIsWrittenWhenItChanges(Boolean before, boolean used, boolean written) {
    // When
    var control = pass(before, used);

    // Then
    assertThat(control.isPatchStatus()).isTrue();
    var update = control.getResource().orElseThrow();
    assertThat(update.getStatus().inUse()).isEqualTo(written);
    assertThat(update.getMetadata().getName()).isEqualTo("standard");
    assertThat(update.getMetadata().getUid()).isEqualTo("u");
    // identity and status alone: what else were in it would be taken for the operator's own
    assertThat(update.getSpec()).isNull();
    assertThat(update.getMetadata().getLabels()).isNullOrEmpty();
    assertThat(update.getMetadata().getResourceVersion()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void whatIsAsItWasIsNotWritten(Boolean before, boolean used) {
    assertThat(pass(before, used).isNoUpdate()).isTrue();
  }

  @Test
  void oneInUseIsLookedAtAgainSinceNobodyTellsThatAnEnvironmentLeftIt() {
    assertThat(pass(true, true).getScheduleDelay()).contains(Duration.ofMinutes(1).toMillis());
    assertThat(pass(null, true).getScheduleDelay()).contains(Duration.ofMinutes(1).toMillis());
    assertThat(pass(false, false).getScheduleDelay()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | ",
        "{spec: {profile: named}} | named",
        "{spec: {mode: Running}, status: {profile: default}} | default",
        "{spec: {profile: next}, status: {profile: last}} | last next",
        "{spec: {profile: same}, status: {profile: same}} | same",
        "{status: {profile: last}} | last",
      })
  void anEnvironmentUsesTheProfileItNamesAndTheOneItGoesBy(String environment, String expected) {
    assertThat(
            ProfileReconciler.profiles(
                YAML.unmarshal("---\n" + environment, GoDevEnvironment.class)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.ofNullable(expected)
                .flatMap(names -> Arrays.stream(names.split(" ")))
                .map(ResourceID::new)
                .toList());
  }

  @Test
  void nothingButTheNamesOfProfilesIsKeptOfAnEnvironment() {
    // Given
    var store = new ProfileReconciler.NamesOfProfiles();
    var environment =
        YAML.unmarshal(
            """
            metadata: {name: shop, namespace: team, uid: u}
            spec: {profile: next, source: {files: {main.go: package main}}}
            status: {profile: last, goVersion: "1.26"}
            """,
            GoDevEnvironment.class);

    // When
    store.put("team/shop", environment);

    // Then
    var kept = store.get("team/shop");
    assertThat(kept.getSpec().source()).isNull();
    assertThat(kept.getStatus().goVersion()).isNull();
    assertThat(ProfileReconciler.profiles(kept))
        .containsExactlyInAnyOrder(new ResourceID("next"), new ResourceID("last"));
  }

  private static UpdateControl<GoDevProfile> pass(Boolean before, boolean used) {
    var profile =
        YAML.unmarshal(
            """
            metadata: {name: standard, uid: u, resourceVersion: "7", labels: {a: b}}
            spec: {default: true}
            status: {%s}
            """
                .formatted(before == null ? "" : "inUse: " + before),
            GoDevProfile.class);
    return new ProfileReconciler().reconcile(profile, context(used));
  }

  // the caches, of which environments alone are asked for
  @SuppressWarnings("unchecked")
  private static Context<GoDevProfile> context(boolean used) {
    return (Context<GoDevProfile>)
        Proxy.newProxyInstance(
            ProfileReconcilerTest.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("getSecondaryResourcesAsStream");
              assertThat(arguments[0]).isEqualTo(GoDevEnvironment.class);
              return used ? Stream.of(new GoDevEnvironment()) : Stream.empty();
            });
  }
}
