package io.godev.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiRequestsTest {
  @ParameterizedTest
  @CsvSource({
    "/api/v1/namespaces/team/pods, pods",
    "/api/v1/namespaces/team/pods/shop, pods",
    "/api/v1/namespaces/team/pods/shop/resize, pods/resize",
    "/api/v1/pods, pods",
    "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments/shop/status,"
        + " godevenvironments/status",
    "/apis/networking.k8s.io/v1/networkpolicies, networkpolicies",
    "/version, other",
  })
  void aPathNamesItsResourceAndNotWhoseItIs(String path, String resource) {
    assertThat(ApiRequests.resource(path)).isEqualTo(resource);
  }
}
