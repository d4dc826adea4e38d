package io.godev.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoMemoryLimitTest {

  @ParameterizedTest
  @CsvSource({
    "1Gi, 966367641",
    "1024Mi, 966367641",
    "1073741824, 966367641",
    "1G, 900000000",
    "1e9, 900000000",
    "1.5Gi, 1449551462",
    "16Mi, 15099494",
    "16777217, 15099495",
    "128974848000m, 116077363",
    "64Gi, 61847529062",
  })
  void itIsNineTenthsOfTheLimitInWholeBytes(String limit, String bytes) {
    assertThat(GoMemoryLimit.of(new Quantity(limit))).isEqualTo(bytes);
    assertThat(GoMemoryLimit.of(Quantity.parse(limit))).isEqualTo(bytes);
  }
}
