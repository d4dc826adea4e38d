package io.godev.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorConfigTest {
  @Test
  void withoutASettingTheDefaultsHold() {
    // When
    var config = OperatorConfig.checked(config(Map.of()));

    // Then
    assertThat(config.goImage()).isEqualTo("golang:%s-bookworm");
    assertThat(config.reconcilerThreads()).isEqualTo(4);
    assertThat(config.leaderElection()).isTrue();
    assertThat(config.logJson()).isFalse();
  }

  @Test
  void namespacesAreSeparatedByCommasAndAreAllOfThemByDefault() {
    assertThat(config(Map.of()).namespaces()).isEmpty();
    assertThat(config(Map.of("godev.namespaces", "")).namespaces()).isEmpty();
    assertThat(
            OperatorConfig.checked(config(Map.of("godev.namespaces", "team-a,team-b")))
                .namespaces())
        .hasValue(Set.of("team-a", "team-b"));
  }

  @ParameterizedTest
  @CsvSource({
    "godev.reconciler-threads, 0, GODEV_RECONCILER_THREADS must be from 1 to 64",
    "godev.reconciler-threads, 65, GODEV_RECONCILER_THREADS must be from 1 to 64",
    "godev.reconciler-threads, many, godev.reconciler-threads",
    "godev.runtime-image, not an image, GODEV_RUNTIME_IMAGE must be the name of an image",
    "godev.leader-election, perhaps, must be true or false",
    "godev.log-json, yes, must be true or false",
    "godev.namespaces, Team, GODEV_NAMESPACES must be names of namespaces",
    "godev.namespaces, team*, GODEV_NAMESPACES must be names of namespaces",
    "godev.host-paths, srv, GODEV_HOST_PATHS must be full paths of folders",
    "godev.host-paths, /, GODEV_HOST_PATHS must be full paths of folders",
    "godev.host-paths, /srv/, GODEV_HOST_PATHS must be full paths of folders",
    "godev.host-paths, /srv/../etc, GODEV_HOST_PATHS must be full paths of folders",
    "godev.go-image, golang:%d, GODEV_GO_IMAGE must be the name of an image",
    "godev.go-image, golang:%s-%s, GODEV_GO_IMAGE must be the name of an image",
  })
  void aValueThatCannotBeUsedIsNamed(String name, String value, String message) {
    assertThatThrownBy(() -> OperatorConfig.checked(config(Map.of(name, value))))
        .hasMessageContaining(message);
  }

  private static OperatorConfig config(Map<String, String> set) {
    var values = new HashMap<>(Map.of("godev.runtime-image", "ghcr.io/godev-operator/runtime:1"));
    values.putAll(set);
    return new SmallRyeConfigBuilder()
        .withMapping(OperatorConfig.class)
        .withSources(new PropertiesConfigSource(values, "test", 1000))
        .build()
        .getConfigMapping(OperatorConfig.class);
  }
}
